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
        do
        {
            z = Sample(Normal(z, 1));
//              ^^^^^^^^^^^^^^^^^^^^ PPL0032: 'Sample' stands in a 'do' loop, so that the number of its sites would not be known, and the sites of a guide are fixed. Use a 'for' loop over an array of draws, 'h[i] = Sample(...);', whose length is a constant, a field or a property.
        }
        while (net.training);

        Observe(x, Normal(net.call(z), 1));
    }
}
