using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of |x| for x ~ Cauchy(0, scale): a weakly informative prior for scales.</summary>
/// <remarks>
/// log p(x) = log(2 / π) + log scale − log(scale² + x²) for x ≥ 0, else −∞. Mean and variance are infinite; the mode is 0. Shape: the
/// parameter's. As a prior of scales: Gelman (2006), Bayesian Analysis 1(3).
/// </remarks>
[Family(Support.NonNegative, Reparameterized = true)]
public sealed class HalfCauchy : ParametricFamily<HalfCauchy>
{
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A half-Cauchy distribution.</summary>
    /// <param name="scale">The median: &gt; 0. Any shape; 1 when it is not given.</param>
    public HalfCauchy(TensorOrScalar? scale = null) : base(ScaleOf.Of(scale))
    {
    }

    /// <summary>The median, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <summary>Infinite.</summary>
    public override Tensor Mean => Whole(Scale.Times(0).Plus(double.PositiveInfinity));

    /// <summary>Infinite.</summary>
    public override Tensor Variance => Mean;

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Scale.Times(0));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var share = rand(DrawShape(sampleShape), Like?.dtype ?? get_default_dtype(), Like?.device, generator: generator);
        return Quantile(share, 1 - share);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);

        // The hypotenuse neither overflows nor loses the smaller of the two.
        var radius = x.hypot(Scale.AsTensor(x));
        var density = (radius.log() * -2).MinusParameter(Scale.Log().Times(-1)) + Math.Log(2 / Math.PI);
        return Expanded(density.WhereInside(x.ge(0), value), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(Math.Log(2 * Math.PI)));

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Expanded(
        ValueCheck.AsReal(value, Like).OverParameter(Scale).atan().clamp_min(0) * (2 / Math.PI), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (below, above) = Shares(value);
        return Expanded(DensityMath.LogShare(below, above).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value)
    {
        var (below, above) = Shares(value);
        return Expanded(DensityMath.LogShare(above, below).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Quantile(probability, 1 - probability), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Quantile(1 - probability, probability), FullShape(probability));
    }

    // P(X ≤ x) and P(X > x), in float64: the slope of the angle squares both numbers.
    private (Tensor Below, Tensor Above) Shares(Tensor value)
    {
        var (x, scale) = (value.to(ScalarType.Float64).clamp_min(0), Scale.Wide(value));
        return (x.atan2(scale) * (2 / Math.PI), scale.atan2(x) * (2 / Math.PI));
    }

    // In the upper half by the complement: π/2 itself rounds to the other side of the tangent's pole.
    private Tensor Quantile(Tensor inside, Tensor outside)
    {
        var upper = 1 / (outside * (Math.PI / 2)).tan();
        return where(inside.gt(0.5), upper, (inside * (Math.PI / 2)).tan()).TimesParameter(Scale);
    }
}
