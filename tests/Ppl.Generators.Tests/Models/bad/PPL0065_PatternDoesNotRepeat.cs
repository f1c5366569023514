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
        var sum = zeros(2);
        for (var i = 0; i < layers; i++)
        {
            h[i] = Sample(Normal(0, 1).Expand(2));
//          ^^^^ PPL0065: Each draw of 'h' needs more guide inputs than the one before it, as where all of them explain one sum, or each depends on all before it, so that no loop of the guide can draw them. Let the guide draw in the model's own order, '[Model(Guide = GuideStructure.TopDown)]', where that repeats. Or give the array a constant length, as in 'new Tensor[3]': the guide is then written out element by element. Or, where the elements are independent and alike, draw one latent with a larger event.
            sum = sum + h[i];
        }

        Observe(x, Normal(net.call(sum), 1));
    }
}
