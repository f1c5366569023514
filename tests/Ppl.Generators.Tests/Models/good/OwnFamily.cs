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
        var z = Sample(new Moyal(zeros(2), 1.5));
        Observe(distribution: Normal(decoder.call(z), 1), value: x);
    }
}

/// <summary>Moyal's distribution: log p(x) = -(z + exp(-z) + log(2 pi)) / 2 - log(scale) with z = (x - loc) / scale.</summary>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Moyal(Tensor loc, double scale) : Distribution
{
    // Euler's constant and log 2.
    private const double MeanOfStandard = 1.2703628454614782;

    public override long[] Shape => loc.shape;

    public override bool IsReparameterized => true;

    public override Tensor Mean => loc + (MeanOfStandard * scale);

    public override Tensor Variance => full_like(loc, scale * scale * Math.PI * Math.PI / 2);

    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        // exp(-z) is the square of a normal draw.
        var normal = randn(DrawShape(sampleShape), dtype: loc.dtype, generator: generator);
        return loc - (normal.square().log() * scale);
    }

    public override Tensor LogProb(Tensor value)
    {
        var z = (value - loc) / scale;
        return ((z + (-z).exp() + Math.Log(2 * Math.PI)) / -2) - Math.Log(scale);
    }

    public override Tensor Entropy() => full_like(loc, ((MeanOfStandard + 1 + Math.Log(2 * Math.PI)) / 2) + Math.Log(scale));

    public override Distribution With(Func<Tensor, Tensor> map) => new Moyal(map(loc), scale);

    public override Distribution Map(Func<Tensor, int, Tensor> map, long[]? batch) => new Moyal(map(loc, 0), scale);

    public override Moyal Expand(params long[] sizes) => new(loc.expand(sizes), scale);

    public override ValueFault? FindParameterFault() => null;

    public override ValueFault? FindValueFault(Tensor value) => null;

    /// <summary>E_q[z + exp(-z) + log(2 pi)] / 2 + log(scale) - H(q), with the mean of a log-normal.</summary>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Moyal p)
    {
        var (mean, variance) = ((q.Mean - p.Loc) / p.Scale, q.Variance / (p.Scale * p.Scale));
        return ((mean + ((variance / 2) - mean).exp() + Math.Log(2 * Math.PI)) / 2) + Math.Log(p.Scale) - q.Entropy();
    }

    private Tensor Loc => loc;

    private double Scale => scale;
}
