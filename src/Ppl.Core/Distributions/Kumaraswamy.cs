using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Kumaraswamy distribution on the unit interval: much like a beta, with a distribution function that can be inverted.</summary>
/// <remarks>
/// log p(x) = log(a b) + (a − 1) log x + (b − 1) log(1 − xᵃ), with a = concentration1 and b = concentration0; P(X ≤ x) = 1 − (1 − xᵃ)ᵇ. Mean
/// b B(1 + 1 / a, b). Kumaraswamy (1980), Journal of Hydrology 46. Densities are computed in float64; draws lie inside the open interval. Shape:
/// the parameters', broadcast.
/// </remarks>
[Family(Support.UnitInterval, Reparameterized = true)]
public sealed class Kumaraswamy : ParametricFamily<Kumaraswamy>
{
    // From it on −log(1 − xᵃ) is xᵃ + x²ᵃ / 2 to double precision.
    private const double LargestPower = 20;

    private static readonly ParameterDeclaration Concentration1Of = new("concentration1", Constraint.Positive);
    private static readonly ParameterDeclaration Concentration0Of = new("concentration0", Constraint.Positive);

    /// <summary>A Kumaraswamy distribution.</summary>
    /// <param name="concentration1">a, the weight of 1: &gt; 0. Any shape.</param>
    /// <param name="concentration0">b, the weight of 0: &gt; 0. Broadcasts with <paramref name="concentration1"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Kumaraswamy(TensorOrScalar concentration1, TensorOrScalar concentration0)
        : base(Concentration1Of.Of(concentration1), Concentration0Of.Of(concentration0))
    {
    }

    /// <summary>a, the weight of 1, as given.</summary>
    public TensorOrScalar Concentration1 => ParameterAt(0);

    /// <summary>b, the weight of 0, as given.</summary>
    public TensorOrScalar Concentration0 => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(LogMoment(1).exp().Narrow(Like));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var log = LogMoment(1);
            return Whole(((2 * log).exp() * (LogMoment(2) - 2 * log).expm1()).Narrow(Like));
        }
    }

    /// <summary>
    /// ((a − 1) / (a b − 1))^(1 / a) where a ≥ 1 and b ≥ 1; the end to which the density grows elsewhere, and NaN where it grows to both or is
    /// uniform.
    /// </summary>
    public override Tensor Mode
    {
        get
        {
            var (a, b) = (Whole(Concentration1), Whole(Concentration0));
            var isUniform = a.eq(1).logical_and(b.eq(1));
            var isInside = a.ge(1).logical_and(b.ge(1)).logical_and(isUniform.logical_not());
            var (inner, other) = (a.Or(isInside, 2), b.Or(isInside, 2));
            var inside = ((inner - 1) / (inner * other - 1)).pow(1 / inner);
            var isNone = isUniform.logical_or(a.lt(1).logical_and(b.lt(1)));
            return where(isInside, inside, where(isNone, full_like(a, double.NaN), b.lt(1).to(a.dtype)));
        }
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var limits = finfo(Like?.dtype ?? get_default_dtype());
        var hazard = StandardNoise.Exponential(DrawShape(sampleShape), Like, generator).OverParameter(Concentration0);
        var log = DensityMath.LogOneMinusExp(hazard.clamp_min(limits.tiny)).OverParameter(Concentration1);
        return DensityMath.ClampedExp(log).clamp_max(1 - limits.eps / 2);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (a, b, wide) = (Concentration1.Wide(value), Concentration0.Wide(value), value.to(ScalarType.Float64));
        var isInside = wide.ge(0).logical_and(wide.le(1));
        var (isZero, isOne) = (wide.eq(0), wide.eq(1));
        var isBetween = wide.gt(0).logical_and(wide.lt(1));

        // At the ends themselves the other factor is 1.
        var log = wide.Or(isBetween, 0.5).log();
        var rest = DensityMath.LogOneMinusExp(-a * log);
        var left = where(isOne, zeros_like(log), log);
        var right = where(isZero, zeros_like(rest), rest);
        var density = a.log() + b.log() + DensityMath.PowerLog(a - 1, left, isZero) + DensityMath.PowerLog(b - 1, right, isOne);
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>1 − 1 / b + (1 − 1 / a) H(b) − log(a b), with the harmonic number H(b) = ψ(b + 1) + γ.</summary>
    public override Tensor Entropy()
    {
        var (a, b) = (Concentration1.Wide(Like), Concentration0.Wide(Like));
        var harmonic = (b + 1).digamma() + SpecialNumbers.Euler;
        return Whole((1 - 1 / b + (1 - 1 / a) * harmonic - a.log() - b.log()).Narrow(Like));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (power, isAbove, isBelow) = Inner(value);
        var rest = DensityMath.LogOneMinusExp(power);
        var cdf = where(isBelow.logical_or(isAbove), isAbove.to(ScalarType.Float64), (Concentration0.Wide(value) * rest).expm1().neg());
        return Expanded(cdf.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (power, isAbove, isBelow) = Inner(value);

        // log −log(1 − xᵃ), where xᵃ may round to 0.
        var isTiny = power.gt(LargestPower);
        var logHazard = where(isTiny, (-power).exp() / 2 - power, (-DensityMath.LogOneMinusExp(power.Or(isTiny.logical_not()))).log());
        var log = DensityMath.LogOneMinusExpOfExp(logHazard + Concentration0.Wide(value).log());
        return Expanded(where(isAbove, 0, log).WhereInside(isBelow.logical_not()).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <summary>b log(1 − xᵃ).</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value)
    {
        var (power, isAbove, isBelow) = Inner(value);
        var log = DensityMath.LogOneMinusExp(power) * Concentration0.Wide(value);
        return Expanded(where(isBelow, 0, log).WhereInside(isAbove.logical_not()).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var full = FullShape(probability);
        var p = probability.to(ScalarType.Float64);
        var log = DensityMath.LogOneMinusExp(-(-p).log1p() / Concentration0.Wide(probability)) / Concentration1.Wide(probability);
        return Expanded(log.exp().to(GammaMath.ResultType(probability, Like)), full);
    }

    // −log xᵃ between 0 and 1, and whether the value is above or below.
    private (Tensor Power, Tensor IsAbove, Tensor IsBelow) Inner(Tensor value)
    {
        var wide = value.to(ScalarType.Float64);
        var isBetween = wide.gt(0).logical_and(wide.lt(1));
        return (-Concentration1.Wide(value) * wide.Or(isBetween, 0.5).log(), wide.ge(1), wide.le(0));
    }

    // log E[xⁿ] = log b + log B(1 + n / a, b).
    private Tensor LogMoment(int n)
    {
        var (a, b) = (Concentration1.Wide(Like), Concentration0.Wide(Like));
        return b.log() + GammaMath.LogBeta(1 + n / a, b);
    }
}
