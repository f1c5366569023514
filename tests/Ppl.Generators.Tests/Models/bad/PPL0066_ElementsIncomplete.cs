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
        for (var i = 1; i < layers; i++) h[i] = Sample(Normal(0, 1).Expand(2));
//                                       ^^^^ PPL0066: The elements of 'h' are not drawn exactly once each: one without a draw has no value, and one with two has two distributions. Let loops and single draws cover each index once, from 0 to the length.
        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
