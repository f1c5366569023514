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
        var rows = Simulate(3).z.shape[0];
//                 ^^^^^^^^ PPL0073: 'Simulate' is generated from 'Generate', which is read before it exists and cannot use it. Compute outside the model what is needed of it, and keep the result in a field.
        Observe(x, Normal(net.call(z), rows));
    }
}
