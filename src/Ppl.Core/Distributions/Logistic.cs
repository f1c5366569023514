using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The logistic distribution, whose distribution function is the sigmoid.</summary>
/// <remarks>
/// log p(x) = −z − 2 log(1 + exp(−z)) − log scale with z = (x − loc) / scale. Mean, median and mode loc, variance π² scale² / 3.
/// Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Logistic : LocationScaleFamily<Logistic>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A logistic distribution.</summary>
    /// <param name="loc">The mean: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Logistic(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(0, LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square().Times(Math.PI * Math.PI / 3));

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => Placed(Logit(StandardNoise.Uniform(DrawShape(sampleShape), Like, generator)));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var z = Standardized(value);
        return Expanded((z - Bernoulli.Softplus(z) * 2).MinusParameter(Scale.Log()), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(2));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Expanded(Standardized(value).sigmoid(), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Expanded(-Bernoulli.Softplus(-Standardized(value)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Expanded(-Bernoulli.Softplus(Standardized(value)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(Logit(probability)), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed(-Logit(probability.OrNaN())), FullShape(probability));
    }

    private static Tensor Logit(Tensor probability) => probability.log() - (-probability).log1p();
}
