using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Terms of densities that keep value and gradient free of NaN at the ends of a support and far outside it.</summary>
internal static class DensityMath
{
    // Below it 1 − exp(−t) is the exact one of the two forms.
    private const double LogTwo = 0.69314718055994531;

    /// <summary>The values inside, and a harmless number in place of those outside, where a density is −∞ and has no gradient.</summary>
    public static Tensor Or(this Tensor value, Tensor isInside, double instead = 1) => where(isInside, value, full_like(value, instead));

    /// <summary>
    /// c log x, with 0 log 0 = 0. Where x is 0 and c is not, it is the limit ±∞, without a gradient.
    /// </summary>
    /// <param name="c">Any real.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor PowerLog(Tensor c, Tensor x)
    {
        var isZero = x.eq(0);
        return PowerLog(c, x.masked_fill(isZero, 1).log(), isZero);
    }

    /// <summary>c l, where l is the logarithm of a number; where the number is 0, what <see cref="PowerLog(Tensor, Tensor)"/> is there.</summary>
    /// <param name="c">Any real.</param>
    /// <param name="log">The logarithm, and anything finite where the number is 0.</param>
    /// <param name="isZero">Where the number is 0.</param>
    public static Tensor PowerLog(Tensor c, Tensor log, Tensor isZero)
    {
        var inside = c * log;
        var limit = where(c.detach().eq(0), zeros_like(c), c.detach() * double.NegativeInfinity);
        return where(isZero, limit, inside);
    }

    /// <summary>log p, and −∞ without a gradient where p is 0.</summary>
    public static Tensor LogOfProbability(this Tensor p)
    {
        var isImpossible = p.eq(0);
        return p.masked_fill(isImpossible, 1).log().masked_fill(isImpossible, double.NegativeInfinity);
    }

    /// <summary>log(1 − exp(−t)) for t &gt; 0, exact for small and for large t.</summary>
    public static Tensor LogOneMinusExp(Tensor t)
    {
        var isSmall = t.lt(LogTwo);
        var small = (-t.Or(isSmall, LogTwo)).expm1().neg().log();
        return where(isSmall, small, (-(-t.Or(isSmall.logical_not())).exp()).log1p());
    }

    /// <summary>exp(x), kept between the least and the greatest positive normal number; the gradient is 0 beyond them.</summary>
    public static Tensor ClampedExp(Tensor x)
    {
        var limits = finfo(x.dtype);
        return x.clamp(Math.Log(limits.tiny), Math.Log(limits.max)).exp().clamp(limits.tiny, limits.max);
    }

    /// <summary>A sum a₀ + a₁ x + a₂ x² + ... by Horner's rule.</summary>
    public static Tensor Polynomial(Tensor x, ReadOnlySpan<double> coefficients)
    {
        var sum = full_like(x, coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--) sum = sum * x + coefficients[i];
        return sum;
    }

    /// <summary>A result in the type of the parameters.</summary>
    public static Tensor Narrow(this Tensor result, Tensor? like) => result.to(like?.dtype ?? get_default_dtype());
}
