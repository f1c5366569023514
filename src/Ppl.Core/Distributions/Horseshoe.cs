using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The horseshoe: a normal whose standard deviation is half-Cauchy, a prior of sparse coefficients.</summary>
/// <remarks>
/// x = scale · λ · ε for λ ~ HalfCauchy(1) and ε ~ Normal(0, 1), with λ integrated out: log p(x) = log(eᶻ E₁(z)) − log scale − log(2π³) / 2, with
/// z = (x / scale)² / 2 and the exponential integral E₁. It grows without bound at 0, like −log |x|, and its tails fall like 1 / x². Carvalho,
/// Polson and Scott (2010), Biometrika 97. E₁ by its series up to 2 and by its continued fraction above, to a relative 1e-14. There is no mean and no
/// variance. Shape: the parameter's.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Horseshoe : ParametricFamily<Horseshoe>
{
    // −log √(2π³).
    private const double LogConstant = -1.8378770664093454836 / 2 - 1.1447298858494001741;
    private const double LargestSeries = 2;
    private const int Terms = 25;
    private const int Depth = 50;

    // From it on eᶻ E₁(z) is 1 / z.
    private const double FirstPower = 1e17;

    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    // Σ (−1)ᵏ⁺¹ zᵏ / (k k!) from k = 1 on.
    private static readonly double[] Series = [.. Enumerable.Range(0, Terms + 1).Select(Coefficient)];

    /// <summary>A horseshoe distribution.</summary>
    /// <param name="scale">The global scale: &gt; 0. Any shape; 1 when it is not given.</param>
    public Horseshoe(TensorOrScalar? scale = null) : base(ScaleOf.Of(scale))
    {
    }

    /// <summary>The global scale, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <summary>Undefined: NaN.</summary>
    public override Tensor Mean => Whole(Scale.Times(0).Plus(double.NaN));

    /// <summary>Undefined: NaN.</summary>
    public override Tensor Variance => Mean;

    /// <summary>0, where the density is infinite.</summary>
    public override Tensor Mode => Whole(Scale.Times(0));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var local = new HalfCauchy().InverseCdf(rand(shape, Like?.dtype ?? get_default_dtype(), Like?.device, generator: generator));
        var noise = randn(shape, local.dtype, local.device, generator: generator);
        var most = finfo(local.dtype).max;
        return (noise * local).TimesParameter(Scale).clamp(-most, most);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, scale) = (value.to(ScalarType.Float64).abs(), Scale.Wide(value));
        var isZero = x.eq(0);
        var logScale = scale.log();
        var log = 2 * (x.Or(isZero.logical_not()).log() - logScale) - Math.Log(2);
        var integral = LogScaledIntegral(log).masked_fill(isZero, double.PositiveInfinity);
        return Expanded((integral - logScale + LogConstant).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <summary>log(eᶻ E₁(z)) from log z.</summary>
    private static Tensor LogScaledIntegral(Tensor log)
    {
        var isSmall = log.le(Math.Log(LargestSeries));
        var isLarge = log.gt(Math.Log(FirstPower));
        var smallLog = log.Or(isSmall, 0);
        var small = smallLog.exp();
        var series = small + (DensityMath.Polynomial(small, Series) - smallLog - SpecialNumbers.Euler).log();
        var middle = log.Or(isSmall.logical_or(isLarge).logical_not(), Math.Log(LargestSeries)).exp();
        var tail = zeros_like(middle);
        for (var n = Depth; n > 0; n--) tail = n * n / (middle + (2 * n + 1) - tail);
        return where(isSmall, series, where(isLarge, -log, -(middle + 1 - tail).log()));
    }

    private static double Coefficient(int k)
    {
        if (k == 0) return 0;
        var factorial = 1.0;
        for (var i = 2; i <= k; i++) factorial *= i;
        return (k % 2 == 1 ? 1 : -1) / (k * factorial);
    }
}
