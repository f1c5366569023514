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
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Example() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[steps];
        for (var t = 0; t < steps; t++)
        {
            z[t] = Sample(Normal(0, 1).Expand(2));
            Observe(x[.., t], Normal(net.call(z[t]), 1));
        }

        Observe(x, Normal(0, 1).Expand(steps, 2));
//              ^ PPL0016: 'x' is observed more than once, and a random variable has one distribution. Observe it once, with the distribution that you mean; a second measurement is a second parameter.
    }
}
