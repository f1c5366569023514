using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Pareto distribution: a power law above a least value.</summary>
/// <remarks>
/// log p(x) = log α + α log s − (α + 1) log x for x ≥ s = scale, else −∞. Mean α s / (α − 1) for α &gt; 1, else infinite; mode s. A draw is
/// s exp(E / α) for an exponential E. Densities are computed in float64. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class Pareto : ParametricFamily<Pareto>
{
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);
    private static readonly ParameterDeclaration AlphaOf = new("alpha", Constraint.Positive);

    /// <summary>A Pareto distribution.</summary>
    /// <param name="scale">s, the least value: &gt; 0. Any shape.</param>
    /// <param name="alpha">α, by whose power the tail falls: &gt; 0. Broadcasts with <paramref name="scale"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Pareto(TensorOrScalar scale, TensorOrScalar alpha) : base(ScaleOf.Of(scale), AlphaOf.Of(alpha))
    {
    }

    /// <summary>The least value, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <summary>The tail's power, as given.</summary>
    public TensorOrScalar Alpha => ParameterAt(1);

    /// <summary>From the scale on.</summary>
    public override Constraint ValueConstraint => new BelowBoundedConstraint(Scale, true);

    /// <summary>α s / (α − 1); infinite where α ≤ 1.</summary>
    public override Tensor Mean
    {
        get
        {
            var (scale, alpha) = (Scale.AsTensor(Like), Alpha.AsTensor(Like));
            var isFinite = alpha.gt(1);
            var inside = alpha.Or(isFinite, 2);
            return Whole(where(isFinite, scale * (inside / (inside - 1)), full_like(alpha, double.PositiveInfinity)));
        }
    }

    /// <summary>α s² / ((α − 1)² (α − 2)); infinite where α ≤ 2.</summary>
    public override Tensor Variance
    {
        get
        {
            var (scale, alpha) = (Scale.AsTensor(Like), Alpha.AsTensor(Like));
            var isFinite = alpha.gt(2);
            var inside = alpha.Or(isFinite, 3);
            var variance = (scale / (inside - 1)).square() * (inside / (inside - 2));
            return Whole(where(isFinite, variance, full_like(alpha, double.PositiveInfinity)));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Scale);

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var log = StandardNoise.Exponential(DrawShape(sampleShape), Like, generator).OverParameter(Alpha);
        return (DensityMath.ClampedExp(log) * Scale.AsTensor(log)).clamp_max(finfo(log.dtype).max);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (scale, alpha, isInside) = (Scale.Wide(value), Alpha.Wide(value), IsInside(value));
        var log = value.to(ScalarType.Float64).Or(isInside).log();
        var density = alpha.log() + alpha * (scale.log() - log) - log;
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Minus(Alpha.Log()).Plus(TensorOrScalar.FromDouble(1).Over(Alpha)).Plus(1));

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var cdf = LogTail(value).expm1().neg();
        return Expanded(cdf.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <summary>α log(s / x).</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value) => Expanded(LogTail(value).to(GammaMath.ResultType(value, Like)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return AtLogSurvival((-probability.OrNaN().to(ScalarType.Float64)).log1p(), probability);
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return AtLogSurvival(probability.OrNaN().to(ScalarType.Float64).log(), probability);
    }

    private Tensor AtLogSurvival(Tensor log, Tensor probability)
    {
        var quantile = (-log / Alpha.Wide(probability)).exp() * Scale.Wide(probability);
        return Expanded(quantile.to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    private Tensor LogTail(Tensor value)
    {
        var isInside = value.IsAtLeast(Scale);
        var tail = Alpha.Wide(value) * (Scale.Wide(value).log() - value.to(ScalarType.Float64).Or(isInside).log());
        return where(isInside, tail, zeros_like(tail)).clamp_max(0);
    }

    // Compared in the value's type, in which the bound itself may have been rounded.
    private Tensor IsInside(Tensor value) => value.IsAtLeast(Scale).logical_and(value.lt(double.PositiveInfinity));
}
