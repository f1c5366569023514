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
        var z = Sample(Normal(0, 1).Expand(2));
//              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PPL0009: 'Sample' stands outside the plate: latents and observations that are shared by all rows are not supported yet
        using var data = Plate(x);
        Observe(x, Normal(net.call(z), 1));
    }
}
