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
        var h = new Tensor[3];
        for (var i = 0; i < 3; i++)
        {
            h[i] = Sample(Normal(0, 1).Expand(2));
            Observe(x, Normal(net.call(h[i]), 1));
//                  ^ PPL0089: 'x' is observed in a loop, so that each round would give it another distribution, and a random variable has one. Observe a slice of it in each round, as in 'Observe(x[.., t], ...)', or 'x' once after the loop.
        }
    }
}
