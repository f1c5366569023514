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
        for (var t = 0; t < steps; t++)
        {
            z[t] = Sample(Normal(0, 1).Expand(2));
            Observe(x[.., 2 * t], Normal(net.call(z[t]), 1));
//                  ^^^^^^^^^^^^ PPL0121: 'x[.., 2 * t]' is observed, a part of 'x', and its index '2 * t' does not show which element it is. Observe one element of one dimension that no plate has taken, with the loop variable, a constant or the length, each plus or minus a constant, as its index: 'Observe(x[.., t], ...)'.
        }
    }
}
