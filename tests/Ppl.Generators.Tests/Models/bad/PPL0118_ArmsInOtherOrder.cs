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
        Tensor a, b;
        if (deep)
        {
            a = Sample(Normal(0, 1).Expand(2));
//          ^ PPL0118: The variables 'a', 'b' depend on each other in a circle, one way in one arm and the other way in another, and one guide serves both arms. Give the variables of one arm names of their own.
            b = Sample(Normal(net.call(a), 1));
        }
        else
        {
            b = Sample(Normal(0, 1).Expand(2));
            a = Sample(Normal(net.call(b), 1));
        }

        Observe(x, Normal(a + b, 1));
    }
}
