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
    private static void Change(ref Tensor value) => value = value.relu();

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Change(ref z);
//             ^^^^^ PPL0046: 'z' holds a random variable or data and is passed by 'ref' or 'out', so that another value could be assigned to it. Pass it by value, and give the result a local of its own.
        Observe(x, Normal(net.call(z), 1));
    }
}
