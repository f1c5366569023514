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

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        do
        {
            z = Sample(Normal(z, 1));
//              ^^^^^^^^^^^^^^^^^^^^ PPL0032: 'Sample' cannot stand in a 'do' loop: the number of sites would not be known; use 'for' with an index
        }
        while (net.training);

        Observe(x, Normal(net.call(z), 1));
    }
}
