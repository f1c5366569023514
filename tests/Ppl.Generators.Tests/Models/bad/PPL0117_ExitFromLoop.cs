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
        var h = new Tensor[steps];
        for (var i = 0; i < steps; i++)
        {
            if (deep) break;
//                    ^^^^^ PPL0117: 'break' leaves a loop over sites, whose rounds are those of its header. Put the statements that a round may leave out into an 'if'.
            if (i == 1) continue;
//                      ^^^^^^^^ PPL0117: 'continue' leaves a loop over sites, whose rounds are those of its header. Put the statements that a round may leave out into an 'if'.
            h[i] = Sample(Normal(0, 1).Expand(2));
        }

        Observe(x, Normal(net.call(h[0]), 1));
    }
}
