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
            if (deep) return;
//                    ^^^^^^ PPL0047: This 'return' stands in a loop, so that the sites that a run reaches would depend on its rounds. Decide before the loop: write 'if (...) return;' as a statement of its own.
            h[i] = Sample(Normal(0, 1).Expand(2));
        }

        while (deep) return;
//                   ^^^^^^ PPL0047: This 'return' stands in a loop, so that the sites that a run reaches would depend on its rounds. Decide before the loop: write 'if (...) return;' as a statement of its own.
        Observe(x, Normal(h[0], 1));
    }
}
