using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <content>The closed forms of the families of positive numbers, of intervals and of the circle.</content>
public static partial class Divergence
{
    /// <summary>KL of two inverse gammas: that of the gammas of the inverses.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(InverseGamma q, InverseGamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.Inverse, p.Inverse);
    }

    /// <summary>KL of two chi-squareds: that of the gammas which they are.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Chi2 q, Chi2 p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.Base, p.Base);
    }

    /// <summary>KL of a chi-squared and a gamma: that of the gamma which it is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Chi2 q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return Kl(q.Base, p);
    }

    /// <summary>KL of a gamma and a chi-squared: that of the gamma which it is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Chi2 p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q, p.Base);
    }

    /// <summary>KL of a chi-squared and a normal: that of the gamma which it is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Chi2 q, Normal p) => ToNormal(q, p);

    /// <summary>KL of a beta and a chi-squared: that of the gamma which it is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Chi2 p)
    {
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q, p.Base);
    }

    /// <summary>
    /// KL of two Weibulls: log(k_q / k_p) + k_p (log λ_p − log λ_q) + γ (k_p / k_q − 1) + (λ_q / λ_p)^k_p Γ(k_p / k_q + 1) − 1, with Euler's γ.
    /// </summary>
    /// <remarks>Bauckhage (2013), arXiv:1310.3713.</remarks>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Weibull q, Weibull p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (scaleQ, kq, scaleP, kp) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var (ratio, distance) = (kp / kq, kp * (scaleQ.log() - scaleP.log()));
        var kl = -ratio.log() - distance + SpecialNumbers.Euler * (ratio - 1) + (distance + (ratio + 1).lgamma()).exp() - 1;
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a Weibull and a gamma: −H(q) − E_q[log p], with E[x] = λ Γ(1 + 1 / k) and E[log x] = log λ − γ / k.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Weibull q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return ToGamma(q, p, wide => Wide(wide, 0).log() - SpecialNumbers.Euler / Wide(wide, 1));
    }

    /// <summary>
    /// KL of two Paretos: α_p log(s_q / s_p) − log(α_p / α_q) + α_p / α_q − 1; infinite where s_q &lt; s_p, since p excludes what q allows.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Pareto p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (scaleQ, alphaQ, scaleP, alphaP) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var ratio = alphaP / alphaQ;
        var kl = alphaP * (scaleQ.log() - scaleP.log()) - ratio.log() + ratio - 1;
        kl = where(scaleQ.lt(scaleP), full_like(kl, double.PositiveInfinity), kl);
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a Pareto and a gamma: −H(q) − E_q[log p], with E[log x] = log s + 1 / α; infinite where the mean is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        return ToGamma(q, p, wide => Wide(wide, 0).log() + 1 / Wide(wide, 1));
    }

    /// <summary>KL of a Pareto and a normal: log s_p + log(2π) / 2 + ((m − m_p)² + v) / (2 s_p²) − H(q), for the Pareto's mean m and variance v;
    /// infinite where these are.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Normal p) => ToNormal(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, InverseGamma p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Chi2 p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Weibull p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Pareto p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Kumaraswamy p) => AtPoint(q, p);

    /// <summary>KL of two continuous Bernoullis: m (l_q − l_p) − A(l_q) + A(l_p), with q's mean m and A(l) = log((eˡ − 1) / l).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(ContinuousBernoulli q, ContinuousBernoulli p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (lq, lp) = (q.WideLogits(p.Logits.Tensor), p.WideLogits(q.Logits.Tensor));

        // x and 1 − x change places: with logits of q below 0 neither its mean nor its normalizer is rounded away.
        var isUpper = lq.gt(0);
        (lq, lp) = (where(isUpper, -lq, lq), where(isUpper, -lp, lp));
        var kl = LogExpRatio.Slope(lq) * (lq - lp) - LogExpRatio.Of(lq) + LogExpRatio.Of(lp);
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a continuous Bernoulli and a normal: log s_p + log(2π) / 2 + ((m − m_p)² + v) / (2 s_p²) − H(q), for the mean m and the
    /// variance v of q.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(ContinuousBernoulli q, Normal p) => ToNormal(q, p);

    /// <summary>KL of a beta and a continuous Bernoulli: −H(q) − m l + log((eˡ − 1) / l), with the beta's mean m.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, ContinuousBernoulli p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wide, logits) = (InFloat64(q), p.WideLogits(q.Mean));
        return Rounded(-wide.Entropy() - wide.Mean * logits + LogExpRatio.Of(logits), q, p).expand(Full(q, p));
    }

    /// <summary>
    /// KL of two von Mises distributions: log I₀(κ_p) − log I₀(κ_q) + A (κ_q − κ_p cos(m_q − m_p)), with A = I₁(κ_q) / I₀(κ_q).
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(VonMises q, VonMises p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (kq, kp) = (Wide(q, 1), Wide(p, 1));

        // In terms of I₀(κ) exp(−κ), 1 − A and 1 − cos, none of which is lost at large concentrations.
        var variance = VonMisesMath.CircularVariance(kq);
        var versine = 2 * ((Wide(q, 0) - Wide(p, 0)) / 2).sin().square();
        var kl = VonMisesMath.LogScaledBessel(kp) - VonMisesMath.LogScaledBessel(kq) + (kp - kq) * variance + kp * (1 - variance) * versine;
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, ContinuousBernoulli p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, VonMises p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, RelaxedBernoulli p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, RelaxedOneHotCategorical p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, LogisticNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Horseshoe p) => AtPoint(q, p);

    /// <summary>KL of two logistic normals: that of the normals which they are made of, summed over the coordinates.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LogisticNormal q, LogisticNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.Base, p.Base).sum(-1);
    }

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, ImproperUniform p) => AtPoint(q, p);

    /// <summary>KL of distributions with the same mask: that of their bases where an element counts, and 0 elsewhere.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplArgumentException">The masks differ, or the bases have no closed form.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Masked q, Masked p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var isSame = ReferenceEquals(q.Mask, p.Mask)
            || (q.Mask.shape.AsSpan().SequenceEqual(p.Mask.shape) && q.Mask.eq(p.Mask).all().ToBoolean());
        if (!isSame) throw new PplArgumentException("KL of Masked needs the same mask on both sides.");
        var kl = KlRegistry.Kl(q.Base, p.Base);
        return kl.masked_fill(q.Mask.logical_not(), 0);
    }

    // E[log x] of the same parameters in float64 as the rest: what a gradient adds up is rounded once.
    private static Tensor ToGamma<TFamily>(TFamily q, Gamma p, Func<TFamily, Tensor> meanOfLog) where TFamily : ParametricFamily<TFamily>
    {
        ArgumentNullException.ThrowIfNull(p);
        var (wide, a, b) = (InFloat64(q), Wide(p, 0), Wide(p, 1));
        var cross = a * b.log() - a.lgamma() + (a - 1) * meanOfLog(wide) - b * wide.Mean;
        return Rounded(-wide.Entropy() - cross, q, p).expand(Full(q, p));
    }
}
