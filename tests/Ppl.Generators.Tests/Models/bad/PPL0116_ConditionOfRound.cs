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
        var last = Math.Min(steps, 3) - 1;
        var h = new Tensor[steps];
        for (var i = 0; i < steps; i++)
        {
            if (i == last) h[i] = Sample(Normal(0, 1).Expand(2));
//              ^^^^^^^^^ PPL0116: This condition decides anew in each round, and reads 'last', which only a pass computes; the elements that a guide draws are known before. Let it read the loop's variable, constants and members of the class, or nothing that changes with the round.
            else h[i] = Sample(Normal(0, 2).Expand(2));
        }

        Observe(x, Normal(net.call(h[0]), 1));
    }
}
