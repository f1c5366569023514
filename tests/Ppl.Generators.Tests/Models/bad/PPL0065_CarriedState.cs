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
    private readonly int steps = 5;
    private readonly TorchSharp.Modules.GRUCell cell = GRUCell(2, 4);
    private readonly Module<Tensor, Tensor> enter = Linear(2, 4), mean = Linear(4, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        z[0] = Sample(Normal(0, 1).Expand(2));
//      ^^^^ PPL0065: Each draw of 'z' needs more guide inputs than the one before it, as where all of them explain one sum, or each depends on all before it, so that no loop of the guide can draw them. Let the guide draw in the model's own order, '[Model(Guide = GuideStructure.TopDown)]', where that repeats. Or give the array a constant length, as in 'new Tensor[3]': the guide is then written out element by element. Or, where the elements are independent and alike, draw one latent with a larger event.
        Observe(x[.., 0], Normal(z[0], 0.5));
        var state = enter.call(z[0]);
        for (var t = 1; t < steps; t++)
        {
            z[t] = Sample(Normal(mean.call(state), 1));
            Observe(x[.., t], Normal(z[t], 0.5));
            state = cell.call(z[t], state);
        }
    }
}
