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
        Observe(x[.., 0], Normal(net.call(z[0]), 1));
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(z[t - 1], 1));
            Observe(x[.., .., t], Normal(net.call(z[t]), 1));
//                  ^^^^^^^^^^^^ PPL0121: 'x[.., .., t]' is observed, a part of 'x', and it is an element of dimension 2, another statement observes elements of dimension 1, and these overlap. Observe one element of one dimension that no plate has taken, with the loop variable, a constant or the length, each plus or minus a constant, as its index: 'Observe(x[.., t], ...)'.
        }
    }
}
