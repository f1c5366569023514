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
        var z = Sample(Delta(net.call(ones(2))));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0020: 'z' is Delta, all of whose mass is at one point: it is computed from other values and is no random variable. Assign the point itself to 'z', without 'Sample'.
        Observe(x, Normal(net.call(z), 1));
    }
}
