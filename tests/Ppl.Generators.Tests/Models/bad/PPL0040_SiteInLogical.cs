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
        var positive = net.training && Sample(Normal(0, 1)).item<double>() > 0;
//                                     ^^^^^^^^^^^^^^^^^^^^ PPL0040: 'Sample' stands in '&&' or '||', so that whether its site exists would depend on a value, and the sites of a guide are fixed. Make the site a statement of its own, which always runs.
        var z = Sample(Normal(0, positive ? 1 : 2).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }
}
