using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The standard normal distribution function where it is tiny, in float64.</summary>
internal static class NormalMath
{
    public const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>log Φ(x), accurate in value and gradient in both tails.</summary>
    /// <param name="x">Any real, in float64.</param>
    public static Tensor LogCdf(Tensor x)
    {
        var isLow = x.lt(-1);
        var low = where(isLow, x, -ones_like(x));
        var high = where(isLow, zeros_like(x), x);
        return where(isLow, LogScaledTail(-low) - low.square() / 2, ((high * Math.Sqrt(0.5)).erfc() * -0.5).log1p());
    }

    /// <summary>log (exp(x² / 2) Φ(−x)) for x ≥ 0: what is left of a tail without its exponential.</summary>
    /// <param name="x">At least 0, in float64.</param>
    public static Tensor LogScaledTail(Tensor x) => (special.erfcx(x * Math.Sqrt(0.5)) * 0.5).log();
}
