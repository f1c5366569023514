using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>The closed forms of families whose values are positive, in the unit interval or on the simplex.</summary>
/// <remarks>Those around the gamma function are computed in float64, where its terms nearly cancel, and rounded once.</remarks>
public static partial class Divergence
{
    /// <summary>KL of two half-normals: log(s_p / s_q) + s_q² / (2 s_p²) − 1/2.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(HalfNormal q, HalfNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(new Normal(0, q.Scale).Expand(q.Shape), new Normal(0, p.Scale).Expand(p.Shape));
    }

    /// <summary>KL of two half-Cauchys: log((s_q + s_p)² / (4 s_q s_p)).</summary>
    /// <remarks>That of the Cauchys with these scales: Chyzak and Nielsen (2019), arXiv:1905.10965.</remarks>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(HalfCauchy q, HalfCauchy p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);

        // With r = log(s_q / s_p) it is 2 log cosh(r / 2), which neither over- nor underflows in this form.
        var ratio = q.Scale.Log().Minus(p.Scale.Log()).AsTensor().abs();
        return (ratio + 2 * (-ratio).exp().log1p() - 2 * Math.Log(2)).expand(Full(q, p));
    }

    /// <summary>KL of two log-normals: that of the normals of their logarithms.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LogNormal q, LogNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(q.Base, p.Base);
    }

    /// <summary>
    /// KL of two gammas: a_p log(b_q / b_p) + log Γ(a_p) − log Γ(a_q) + (a_q − a_p) ψ(a_q) + (b_p − b_q) a_q / b_q, with concentrations a and
    /// rates b.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (aq, bq, ap, bp) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var kl = ap * (bq / bp).log() + ap.lgamma() - aq.lgamma() + (aq - ap) * aq.digamma() + (bp - bq) * (aq / bq);
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a gamma and a normal: log s_p + log(2π) / 2 + ((m − m_p)² + v) / (2 s_p²) − H(q), for the gamma's mean m and variance
    /// v.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Normal p) => ToNormal(q, p);

    /// <summary>
    /// KL of two betas: log(B(a_p, b_p) / B(a_q, b_q)) + (a_q − a_p) ψ(a_q) + (b_q − b_p) ψ(b_q) + (a_p − a_q + b_p − b_q) ψ(a_q + b_q).
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Beta p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (aq, bq, ap, bp) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var total = (aq + bq).digamma();
        var kl = GammaMath.LogBeta(ap, bp) - GammaMath.LogBeta(aq, bq)
            + (aq - ap) * (aq.digamma() - total) + (bq - bp) * (bq.digamma() - total);
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a beta and a gamma: −H(q) − E_q[log p], with E[x] = a / (a + b) and E[log x] = ψ(a) − ψ(a + b).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Gamma p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var wide = InFloat64(q);
        var (aq, bq, ap, bp) = (Wide(wide, 0), Wide(wide, 1), Wide(p, 0), Wide(p, 1));
        var log = aq.digamma() - (aq + bq).digamma();
        var cross = ap * bp.log() - ap.lgamma() + (ap - 1) * log - bp * (aq / (aq + bq));
        return Rounded(-wide.Entropy() - cross, q, p).expand(Full(q, p));
    }

    /// <summary>KL of a beta and a normal: log s_p + log(2π) / 2 + ((m − m_p)² + v) / (2 s_p²) − H(q), for the beta's mean m and variance
    /// v.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Normal p) => ToNormal(q, p);

    /// <summary>
    /// KL of two Dirichlets: log Γ(Σ a_q) − log Γ(Σ a_p) + Σᵢ (log Γ(a_p) − log Γ(a_q) + (a_q − a_p) (ψ(a_q) − ψ(Σ a_q)))ᵢ.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of entries.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Dirichlet q, Dirichlet p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        if (q.Shape[^1] != p.Shape[^1])
            throw new PplShapeException($"KL of Dirichlet needs the same number of entries; found {q.Shape[^1]} and {p.Shape[^1]}.");
        var (aq, ap) = (Wide(q, 0), Wide(p, 0));
        var excess = ((aq - ap) * (aq.digamma() - aq.sum(-1, keepdim: true).digamma())).sum(-1);
        var kl = Dirichlet.LogNormalizer(ap) - Dirichlet.LogNormalizer(aq) + excess;
        return Rounded(kl, q, p).expand(Full(q, p)[..^1]);
    }

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, HalfNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, HalfCauchy p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, LogNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Gamma p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Beta p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, HalfNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Dirichlet p) => AtPoint(q, p);

    private static Tensor ToNormal<TFamily>(TFamily q, Normal p) where TFamily : ParametricFamily<TFamily>
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var wide = InFloat64(q);
        var (loc, scale) = (p.Loc.Wide(wide.Mean), p.Scale.Wide(wide.Mean));
        var kl = scale.log() + 0.5 * Math.Log(2 * Math.PI)
            + ((wide.Mean - loc).square() + wide.Variance) / (2 * scale.square()) - wide.Entropy();
        return Rounded(kl, q, p).expand(Full(q, p));
    }

    private static Tensor Wide(Distribution family, int parameter)
        => family.Parameters[parameter].Value.Wide(family.Parameters.Select(p => p.Value.Tensor).FirstOrDefault(t => t is not null));

    // Numbers too: a family of numbers alone computes in the default type. An infinite one stays what it is: a bound that is not there.
    private static TFamily InFloat64<TFamily>(TFamily family) where TFamily : ParametricFamily<TFamily>
        => family.WithParameters([.. family.Parameters.Select((parameter, i) => parameter.Value is { IsScalar: true } number
            && double.IsInfinity(number.Scalar) ? number : TensorOrScalar.FromTensor(Wide(family, i)))]);

    /// <summary>A divergence in the type of the parameters.</summary>
    private static Tensor Rounded(Tensor kl, Distribution q, Distribution p)
    {
        ScalarType? type = null;
        foreach (var parameter in q.Parameters.Concat(p.Parameters))
        {
            if (parameter.Value.Tensor is { } tensor) type = type is { } other ? promote_types(other, tensor.dtype) : tensor.dtype;
        }

        return kl.to(type ?? get_default_dtype());
    }
}
