using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Laplace distribution, whose density falls exponentially to both sides.</summary>
/// <remarks>
/// log p(x) = −|x − loc| / scale − log(2 scale). Mean, median and mode loc, variance 2 scale². Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Laplace : LocationScaleFamily<Laplace>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Laplace distribution.</summary>
    /// <param name="loc">The mean: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">The mean distance from it: &gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Laplace(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(0, LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square().Times(2));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <summary>The quantile of uniform noise, scaled and shifted.</summary>
    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var side = StandardNoise.Uniform(DrawShape(sampleShape), Like, generator) * 2 - 1;
        return Placed((-side.abs()).log1p().copysign(side));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
        => Expanded((-Standardized(value).abs()).MinusParameter(Scale.Times(2).Log()), FullShape(value));

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(1 + Math.Log(2)));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        // Not by |z|, whose derivative at the location is 0.
        var z = Standardized(value);
        return Expanded(where(z.lt(0), z.clamp_max(0).exp() / 2, 1 - (-z.clamp_min(0)).exp() / 2), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Expanded(LogBelow(Standardized(value)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Expanded(LogBelow(-Standardized(value)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed(Quantile(probability.OrNaN())), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed(-Quantile(probability.OrNaN())), FullShape(probability));
    }

    private static Tensor Quantile(Tensor probability)
    {
        var distance = (probability.minimum(1 - probability) * 2).log();
        return where(probability.lt(0.5), distance, -distance);
    }

    // log P(Z ≤ z) of the standard distribution.
    private static Tensor LogBelow(Tensor z) => where(z.lt(0), z - Math.Log(2), ((-z.clamp_min(0)).exp() / -2).log1p());
}
