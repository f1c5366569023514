using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Terms of densities that keep value and gradient free of NaN at the ends of a support and far outside it.</summary>
internal static class DensityMath
{
    // Below it 1 − exp(−t) is the exact one of the two forms.
    private const double LogTwo = 0.69314718055994531;

    /// <summary>The values inside, and a harmless number in place of those outside, where a density is −∞ and has no gradient.</summary>
    public static Tensor Or(this Tensor value, Tensor isInside, double instead = 1)
        => isInside.HoldsEverywhere(value) ? value : where(isInside, value, full_like(value, instead));

    /// <summary>A probability, and NaN where a number is none: a quantile's formula may have a value there.</summary>
    public static Tensor OrNaN(this Tensor probability) => probability.Or(probability.ge(0).logical_and(probability.le(1)), double.NaN);

    /// <summary>
    /// Whether a choice by a mask is known to be the first of two everywhere. A choice costs as much as a logarithm, and its gradient twice that;
    /// to look is cheap on the CPU. A device would be waited for: there the answer is no.
    /// </summary>
    /// <param name="mask">Boolean.</param>
    /// <param name="first">What the mask chooses, whose shape the result has.</param>
    public static bool HoldsEverywhere(this Tensor mask, Tensor first)
    {
        if (mask.device_type != DeviceType.CPU || !mask.shape.AsSpan().SequenceEqual(first.shape)) return false;
        using var all = mask.all();
        return all.ToBoolean();
    }

    /// <summary>Whether all numbers are known to be in [least, most): as <see cref="HoldsEverywhere"/>, not of a device. NaN is not.</summary>
    public static bool IsWithin(this Tensor x, double least, double most)
    {
        if (x.device_type != DeviceType.CPU || x.numel() == 0) return false;
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (low, high) = x.detach().aminmax();
        return low.to(ScalarType.Float64).ToDouble() >= least && high.to(ScalarType.Float64).ToDouble() < most;
    }

    /// <summary>A function of float64 numbers in two pieces. Each sees numbers of its side alone, and is not computed where there are none.</summary>
    /// <param name="x">The argument.</param>
    /// <param name="bound">Where the upper piece begins.</param>
    /// <param name="lower">The piece below the bound.</param>
    /// <param name="upper">The piece from the bound on.</param>
    public static Tensor InPieces(Tensor x, double bound, Func<Tensor, Tensor> lower, Func<Tensor, Tensor> upper)
    {
        if (x.IsWithin(double.NegativeInfinity, bound)) return lower(x);
        if (x.IsWithin(bound, double.PositiveInfinity)) return upper(x);
        return where(x.lt(bound), lower(x.clamp_max(bound)), upper(x.clamp_min(bound)));
    }

    /// <summary>
    /// c log x, with 0 log 0 = 0. Where x is 0 and c is not, it is the limit ±∞, without a gradient.
    /// </summary>
    /// <param name="c">Any real.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor PowerLog(Tensor c, Tensor x)
    {
        if (x.IsWithin(double.Epsilon, double.PositiveInfinity)) return c * x.log();
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

    /// <summary>log(1 − exp(−exp(s))), exact for any s: the logarithm of a probability whose cumulative hazard is exp(s).</summary>
    public static Tensor LogOneMinusExpOfExp(Tensor s)
    {
        // Below it log t − t / 2 with t = exp(s) is right to t² / 24; from the upper bound on it is 0 in float64 too.
        const double Small = -20;
        const double Large = 10;
        return where(s.lt(Small), s - s.clamp_max(Small).exp() / 2, LogOneMinusExp(s.clamp(Small, Large).exp()));
    }

    /// <summary>The logarithm of a probability, from the smaller of it and its complement; −∞ without a gradient where it is 0.</summary>
    /// <param name="share">The probability.</param>
    /// <param name="rest">1 − the probability, with its own digits.</param>
    public static Tensor LogShare(Tensor share, Tensor rest)
    {
        var isLess = share.lt(0.5);
        var isPossible = share.ne(0);
        var less = share.Or(isLess.logical_and(isPossible)).log().WhereInside(isPossible);
        return where(isLess, less, (-rest.Or(isLess.logical_not(), 0)).log1p());
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
