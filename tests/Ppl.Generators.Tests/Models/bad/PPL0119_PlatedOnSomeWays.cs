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
    private readonly bool deep;
    private readonly int kind;
    private readonly int steps = 3;

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var mean = zeros(2);
        if (deep)
        {
            var top = Sample(Normal(0, 1).Expand(2));
            mean = net.call(top);
        }

        var z = Sample(Normal(mean, 1));
//          ^ PPL0119: The distribution of 'z' depends on something inside plate 'data' on some ways through the branches and is the same for every row on others, and one text cannot be both. Draw or observe 'z' in each arm, with the distribution that it has there.
        Observe(x, Normal(net.call(z), 1));
    }
}
