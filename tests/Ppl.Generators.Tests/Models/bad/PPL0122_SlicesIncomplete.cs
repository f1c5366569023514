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
    private readonly int steps = 5;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(z[t - 1], 1));
            Observe(x[.., t], Normal(net.call(z[t]), 1));
//                  ^^^^^^^^ PPL0122: 'x' is observed slice by slice, and x[0] is not observed: a datum without a distribution would train nothing, and one with two is counted twice. Let loops and single statements cover each index once, from 0 on; data that are only read are a parameter of their own.
        }
    }
}
