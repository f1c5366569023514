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
        var z = Sample(Bernoulli(0.5).Expand(2));
//                     ^^^^^^^^^^^^^^^^^^^^^^^^ PPL0019: 'z' is Bernoulli, whose draws have no pathwise gradient: such latents are not supported yet
        Observe(x, Normal(net.call(z), 1));
    }
}
