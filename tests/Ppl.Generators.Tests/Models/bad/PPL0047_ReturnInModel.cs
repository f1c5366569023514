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
        if (net.training) return;
//                        ^^^^^^ PPL0047: A model cannot 'return' early: whether the sites below exist would depend on a value, and the sites of a guide are fixed. Let every site run, and choose between parameters.
        Observe(x, Normal(net.call(z), 1));
    }
}
