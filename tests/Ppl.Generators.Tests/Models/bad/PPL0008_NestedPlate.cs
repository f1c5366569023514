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
        var z = Sample(Normal(0, 1).Expand(2));
        using var inner = Plate(x);
//                        ^^^^^^^^ PPL0008: Plate 'data' is there already, and a second one, inside it or after it, is not supported yet. Keep one plate over the rows of the data, and make an inner dimension part of each site's event, as in 'Normal(0, 1).Expand(10, 2)'.
        Observe(x, Normal(net.call(z), 1));
    }
}
