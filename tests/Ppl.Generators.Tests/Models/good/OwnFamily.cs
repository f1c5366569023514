using System;
using Ppl;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A family of the user's own, with a head of Ppl.Core's and a closed form of its own: the generator learns of it by its attributes.</summary>
public sealed partial class OwnFamily : GenerativeModel
{
    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public OwnFamily() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(new Laplace(zeros(2), 1.5));
        Observe(distribution: Normal(decoder.call(z), 1), value: x);
    }
}

/// <summary>log p(x) = -|x - loc| / scale - log(2 scale).</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Laplace(Tensor loc, double scale) : Distribution
{
    public override long[] Shape => loc.shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => loc;

    public override Tensor Variance => full_like(loc, 2 * scale * scale);

    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var uniform = rand(DrawShape(sampleShape), dtype: loc.dtype, generator: generator) - 0.5;
        return loc - (uniform.sign() * (1 - (2 * uniform.abs())).log() * scale);
    }

    public override Tensor LogProb(Tensor value) => -((value - loc).abs() / scale) - Math.Log(2 * scale);

    public override Tensor Entropy() => full_like(loc, 1 + Math.Log(2 * scale));

    public override Distribution With(Func<Tensor, Tensor> map) => new Laplace(map(loc), scale);

    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Laplace(map(loc, 0), scale);

    public override Laplace Expand(params long[] sizes) => new(loc.expand(sizes), scale);

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;

    /// <summary>E_q|x - loc| / scale + log(2 scale) - H(q), with the mean of a folded normal (Leone, Nelson, Nottingham 1961).</summary>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Laplace p)
    {
        var (mean, deviation) = (q.Mean - p.Mean, q.Variance.sqrt());
        var folded = (deviation * Math.Sqrt(2 / Math.PI) * (-(mean * mean) / (2 * q.Variance)).exp()) + (mean * special.erf(mean / (deviation * Math.Sqrt(2))));
        return (folded / p.Scale) + Math.Log(2 * p.Scale) - q.Entropy();
    }

    private double Scale => scale;
}
