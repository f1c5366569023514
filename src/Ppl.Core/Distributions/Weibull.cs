using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Weibull distribution: of times to failure, whose rate grows as the power concentration − 1 of the time.</summary>
/// <remarks>
/// log p(x) = log(k / λ) + (k − 1) log(x / λ) − (x / λ)ᵏ for x ≥ 0, with λ = scale and k = concentration. Mean λ Γ(1 + 1 / k). A draw is
/// λ E^(1 / k) for an exponential E. Densities are computed in float64. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.NonNegative, Reparameterized = true)]
public sealed class Weibull : ParametricFamily<Weibull>
{
    // log Γ(1 + 2e) − 2 log Γ(1 + e) = Σ (−1)ⁿ ζ(n) (2ⁿ − 2) eⁿ / n from n = 2 on: below this e by the series, with a remainder below 1e-16 of it.
    private const double LargestSeries = 0.04;

    private const double LargestLog = 700;

    private static readonly double[] SeriesOfVariance =
    [
        1.6449340668482264, -2.4041138063191886, 3.7881313179889837, -6.2215665308602196, 10.512544973839308, -18.150286992874611,
        31.879456059284733, -56.780475593477992, 102.30164557806301, -186.09191908036622, 341.25062319577026, -630.07730940897445,
        1170.2145262106094, -2184.4668169433891,
    ];

    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive);

    /// <summary>A Weibull distribution.</summary>
    /// <param name="scale">λ, the time at which 63% have failed: &gt; 0. Any shape.</param>
    /// <param name="concentration">k, the shape parameter: &gt; 0. Broadcasts with <paramref name="scale"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Weibull(TensorOrScalar scale, TensorOrScalar concentration) : base(ScaleOf.Of(scale), ConcentrationOf.Of(concentration))
    {
    }

    /// <summary>λ, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <summary>k, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Whole((Scale.Wide(Like) * (1 / Concentration.Wide(Like) + 1).lgamma().exp()).Narrow(Like));

    /// <summary>λ² (Γ(1 + 2 / k) − Γ(1 + 1 / k)²), by a series where the two nearly cancel.</summary>
    public override Tensor Variance
    {
        get
        {
            var (scale, inverse) = (Scale.Wide(Like), 1 / Concentration.Wide(Like));
            var isSmall = inverse.lt(LargestSeries);
            var e = inverse.Or(isSmall, 0);
            var series = e.square() * DensityMath.Polynomial(e, SeriesOfVariance);
            var log = (1 + inverse).lgamma();
            var difference = where(isSmall, series, (1 + 2 * inverse).lgamma() - 2 * log);
            return Whole((scale.square() * (2 * log).exp() * difference.expm1()).Narrow(Like));
        }
    }

    /// <summary>λ ((k − 1) / k)^(1 / k); 0 where k ≤ 1.</summary>
    public override Tensor Mode
    {
        get
        {
            var (scale, k) = (Scale.AsTensor(Like), Concentration.AsTensor(Like));
            var isInside = k.gt(1);
            var inside = k.Or(isInside, 2);
            return Whole(where(isInside, scale * ((-1 / inside).log1p() / inside).exp(), zeros_like(k)));
        }
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var log = StandardNoise.Exponential(DrawShape(sampleShape), Like, generator).log().OverParameter(Concentration);
        return DensityMath.ClampedExp(log.PlusParameter(Scale.Log()));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (scale, k, wide) = (Scale.Wide(value), Concentration.Wide(value), value.to(ScalarType.Float64));
        var isInside = wide.ge(0).logical_and(wide.lt(double.PositiveInfinity));
        var isZero = wide.eq(0);
        var log = wide.Or(isInside.logical_and(wide.gt(0))).log() - scale.log();
        var power = (k * log).exp();
        var density = k.log() - scale.log() + DensityMath.PowerLog(k - 1, log, isZero) - where(isZero, zeros_like(power), power);
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var inverse = 1 / Concentration.Wide(Like);
        return Whole((SpecialNumbers.Euler * (1 - inverse) + Scale.Wide(Like).log() + inverse.log() + 1).Narrow(Like));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var cdf = (-CumulativeHazard(value)).expm1().neg();
        return Expanded(cdf.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (log, isInside) = LogHazard(value);
        return Expanded(DensityMath.LogOneMinusExpOfExp(log).WhereInside(isInside).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <summary>−(x / λ)ᵏ.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value)
        => Expanded((-CumulativeHazard(value)).to(GammaMath.ResultType(value, Like)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return AtHazard((-probability.OrNaN().to(ScalarType.Float64)).log1p().neg(), probability);
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return AtHazard(-probability.OrNaN().to(ScalarType.Float64).log(), probability);
    }

    private Tensor AtHazard(Tensor hazard, Tensor probability)
    {
        var quantile = hazard.pow(1 / Concentration.Wide(probability)) * Scale.Wide(probability);
        return Expanded(quantile.to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    // (x / λ)ᵏ.
    private Tensor CumulativeHazard(Tensor value)
    {
        // Where the power would overflow nothing is left, and the slope of the distribution function would be 0 · ∞.
        var (log, isInside) = LogHazard(value);
        var power = log.clamp_max(LargestLog).exp();
        return where(isInside, power, zeros_like(power));
    }

    private (Tensor Log, Tensor IsInside) LogHazard(Tensor value)
    {
        var wide = value.to(ScalarType.Float64);
        var isInside = wide.gt(0);
        return (Concentration.Wide(value) * (wide.Or(isInside).log() - Scale.Wide(value).log()), isInside);
    }
}
