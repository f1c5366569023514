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

    private readonly int n = 3;

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var steps = (int)x.shape[1];
        var h = new Tensor[steps];
        for (var t = 0; t < steps; t++) h[t] = Sample(Normal(0, 1).Expand(2));
        for (var t = 0; t < n; t++) Observe(x[.., t], Normal(net.call(h[t]), 1));
//                                          ^^^^^^^^ PPL0161: 'x.shape[1]' gives no length: the model observes n slices of 'x', whatever this is. A length is the dimension of which the slices are observed, as in 'Observe(x[.., t], ...)', or one that no plate has taken of a parameter that is never observed; any other length is a field or a property.
    }
}
