using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Bad;

public sealed partial class Example : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);
    private readonly bool deep;
    private readonly int kind;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        if (deep) Observe(y, Normal(net.call(z), 1));
        Observe(x, Normal(net.call(y), 1));
//                                 ^ PPL0115: 'y' is read here, and not every way here has observed it, because of 'if (deep)': it has no value then when the model simulates data. Observe it on the other ways too, or read it where it is observed.
    }
}
