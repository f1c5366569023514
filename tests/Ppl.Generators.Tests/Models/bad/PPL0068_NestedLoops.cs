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
        var steps = (int)x.shape[1];
        var h = new Tensor[layers];
        for (var j = 0; j < 1; j++)
        {
            for (var i = 0; i < layers; i++) h[i] = Sample(Normal(0, 1).Expand(2));
        }

        var g = new Tensor[steps, layers];
        g[0, 0] = Sample(Normal(0, 1).Expand(2));
//      ^ PPL0068: 'g' has 2 indices, and not all but one of its sizes are numbers, and no guide could be written for every pair of lengths: its loops follow one open length. Let the other sizes be numbers when the model is compiled, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
        for (var i = 0; i < steps; i++)
        {
            foreach (var j in Enumerable.Range(0, layers)) g[i, j] = Sample(Normal(h[j], 1));
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0068: A loop with sites, whose range is open, stands inside another one, and no guide could be written for every pair of lengths: its loops follow one open length. Let the other sizes be numbers when the model is compiled, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
//                                                         ^ PPL0068: 'g' has 2 indices, and not all but one of its sizes are numbers, and no guide could be written for every pair of lengths: its loops follow one open length. Let the other sizes be numbers when the model is compiled, 'const int layers = 3;', over 'new Tensor[layers, steps]'; or use one loop: an inner dimension can be part of each site's event.
        }

        for (var i = 0; i < steps; i++) Observe(x[.., i], Normal(net.call(g[i, 0]), 1));
    }
}
