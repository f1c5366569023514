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
        var state = zeros(2);
        for (var i = 0; i < layers; i++)
        {
            h[i] = Sample(Normal(state, 1));
//          ^^^^ PPL0067: The distribution of 'h' is the same for every row in some rounds of its loop and not in others, and generated code has one text for all rounds. Draw the element that differs before the loop, and begin the loop after it.
            state = h[i];
        }

        Observe(x, Normal(net.call(h[layers - 1]), 1));
    }
}
