using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What the families of counts share: powers of probabilities without 0 · log 0, and ratios of gamma functions that do not cancel.</summary>
/// <remarks>Arguments are in float64.</remarks>
internal static class CountMath
{
    // From here on three terms of Stirling's series are exact in float64.
    public const double LeastStirling = 100;

    // A list of numbers up to it is exact in float32. Sums over a support keep some ten tensors of their terms in float64, 8 GB together.
    private const double MostValues = 1e7;
    private const double MostTerms = 1e8;

    /// <summary>x log y, and the limit 0 or ∓∞ without a gradient where y is 0: libtorch's xlogy has the gradient 0 / 0 at 0 log 0.</summary>
    public static Tensor TimesLog(this Tensor x, Tensor y) => DensityMath.PowerLog(x, y);

    /// <summary>x log(1 − y), and the limit without a gradient where y is 1.</summary>
    public static Tensor TimesLogOfComplement(this Tensor x, Tensor y)
    {
        var isOne = y.eq(1);
        return DensityMath.PowerLog(x, (-y.masked_fill(isOne, 0)).log1p(), isOne);
    }

    /// <summary>log(a (a + 1) ... (a + n − 1)) = log Γ(a + n) − log Γ(a), for a &gt; 0 and n ≥ 0.</summary>
    /// <remarks>For a large a the two terms cancel; there it is the difference of their Stirling series, in logarithms of ratios.</remarks>
    public static Tensor LogRising(Tensor a, Tensor n)
    {
        return DensityMath.InPieces(a, LeastStirling, small => (small + n).lgamma() - small.lgamma(), Series);

        Tensor Series(Tensor large)
        {
            var sum = large + n;
            return (large - 0.5) * (n / large).log1p() + n * (sum.log() - 1) + Remainder(sum) - Remainder(large);
        }
    }

    /// <summary>log n!.</summary>
    public static Tensor LogFactorial(Tensor n) => (n + 1).lgamma();

    /// <summary>log(n! / (k! (n − k)!)), for 0 ≤ k ≤ n.</summary>
    public static Tensor LogBinomial(Tensor n, Tensor k)
    {
        if (IsInTable(n) && IsInTable(k)) return LogFactorialOfCount(n) - LogFactorialOfCount(k) - LogFactorialOfCount(n - k);
        var fewer = minimum(k, n - k);
        return LogRising(n - fewer + 1, fewer) - LogFactorial(fewer);
    }

    /// <summary>x log rate − rate − log x!, for x ≥ 0.</summary>
    /// <remarks>
    /// For large counts near the rate the terms cancel; there it is written by the deviance x d − x log(1 + d) with d = rate / x − 1 (Loader 2000,
    /// "Fast and accurate computation of binomial probabilities"). Gradients do not cancel, so they are those of the three terms.
    /// </remarks>
    public static Tensor LogPoisson(Tensor x, Tensor rate)
    {
        // At the count 0 the logarithm is not used, and that of a rate of 0 has no gradient.
        var isPositive = rate.IsWithin(double.Epsilon, double.PositiveInfinity);
        var log = (isPositive ? rate : rate.masked_fill(x.detach().eq(0), 1)).log();
        var terms = x * log - rate - LogFactorialOfCount(x);
        return x.IsWithin(0, LeastStirling + 1) ? terms : NearTheRate(x.detach(), rate.detach(), terms);
    }

    /// <summary>log x! of what <see cref="Counts"/> gives.</summary>
    /// <remarks>Small counts look their logarithm up: lgamma is the most costly function here.</remarks>
    public static Tensor LogFactorialOfCount(Tensor x)
    {
        if (!IsInTable(x)) return LogFactorial(x);
        return arange(1, LeastStirling + 2, ScalarType.Float64, x.device).lgamma().take(x.to(ScalarType.Int64));
    }

    // Of a device it is not known: there lgamma costs little, and a look would be waited for.
    private static bool IsInTable(Tensor x) => !x.requires_grad && x.IsWithin(0, LeastStirling + 1);

    // Memory that is not there ends the process, without a message.
    private static void RefuseTooMany(Distribution family, string what, long values, long[] rows)
    {
        var terms = rows.Aggregate((double)values, (product, size) => product * size);
        if (terms <= MostTerms) return;
        throw new NotSupportedException(string.Create(
            CultureInfo.InvariantCulture,
            $"{family}'s {what} is a sum over {values} values for each row: {terms:0} terms, more than {MostTerms:0}. Take fewer rows at a time."));
    }

    private static Tensor NearTheRate(Tensor x, Tensor rate, Tensor terms)
    {
        var shift = (rate - x) / x.clamp_min(1);
        var isNear = x.gt(LeastStirling).logical_and(shift.abs().lt(0.5));
        var (large, d) = (x.Or(isNear, LeastStirling), shift.Or(isNear, 0));
        var near = large * (d.log1p() - d) - (2 * Math.PI * large).log() / 2 - Remainder(large);
        return where(isNear, near + NoiseMemory.Differential(terms), terms);
    }

    /// <summary>Where a value is a whole number from 0 to a bound, and the value in float64 with 0 elsewhere.</summary>
    /// <param name="value">The value.</param>
    /// <param name="most">The bound; null without one.</param>
    public static (Tensor Count, Tensor IsInside) Counts(Tensor value, Tensor? most = null)
    {
        var x = value.to(ScalarType.Float64);

        // ∞ − ⌊∞⌋ is NaN.
        var isInside = x.ge(0).logical_and((x - x.floor()).eq(0));
        if (most is not null) isInside = isInside.logical_and(x.le(most));
        return (x.Or(isInside, 0), isInside);
    }

    /// <summary>The least whole number from a number on that is computed of a probability, whose rounding may have put it above that.</summary>
    /// <param name="steps">The number.</param>
    /// <param name="slope">By how much it grows with the probability.</param>
    /// <param name="type">The type of the probability.</param>
    public static Tensor Ceiling(Tensor steps, Tensor slope, ScalarType type) => (steps - (slope * (4 * finfo(type).eps)).clamp_max(0.5)).ceil();

    /// <summary>The entropy −Σ p log p of a family that lists its support.</summary>
    /// <param name="family">The family, of numbers.</param>
    /// <exception cref="NotSupportedException">The support is too long.</exception>
    public static Tensor EntropyBySum(Distribution family) => EntropyBySum(family, family.EnumerateSupport());

    /// <summary>The entropy −Σ p log p over values that have all but nothing of the probability.</summary>
    /// <param name="family">The family, of numbers.</param>
    /// <param name="values">[S, rows], each row without a value twice.</param>
    /// <exception cref="NotSupportedException">There are too many.</exception>
    public static Tensor EntropyBySum(Distribution family, Tensor values)
    {
        RefuseTooMany(family, "entropy", values.shape[0], family.Shape);
        var log = family.LogProb(values);
        return -(log.exp() * where(log.gt(double.NegativeInfinity), log, zeros_like(log))).sum([0]);
    }

    /// <summary>P(X ≤ value) of a family that lists its support, by summing over it.</summary>
    /// <param name="family">The family, of numbers.</param>
    /// <param name="value">Where.</param>
    /// <param name="full">The shape of value and family, broadcast.</param>
    public static Tensor CdfBySum(Distribution family, Tensor value, long[] full)
    {
        var support = family.EnumerateSupport();
        RefuseTooMany(family, "distribution function", support.shape[0], full);
        var probs = family.LogProb(support).exp();
        var rows = probs.reshape([support.shape[0], .. Enumerable.Repeat(1L, full.Length - (int)probs.dim() + 1), .. probs.shape[1..]]);
        var isBelow = support.reshape([support.shape[0], .. Enumerable.Repeat(1L, full.Length)]).le(value.expand(full));

        // Over the whole sum, which rounding leaves beside 1: from the last value on it is 1, and nothing is above.
        return (where(isBelow, rows, zeros_like(rows)).sum([0]) / rows.sum([0])).clamp_max(1);
    }

    /// <summary>The whole numbers from one to another, for a list of a support.</summary>
    /// <param name="family">Whose support it is.</param>
    /// <param name="least">The first.</param>
    /// <param name="most">The last.</param>
    /// <param name="like">Gives type and device; the default ones when null.</param>
    /// <exception cref="NotSupportedException">There are more than ten million.</exception>
    public static Tensor WholeNumbers(Distribution family, double least, double most, Tensor? like)
    {
        var count = Math.Max(most - least, 0) + 1;
        if (count > MostValues)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture, $"{family.Name}'s support is not listed: it has {count:0} values, more than {MostValues:0}."));
        }

        return arange(least, least + count, like?.dtype ?? get_default_dtype(), like?.device);
    }

    /// <summary>The smallest and the largest of a parameter's entries; 0 where it has none, as without a row of data.</summary>
    public static (double Least, double Most) Ends(TensorOrScalar bound)
    {
        if (bound.IsScalar) return (bound.Scalar, bound.Scalar);
        if (bound.Tensor.numel() == 0) return (0, 0);
        var (least, most) = bound.Tensor.aminmax();
        return (least.to(ScalarType.Float64).ToDouble(), most.to(ScalarType.Float64).ToDouble());
    }

    /// <summary>Draws of Binomial(count, probability) in float64: both of the draws' shape.</summary>
    public static Tensor DrawBinomial(Tensor count, Tensor probability, Generator? generator)
        => binomial(count.contiguous(), probability.clamp(0, 1).contiguous(), generator);

    /// <summary>Draws of multinomial counts in float64: by one binomial draw for each category, of what those before it have left.</summary>
    /// <param name="count">The numbers of trials, of the draws' shape without the categories.</param>
    /// <param name="probs">The probabilities, of the draws' shape.</param>
    /// <param name="generator">Where the randomness comes from.</param>
    public static Tensor DrawMultinomial(Tensor count, Tensor probs, Generator? generator)
    {
        // Summed from the end, so that the last category that is possible has exactly probability 1 of what is left.
        var rest = probs.flip(-1).cumsum(-1).flip(-1);
        var ratio = where(rest.gt(0), probs / rest, zeros_like(rest));
        var parts = new Tensor[probs.shape[^1]];
        for (var c = 0; c < parts.Length; c++)
        {
            parts[c] = DrawBinomial(count, ratio.select(-1, c), generator);
            count = count - parts[c];
        }

        return stack(parts, -1);
    }

    /// <summary>What Stirling's formula lacks of log Γ(a), for a from <see cref="LeastStirling"/> on.</summary>
    public static Tensor Remainder(Tensor a)
    {
        var inverse = 1 / a;
        var square = inverse.square();
        return inverse * (1.0 / 12 - square * (1.0 / 360 - square / 1260));
    }
}
