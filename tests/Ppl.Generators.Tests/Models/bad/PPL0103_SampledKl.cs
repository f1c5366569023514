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
        var z = Sample(MultivariateNormal(zeros(2), eye(2)));
        var w = Sample(new Moyal(net.call(ones(1, 2))));
//          ^ PPL0103: The divergence of 'w' is sampled, because no closed form of Normal || Moyal is registered. A method '[ClosedFormKl] public static Tensor Kl(...)' for that pair, in the class of the family or of the model, would make it exact.
        Observe(x, Normal(net.call(z + w), 1));
    }
}

[Family(Support.Real, Reparameterized = true, Head = typeof(Ppl.Networks.NormalHead))]
public sealed class Moyal(Tensor loc) : Distribution
{
    public override long[] Shape => loc.shape;
    public override bool IsReparameterized => true;
    public override Tensor Mean => loc + 1.2703628454614782;
    public override Tensor Variance => full_like(loc, Math.PI * Math.PI / 2);
    public override Tensor LogProb(Tensor value) => (loc - value - (loc - value).exp() - Math.Log(2 * Math.PI)) / 2;
    public override Tensor Entropy() => full_like(loc, (2.2703628454614782 + Math.Log(2 * Math.PI)) / 2);
    public override Distribution With(Func<Tensor, Tensor> map) => new Moyal(map(loc));
    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Moyal(map(loc, 0));
    public override Distribution Expand(params long[] sizes) => new Moyal(loc.expand(sizes));
    public override ValueFault? FindParameterFault() => null;
    public override ValueFault? FindValueFault(Tensor value) => null;
}
