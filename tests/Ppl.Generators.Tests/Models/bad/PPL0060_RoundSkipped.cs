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
        var last = 0;
        for (var i = 0; i < layers; i++)
//      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0060: This loop holds sites, so its rounds must be known: one integer that goes up or down by one, between constants, lengths that are fields or properties, and these plus or minus a constant. Write 'for (var i = 0; i < n; i++)' or 'for (var i = n - 1; i >= 0; i--)'.
        {
            h[i] = Sample(Normal(0, 1).Expand(2));
            (last, i) = (i, i + 1);
        }

        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
