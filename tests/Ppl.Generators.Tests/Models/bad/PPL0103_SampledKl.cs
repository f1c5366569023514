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
        var w = Sample(new Laplace(net.call(ones(1, 2))));
//          ^ PPL0103: The divergence of 'w' is sampled, because no closed form of Normal || Laplace is registered. A method '[ClosedFormKl] public static Tensor Kl(...)' for that pair, in the class of the family or of the model, would make it exact.
        Observe(x, Normal(net.call(z + w), 1));
    }
}

[Family(Support.Real, Reparameterized = true, Head = typeof(Ppl.Networks.NormalHead))]
public sealed class Laplace(Tensor loc) : Distribution
{
    public override long[] Shape => loc.shape;
    public override bool IsReparameterized => true;
    public override Tensor Mean => loc;
    public override Tensor Variance => ones(2);
    public override Tensor LogProb(Tensor value) => -(value - loc).abs();
    public override Tensor Entropy() => ones(2);
    public override Distribution With(Func<Tensor, Tensor> map) => new Laplace(map(loc));
    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Laplace(map(loc, 0));
    public override Distribution Expand(params long[] sizes) => new Laplace(loc.expand(sizes));
    public override ValueFault? FindParameterFault() => null;
    public override ValueFault? FindValueFault(Tensor value) => null;
}
