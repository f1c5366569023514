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
        var z = Sample(Normal(zeros(data.Size, 2), 1));
//                                  ^^^^ PPL0027: 'data' is the plate, which compiled code does not have, and with K particles there are K times its rows. A distribution that is the same for every row needs no rows, as 'Normal(0, 1).Expand(2)'; a number of rows can be taken from a covariate's shape.
        Observe(x, Normal(net.call(z), 1));
    }
}
