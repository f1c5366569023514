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
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var part = Plate(size: 3);
        Tensor z;
        if (deep) z = Sample(Normal(0, 1).Expand(2));
        else z = Sample(Normal(0, 1).Expand(2), within: part);
//           ^ PPL0113: 'z' has a site in another arm, in other plates: its guide and its results would have other dimensions from one arm to the other. Put both into the same plates, or give them names of their own.
        Observe(x, Normal(net.call(z.sum()), 1));
    }
}
