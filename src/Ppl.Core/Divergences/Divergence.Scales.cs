using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <content>
/// Divergences between families of positive numbers, as of a scale's guide from its prior, which the mean and that of the logarithm give.
/// </content>
public static partial class Divergence
{
    /// <summary>KL of a log-normal and a gamma: −H(q) − E_q[log p], with E[x] = exp(m + s² / 2) and E[log x] = m.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LogNormal q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return ToGamma(q, p, wide => Wide(wide, 0));
    }

    /// <summary>KL of a log-normal and an inverse gamma: that of the inverses, a log-normal and a gamma.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LogNormal q, InverseGamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.WithParameters(q.Loc.Times(-1), q.Scale).Expand(q.Shape), p.Inverse);
    }

    /// <summary>KL of a log-normal and an exponential: −H(q) − log rate + rate · m, with q's mean m.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LogNormal q, Exponential p) => ToExponential(q, p);

    /// <inheritdoc cref="Kl(LogNormal, Exponential)"/>
    [ClosedFormKl]
    public static Tensor Kl(HalfNormal q, Exponential p) => ToExponential(q, p);

    /// <inheritdoc cref="Kl(LogNormal, Exponential)"/>
    [ClosedFormKl]
    public static Tensor Kl(Weibull q, Exponential p) => ToExponential(q, p);

    /// <summary>KL of a half-normal and a gamma: −H(q) − E_q[log p], with E[log x] = log s − (γ + log 2) / 2 and Euler's γ.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(HalfNormal q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return ToGamma(q, p, wide => Wide(wide, 0).log() - (SpecialNumbers.Euler + Math.Log(2)) / 2);
    }

    /// <summary>
    /// KL of an inverse gamma and a gamma: −H(q) − E_q[log p], with E[x] = b / (a − 1) and E[log x] = log b − ψ(a); infinite for a ≤ 1.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(InverseGamma q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return ToGamma(q, p, wide => Wide(wide, 1).log() - Wide(wide, 0).digamma());
    }

    /// <summary>KL of a gamma and an inverse gamma: that of the inverses.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, InverseGamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(new InverseGamma(q.Concentration, q.Rate).Expand(q.Shape), p.Inverse);
    }

    /// <summary>
    /// KL of a gamma and a log-normal: −H(q) + E[log x] + log s + log(2π) / 2 + ((E[log x] − m)² + ψ'(a)) / (2 s²), with E[log x] = ψ(a) − log b.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, LogNormal p) => InFloat64(q, p, (a, b) =>
    {
        // ψ'(a) as a zeta function: libtorch's own is exact to 1e-9 alone.
        var meanOfLog = a[0].digamma() - a[1].log();
        return ToNormal(meanOfLog, special.zeta(full_like(a[0], 2), a[0]), EntropyOfGamma(a) - meanOfLog, b);
    });

    /// <summary>KL of an inverse gamma and a log-normal: that of the inverses, a gamma and a log-normal.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(InverseGamma q, LogNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.Inverse, p.WithParameters(p.Loc.Times(-1), p.Scale).Expand(p.Shape));
    }
}
