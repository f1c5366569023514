using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <content>The divergences of truncated normals, in float64 and rounded once.</content>
public static partial class Divergence
{
    /// <summary>
    /// KL of two truncated normals: −H(q) − log p(m) + v / (2 s_p²), with q's mean m and variance v, since log p is a parabola between the bounds;
    /// infinite where q's interval is not within p's.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(TruncatedNormal q, TruncatedNormal p) => ToTruncated(q, p, 2);

    /// <inheritdoc cref="Kl(TruncatedNormal, TruncatedNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, TruncatedNormal p) => ToTruncated(q, p, 0);

    /// <summary>KL of a truncated normal and a normal: log s_p + log(2π) / 2 + ((m − m_p)² + v) / (2 s_p²) − H(q), for q's mean m and variance
    /// v.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(TruncatedNormal q, Normal p) => ToNormal(q, p);

    /// <summary>KL of a truncated normal and a uniform: log(h_p − l_p) − H(q); infinite where q's interval is not within p's.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(TruncatedNormal q, Uniform p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (low, high) = (Wide(p, 0), Wide(p, 1));
        return Where(IsWithin(q, 2, low, high), (high - low).log() - InFloat64(q).Entropy(), q, p);
    }

    private static Tensor ToTruncated<TFamily>(TFamily q, TruncatedNormal p, int low) where TFamily : ParametricFamily<TFamily>
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wideQ, wideP) = (InFloat64(q), InFloat64(p));
        var kl = wideQ.Variance / (2 * Wide(wideP, 1).square()) - wideQ.Entropy() - wideP.LogProb(wideQ.Mean);
        return Where(IsWithin(q, low, Wide(p, 2), Wide(p, 3)), kl, q, p);
    }

    private static Tensor IsWithin(Distribution q, int parameter, Tensor low, Tensor high)
        => Wide(q, parameter).ge(low).logical_and(Wide(q, parameter + 1).le(high));
}
