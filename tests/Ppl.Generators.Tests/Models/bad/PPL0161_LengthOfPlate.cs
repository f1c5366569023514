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
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[x.shape[0]];
//                         ^^^^^^^^^^ PPL0161: 'x.shape[0]' gives no length: dimension 0 of 'x' is taken by plate 'data', whose size is another one in each batch. A length is the dimension of which the slices are observed, as in 'Observe(x[.., t], ...)', or one that no plate has taken of a parameter that is never observed; any other length is a field or a property.
        for (var i = 0; i < h.Length; i++)
        {
            h[i] = Sample(Normal(0, 1).Expand(2));
            Observe(x[.., i], Normal(net.call(h[i]), 1));
        }
    }
}
