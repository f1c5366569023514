using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Ppl;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Data that are there in part, a latent that is known in some rows, and a factor.</summary>
public sealed partial class Partial : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Partial() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor count, Tensor? told, Tensor site)
    {
        using var data = Plate(x, count, told, site);
        var top = Sample(Normal(0, 1).Expand(2));
        var z = Sample(Normal(top, 1), observed: told, where: site.select(1, 0).gt(0));
        var near = -(z - top).square().sum(-1);
        Factor(near);
        Observe(x, Normal(net.call(z), 1), where: count.select(1, 0).gt(-1)
            .logical_and(count.select(1, 0).lt(1)));
    }
}
