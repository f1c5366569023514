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
        var h = new Tensor[2];
        for (var i = 0; i < 2; i++)
        {
            using var inner = Plate(size: 3);
//                            ^^^^^^^^^^^^^^ PPL0008: A plate is opened in a loop, so that each round would open it anew. Open it before the loop: a plate may hold a loop, and 'within:' puts one site of the loop into a plate.
            h[i] = Sample(Normal(0, 1).Expand(2));
        }
        
        Observe(x, Normal(net.call(h[0].sum(1) + h[1].sum(1)), 1));
    }
}
