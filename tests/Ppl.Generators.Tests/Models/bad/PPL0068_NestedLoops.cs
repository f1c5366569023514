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
    private readonly int layers = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        for (var j = 0; j < 1; j++)
        {
            for (var i = 0; i < layers; i++) h[i] = Sample(Normal(0, 1).Expand(2));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0068: A loop with sites stands inside another one, and not all of their sizes are known when the model is compiled, so that the guide, which is unrolled, could not be written. Let the loops run between constants, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
        }

        var g = new Tensor[2, layers];
        g[0, 0] = Sample(Normal(0, 1).Expand(2));
//      ^ PPL0068: 'g' has 2 indices, and not all of their sizes are known when the model is compiled, so that the guide, which is unrolled, could not be written. Let the loops run between constants, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
        for (var i = 0; i < layers; i++)
        {
            foreach (var j in Enumerable.Range(0, 2)) g[j, i] = Sample(Normal(h[i], 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0068: A loop with sites stands inside another one, and not all of their sizes are known when the model is compiled, so that the guide, which is unrolled, could not be written. Let the loops run between constants, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
//                                                    ^ PPL0068: 'g' has 2 indices, and not all of their sizes are known when the model is compiled, so that the guide, which is unrolled, could not be written. Let the loops run between constants, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
        }

        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
