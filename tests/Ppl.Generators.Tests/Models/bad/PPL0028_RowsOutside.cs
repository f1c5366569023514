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
    private void Generate(Tensor x, Tensor c)
    {
        var mean = Sample(Normal(c.mean(), 1));
//          ^^^^ PPL0028: 'mean' is computed from, or observes, values that have a row for each of plate 'data', and stands outside it. Training sees a few rows at a time, so that it would mean something else in each batch. Move it into the plate; what is one for all rows is a parameter of the model that is given to no plate, and data that are whole in every batch belong to a plate by number, 'Plate(size: n, x)'.
        using var data = Plate(x, c);
        var z = Sample(Normal(net.call(c), 1));
        Observe(x, Normal(z + mean, 1));
    }
}
