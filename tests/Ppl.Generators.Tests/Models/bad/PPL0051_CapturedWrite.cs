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

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var sum = z;
        Action<Tensor> accumulate = t => sum = sum + t;
//                                       ^^^ PPL0051: 'sum' is changed inside a lambda or a local function, which may run at any time, so that what it depends on cannot be followed. Return the new value, and assign it in a statement of the model.
        accumulate(net.call(z));
        Observe(x, Normal(sum, 1));
    }
}
