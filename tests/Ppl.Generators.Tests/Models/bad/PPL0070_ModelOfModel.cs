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

public partial class Shared : GenerativeModel
{
    protected readonly Module<Tensor, Tensor> net = Linear(2, 2);

    protected Shared() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
    }
}

public sealed partial class Example : Shared
//                          ^^^^^^^ PPL0070: 'Example' derives from 'Shared', which is a model of its own, and would have two of each generated member. Let both derive from a class without a [Model] method that holds what they share.
{
    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Normal(net.call(z), 1));
        Observe(y, Normal(net.call(z), 2));
    }
}
