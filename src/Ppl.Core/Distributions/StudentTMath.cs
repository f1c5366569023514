using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What Student's t distributions share, in float64, for degrees of freedom from the least to the greatest number.</summary>
internal static class StudentTMath
{
    // From here on the asymptotic series is exact to double precision, and the difference of the log-gamma functions is not.
    private const double Large = 25;

    // A number up to here has a finite square.
    private const double LargestSquared = 1e150;

    // What lies closer to the location has no mass in between that float64 could tell from 0.
    private const double LeastDistance = 1e-300;

    // Of log Γ(a + 1/2) − log Γ(a) − log(a) / 2 in odd powers of 1 / a: DLMF 5.11.8.
    private static readonly double[] Series =
        [-1.0 / 8, 1.0 / 192, -1.0 / 640, 17.0 / 14336, -31.0 / 18432, 691.0 / 180224, -5461.0 / 425984];

    /// <summary>The log-density at z of the standard distribution.</summary>
    /// <param name="z">The standardized value, in float64.</param>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static Tensor LogDensity(Tensor z, Tensor df)
    {
        var half = df / 2;
        return Excess(half) - 0.5 * Math.Log(2 * Math.PI) - (half + 0.5) * Log1pSquare(z / df.sqrt());
    }

    /// <summary>The entropy of the standard distribution.</summary>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static Tensor Entropy(Tensor df)
    {
        var half = df / 2;
        return (half + 0.5) * ExcessSlope(half) + 0.5 + 1 / (4 * half) + 0.5 * Math.Log(2 * Math.PI) - Excess(half);
    }

    /// <summary>The mean of |z|: √(2/π) · df / (df − 1) · exp(excess(df / 2)) for df &gt; 1, else infinite.</summary>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static Tensor MeanDistance(Tensor df)
    {
        var isFinite = df.gt(1);
        var finite = df.Or(isFinite, 2);
        var mean = Math.Sqrt(2 / Math.PI) * Excess(finite / 2).exp() * finite / (finite - 1);
        return mean.Or(isFinite, double.PositiveInfinity);
    }

    /// <summary>df / (df − 2): the mean square, infinite for df ≤ 2.</summary>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static Tensor MeanSquare(Tensor df)
    {
        var isFinite = df.gt(2);
        var finite = df.Or(isFinite, 4);
        return (finite / (finite - 2)).Or(isFinite, double.PositiveInfinity);
    }

    /// <summary>A draw of the standard distribution, normal / √(Gamma(df / 2) / (df / 2)), with the gamma draw's implicit gradient.</summary>
    /// <param name="df">The degrees of freedom, expanded to the shape of the draw.</param>
    /// <param name="generator">Where the randomness comes from.</param>
    public static Tensor Draw(Tensor df, Generator? generator)
    {
        var half = df / 2;
        var normal = StandardNoise.Normal(df.shape, df, generator);
        return normal * ((half.log() - GammaMath.LogDraw(half, generator)) / 2).exp();
    }

    /// <summary>P(|T| ≤ |z|) and P(|T| &gt; |z|) of the standard distribution, as logarithms, with the gradient by the degrees of freedom.</summary>
    /// <param name="z">The standardized value, in float64.</param>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static (Tensor Inside, Tensor Outside) LogMasses(Tensor z, Tensor df)
    {
        var logit = df.log() - 2 * z.detach().abs().clamp_min(LeastDistance).log();
        var half = df / 2;
        var (lower, upper) = IncompleteBeta.Logs(half, full_like(half, 0.5), UnitPoint.OfLogit(logit));
        var tails = new Tails(lower, upper, logit, u => IncompleteBeta.LogDensityOfLogit(half, full_like(half, 0.5), u));
        return (tails.LogSurvival, tails.LogCdf);
    }

    /// <summary>The distance z with P(|T| ≤ z) = inside, without a gradient.</summary>
    /// <param name="inside">In [0, 1], in float64.</param>
    /// <param name="outside">1 − inside.</param>
    /// <param name="df">The degrees of freedom, in float64.</param>
    public static Tensor Distance(Tensor inside, Tensor outside, Tensor df)
    {
        using var grad = no_grad();
        var half = df / 2;
        return ((df.log() - IncompleteBeta.QuantileLogit(half, full_like(half, 0.5), outside, inside)) / 2).exp();
    }

    /// <summary>log Γ(a + 1/2) − log Γ(a) − log(a) / 2.</summary>
    private static Tensor Excess(Tensor a)
    {
        return DensityMath.InPieces(
            a, Large, small => (small + 0.5).lgamma() - small.lgamma() - small.log() / 2, large => Odd(1 / large, (c, _) => c));
    }

    /// <summary>The derivative of <see cref="Excess"/>.</summary>
    private static Tensor ExcessSlope(Tensor a)
    {
        return DensityMath.InPieces(
            a,
            Large,
            small => (small + 0.5).digamma() - small.digamma() - 0.5 / small,
            large => Odd(1 / large, (c, power) => -power * c) / large);
    }

    private static Tensor Odd(Tensor x, Func<double, int, double> coefficient)
    {
        var square = x.square();
        var sum = zeros_like(x);
        for (var i = Series.Length - 1; i >= 0; i--) sum = sum * square + coefficient(Series[i], (2 * i) + 1);
        return sum * x;
    }

    /// <summary>log(1 + w²), where w² may be more or less than any number.</summary>
    private static Tensor Log1pSquare(Tensor w)
    {
        if (w.IsWithin(-LargestSquared, LargestSquared)) return w.square().log1p();
        var isLarge = w.abs().gt(1);
        var one = ones_like(w);
        var large = where(isLarge, w, one).abs();
        return where(isLarge, 2 * large.log() + (1 / large).square().log1p(), where(isLarge, one, w).square().log1p());
    }
}
