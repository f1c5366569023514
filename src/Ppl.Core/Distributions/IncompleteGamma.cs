using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The logarithms of the regularized incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x), in float64. Where the functions themselves round
/// to 0, Q is taken by Legendre's continued fraction and P by its power series: NIST Digital Library of Mathematical Functions, 8.9.2 and 8.7.1.
/// </summary>
internal static class IncompleteGamma
{
    // Below it libtorch's functions have lost digits, or are 0.
    private const double Tiny = 1e-250;

    // So far out both expansions settle after about √a terms.
    private const int LeastTerms = 48;
    private const int MostTerms = 4096;

    /// <summary>log P(a, x).</summary>
    /// <param name="a">&gt; 0.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor LogLower(Tensor a, Tensor x) => Log(a, x, a.igamma(x), a.igammac(x), x.gt(0), LogSeries);

    /// <summary>log Q(a, x).</summary>
    /// <param name="a">&gt; 0.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor LogUpper(Tensor a, Tensor x)
        => Log(a, x, a.igammac(x), a.igamma(x), x.lt(double.PositiveInfinity), LogFraction);

    private static Tensor Log(Tensor a, Tensor x, Tensor share, Tensor rest, Tensor isPossible, Func<Tensor, Tensor, int, Tensor> logTail)
    {
        var isFar = share.detach().lt(Tiny).logical_and(isPossible);
        var log = DensityMath.LogShare(share.Or(isFar.logical_not(), 0), rest.Or(isFar.logical_not(), 1));
        if (!isFar.any().ToBoolean()) return log;
        var (shape, at) = (where(isFar, a, 1), where(isFar, x, 1));
        var terms = LeastTerms + (int)Math.Min(MostTerms, Math.Ceiling(Math.Sqrt(shape.detach().max().ToDouble())));
        return where(isFar, logTail(shape, at, terms), log);
    }

    // xᵃ e⁻ˣ / Γ(a) · 1 / (x + 1 − a − 1 (1 − a) / (x + 3 − a − 2 (2 − a) / (x + 5 − a − ...))).
    private static Tensor LogFraction(Tensor a, Tensor x, int terms)
    {
        var start = x - a + 1;
        var fraction = start + 2 * terms;
        for (var k = terms; k >= 1; k--) fraction = start + (2 * k - 2) - (k * (k - a)) / fraction;
        return a * x.log() - x - a.lgamma() - fraction.log();
    }

    // xᵃ e⁻ˣ / Γ(a + 1) · (1 + x / (a + 1) (1 + x / (a + 2) (1 + ...))).
    private static Tensor LogSeries(Tensor a, Tensor x, int terms)
    {
        var sum = ones_like(x);
        for (var k = terms; k >= 1; k--) sum = 1 + sum * x / (a + k);
        return a * x.log() - x - (a + 1).lgamma() + sum.log();
    }
}
