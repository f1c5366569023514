using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>The closed forms of families of vectors and matrices.</summary>
public static partial class Divergence
{
    /// <summary>
    /// KL of two low-rank multivariate normals: log|Σ_p| / 2 − log|Σ_q| / 2 + (tr(Σ_p⁻¹ Σ_q) + |Σ_p^(−1/2) (m_q − m_p)|² − D) / 2, by the matrix
    /// inversion and determinant lemmas: no matrix of D rows and columns is made.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different dimensions.</exception>
    [ClosedFormKl]
    public static Tensor Kl(LowRankMultivariateNormal q, LowRankMultivariateNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return KlToLowRank(q, q.Dimension, q.HalfLogDeterminant, p, projection =>
            projection.matmul(q.Factor).square().sum(-2, -1) + (projection.square() * q.Diagonal.unsqueeze(-2)).sum(-2, -1));
    }

    /// <summary>KL of a multivariate normal and a low-rank one, as that of two low-rank ones.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different dimensions.</exception>
    [ClosedFormKl]
    public static Tensor Kl(MultivariateNormal q, LowRankMultivariateNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return KlToLowRank(
            q, q.Dimension, q.HalfLogDeterminant, p, projection => projection.matmul(q.ScaleTril).square().sum(-2, -1));
    }

    /// <summary>KL of a low-rank multivariate normal and a full one, as that of two full ones.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different dimensions.</exception>
    [ClosedFormKl]
    public static Tensor Kl(LowRankMultivariateNormal q, MultivariateNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var own = q.Diagonal.sqrt().diag_embed();
        var rows = q.Shape[..^1];
        var factor = cat([q.Factor.expand([.. rows, q.Dimension, q.Rank]), own.expand([.. rows, q.Dimension, q.Dimension])], -1);
        return KlToFull(q, factor, q.HalfLogDeterminant, p, q.Dimension);
    }

    /// <summary>
    /// KL of two matrix normals: half of tr(U_p⁻¹ U_q) tr(V_p⁻¹ V_q) + |A_p⁻¹ (M_q − M_p) B_p⁻ᵀ|² − n p, and the difference of the log-determinants,
    /// for covariances U = A Aᵀ among rows and V = B Bᵀ among columns.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have matrices of different sizes.</exception>
    [ClosedFormKl]
    public static Tensor Kl(MatrixNormal q, MatrixNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 2);
        var squares = MultivariateGamma.SquaredRatio(p.ScaleTrilRow, q.ScaleTrilRow)
            * MultivariateGamma.SquaredRatio(p.ScaleTrilColumn, q.ScaleTrilColumn);
        var kl = p.HalfLogDeterminant - q.HalfLogDeterminant + (squares + p.SquaredNorm(q.Mean - p.Mean) - q.Count) * 0.5;
        return kl.expand(Full(q, p)[..^2]);
    }

    /// <summary>
    /// KL of two Wisharts: (df_p (log|V_p| − log|V_q|) + df_q (tr(V_p⁻¹ V_q) − D)) / 2 + log Γ_D(df_p / 2) − log Γ_D(df_q / 2) +
    /// (df_q − df_p) ψ_D(df_q / 2) / 2.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have matrices of different sizes.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Wishart q, Wishart p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 2);
        var (scaleQ, scaleP) = (Wide(q, 1), Wide(p, 1));
        var logs = MultivariateGamma.HalfLogDeterminant(scaleP) - MultivariateGamma.HalfLogDeterminant(scaleQ);
        var kl = KlOfWisharts(Wide(q, 0), Wide(p, 0), logs, MultivariateGamma.SquaredRatio(scaleP, scaleQ), q.Dimension);
        return Rounded(kl, q, p).expand(Full(q, p)[..^2]);
    }

    /// <summary>KL of two inverse Wisharts: that of the Wisharts of the inverses.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have matrices of different sizes.</exception>
    [ClosedFormKl]
    public static Tensor Kl(InverseWishart q, InverseWishart p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 2);
        var (scaleQ, scaleP) = (Wide(q, 1), Wide(p, 1));
        var logs = MultivariateGamma.HalfLogDeterminant(scaleQ) - MultivariateGamma.HalfLogDeterminant(scaleP);
        var kl = KlOfWisharts(Wide(q, 0), Wide(p, 0), logs, MultivariateGamma.SquaredRatio(scaleQ, scaleP), q.Dimension);
        return Rounded(kl, q, p).expand(Full(q, p)[..^2]);
    }

    /// <summary>
    /// KL of two distributions of correlations' factors: log Z_p − log Z_q + 2 (c_q − c_p) Σᵢ E_q[log Lᵢᵢ], with concentrations c.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have matrices of different sizes.</exception>
    [ClosedFormKl]
    public static Tensor Kl(LKJCholesky q, LKJCholesky p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 2);
        var kl = p.LogNormalizer() - q.LogNormalizer() + (Wide(q, 0) - Wide(p, 0)) * 2 * q.MeanLogDiagonal().sum(-1);
        return Rounded(kl, q, p).expand(Full(q, p)[..^2]);
    }

    /// <summary>KL of two zero-sum normals: (K − 1) (log(s_p / s_q) + s_q² / (2 s_p²) − 1/2).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have vectors of different sizes.</exception>
    [ClosedFormKl]
    public static Tensor Kl(ZeroSumNormal q, ZeroSumNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        NeedSame(q, p, 1);
        return Kl(new Normal(0, q.Scale).Expand(q.Shape[..^1]), new Normal(0, p.Scale).Expand(p.Shape[..^1])) * (q.Dimension - 1);
    }

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, LowRankMultivariateNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, MultivariateStudentT p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, MatrixNormal p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Wishart p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, InverseWishart p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, LKJCholesky p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, LowRankMultivariateNormal)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, ZeroSumNormal p) => AtPoint(q, p);

    private static Tensor KlOfWisharts(Tensor dfQ, Tensor dfP, Tensor logs, Tensor trace, long size) =>
        dfP * logs + dfQ * (trace - size) * 0.5 + MultivariateGamma.LogGamma(dfP * 0.5, size) - MultivariateGamma.LogGamma(dfQ * 0.5, size)
            + (dfQ - dfP) * 0.5 * MultivariateGamma.Digamma(dfQ * 0.5, size);

    // With the projection P = C^(-1/2) Wᵀ diag(d)⁻¹ of p, a quadratic form of Σ_p⁻¹ is that of diag(d)⁻¹ less that of Pᵀ P.
    private static Tensor KlToLowRank(
        Distribution q, long dimension, Tensor halfLogDeterminant, LowRankMultivariateNormal p, Func<Tensor, Tensor> traceOfProjection)
    {
        if (dimension != p.Dimension) throw new PplShapeException($"KL of {q} and {p} needs the same dimension.");
        var scaled = (p.Factor / p.Diagonal.unsqueeze(-1)).transpose(-2, -1);
        var projection = linalg.solve_triangular(p.Capacitance(), scaled, upper: false);
        var shift = q.Mean - p.Mean;
        var diagonal = ((q.Variance + shift.square()) / p.Diagonal).sum(-1);
        var taken = traceOfProjection(projection) + projection.matmul(shift.unsqueeze(-1)).square().sum(-2, -1);
        return (p.HalfLogDeterminant - halfLogDeterminant + (diagonal - taken - dimension) * 0.5).expand(Full(q, p)[..^1]);
    }

    private static void NeedSame(Distribution q, Distribution p, int dimensions)
    {
        if (!q.Shape.AsSpan(^dimensions..).SequenceEqual(p.Shape.AsSpan(^dimensions..)))
            throw new PplShapeException($"KL of {q} and {p} needs events of the same shape.");
    }
}
