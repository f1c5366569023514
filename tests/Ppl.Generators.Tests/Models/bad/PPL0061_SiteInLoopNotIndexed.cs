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
        for (var i = 0; i < layers; i++)
        {
            var z = Sample(Normal(0, 1).Expand(2));
//              ^ PPL0061: 'z' is drawn in a loop, each round of which draws another variable. Draw the elements of an array: 'var z = new Tensor[n];' before the loop, and 'z[i] = Sample(...);' in it.
            h[i] = z;
        }

        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
