using Ppl.Distributions;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>Kullback–Leibler divergences KL(q || p) = E_q[log q − log p] in closed form, in nats.</summary>
/// <remarks>The result is elementwise over the two shapes, broadcast, with a family's own event dimensions summed.</remarks>
public static partial class Divergence
{
    /// <summary>
    /// KL(q || p) of any two distributions of which a closed form is registered, or follows from one: as <c>torch.distributions.kl_divergence</c>.
    /// </summary>
    /// <remarks>
    /// Forms that follow: KL(T(q) || T(p)) = KL(q || p) for equal maps, that of a LogNormal for the exponential of a normal, that of vectors that
    /// are read in a shape, and −log p at a <see cref="Delta"/>'s point for every p. Elsewhere the mean of log q − log p over draws of q estimates
    /// it:
    /// <c>var z = q.Sample(1000); var kl = (q.LogProb(z) - p.LogProb(z)).mean([0]);</c>.
    /// </remarks>
    /// <param name="q">The first argument: the distribution of the mean.</param>
    /// <param name="p">The second argument. Its shape broadcasts with q's.</param>
    /// <returns>In nats, elementwise over the two shapes, with the families' own event dimensions summed.</returns>
    /// <exception cref="PplArgumentException">There is no closed form for the two families; the message names them.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public static Tensor Kl(Distribution q, Distribution p) => KlRegistry.Kl(q, p);

    /// <summary>KL of two normals: log(s_p / s_q) + (s_q² + (m_q − m_p)²) / (2 s_p²) − 1/2.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument; as numbers 0 and 1 it costs nothing.</param>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Normal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var full = Full(q, p);
        var variance = q.Scale.Square();
        var squares = q.Loc == p.Loc ? variance : variance.Plus(q.Loc.Minus(p.Loc).Square());
        var kl = squares.Over(p.Scale.Square()).Times(0.5).Minus(q.LogScale).Plus(p.LogScale).Minus(0.5);
        if (kl.IsScalar) return torch.full(full, kl.Scalar, get_default_dtype());
        return kl.Tensor.shape.AsSpan().SequenceEqual(full) ? kl.Tensor : kl.Tensor.expand(full);
    }

    /// <summary>
    /// KL of two Bernoullis: P_q(1) log(P_q(1) / P_p(1)) + P_q(0) log(P_q(0) / P_p(0)). Infinite where p excludes what q allows.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Bernoulli q, Bernoulli p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);

        // One trial of a binomial, in float64: logits keep what rounds to 0 or 1 as a probability.
        var (trial, other) = (Trial(q), Trial(p));
        var (one, zero) = (trial.WideProbs, trial.WideComplement);
        return Rounded(trial.LogPower(one, zero) - other.LogPower(one, zero), q, p).expand(Full(q, p));
    }

    /// <summary>
    /// KL of two categoricals over the same categories: Σ_c q_c (log q_c − log p_c). Infinite where p excludes what q allows.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of categories.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Categorical q, Categorical p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        if (q.Categories != p.Categories)
            throw new PplShapeException($"KL of Categorical needs the same categories; found {q.Categories} and {p.Categories}.");
        var full = Full(q, p);
        var probs = q.Probs;

        // A category that q excludes contributes 0 whatever p says, to the gradient too.
        var possible = probs.gt(0);
        var ratio = q.LogProbsWhere(possible) - p.LogProbsWhere(possible);

        // One that p alone excludes makes the sum infinite, without a gradient.
        var isExcluded = ratio.eq(double.PositiveInfinity);
        return (probs * ratio.masked_fill(isExcluded, 0)).masked_fill(isExcluded, double.PositiveInfinity).sum(-1).expand(full);
    }

    /// <summary>
    /// KL of two multivariate normals: Σ log(L_p)ᵢᵢ − Σ log(L_q)ᵢᵢ + (|L_p⁻¹ L_q|² + |L_p⁻¹(m_p − m_q)|² − D) / 2, by triangular solves.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different dimensions.</exception>
    [ClosedFormKl]
    public static Tensor Kl(MultivariateNormal q, MultivariateNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return KlToFull(q, q.ScaleTril, q.HalfLogDeterminant, p, q.Dimension);
    }

    /// <summary>KL of a diagonal normal, whose last dimension is read as the event, and a multivariate normal.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different dimensions.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, MultivariateNormal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var shape = q.Shape;
        if (shape.Length == 0) throw new PplShapeException($"KL of Normal and {p} needs a vector Normal; found shape ().");
        var scale = q.Scale.AsTensor(p.ScaleTril).expand(shape);
        var half = q.LogScale.AsTensor(p.ScaleTril).expand(shape).sum(-1);
        return KlToFull(q, scale.diag_embed(), half, p, shape[^1]);
    }

    /// <summary>
    /// KL of a multivariate normal and a normal with independent coordinates, whose last dimension is read as the event:
    /// Σᵢ ((Σ_qᵢᵢ + (m_q − m_p)ᵢ²) / (2 s_pᵢ²) + log s_pᵢ − 1/2) − log|Σ_q| / 2.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(MultivariateNormal q, Normal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return KlToDiagonal(q, q.Dimension, q.HalfLogDeterminant, p);
    }

    /// <summary>KL of a low-rank multivariate normal and a normal with independent coordinates, as that of a full one.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(LowRankMultivariateNormal q, Normal p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return KlToDiagonal(q, q.Dimension, q.HalfLogDeterminant, p);
    }

    /// <summary>KL of distributions with the same declared event: that of their bases, summed over it.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">The declared events differ.</exception>
    /// <exception cref="PplArgumentException">The bases have no closed form.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Independent q, Independent p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        if (q.Dimensions != p.Dimensions)
            throw new PplShapeException($"KL of Independent needs the same event dimensions; found {q.Dimensions} and {p.Dimensions}.");
        NeedSame(q, p, q.EventDimensions);
        return EventSum.SumLast(KlRegistry.Kl(q.Base, p.Base), q.Dimensions);
    }

    /// <summary>KL of a point mass and a discrete distribution: −log p(point), exactly.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Bernoulli p) => AtPoint(q, p);

    /// <summary>KL of a point mass and a discrete distribution: −log p(point), exactly.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Categorical p) => AtPoint(q, p);

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Normal p) => AtPoint(q, p);

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, MultivariateNormal p) => AtPoint(q, p);

    internal static Tensor AtPoint(Delta q, Distribution p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return -p.CheckedLogProb(q.Mean);
    }

    private static long[] Full(Distribution q, Distribution p)
        => Broadcasting.Broadcast(q.Shape, p.Shape, $"KL: q = {q.Name}", $"p = {p.Name}");

    private static Tensor KlToDiagonal(Distribution q, long dimension, Tensor halfLogDeterminant, Normal p)
    {
        var full = Full(q, p);
        if (full[^1] != dimension) throw new PplShapeException($"KL of {q} and {p} needs the same dimension.");
        var squares = (q.Variance + (q.Mean - p.Loc.AsTensor(halfLogDeterminant)).square()) * 0.5;
        var scaled = p.Scale.IsScalar ? squares / (p.Scale.Scalar * p.Scale.Scalar) : squares / p.Scale.Tensor.square();
        var entries = scaled - 0.5;
        var log = p.LogScale;
        if (!log.Is(0)) entries = entries + log.AsTensor(halfLogDeterminant);
        return (entries.expand(full).sum(-1) - halfLogDeterminant).expand(full[..^1]);
    }

    private static Tensor KlToFull(Distribution q, Tensor factor, Tensor halfLogDeterminant, MultivariateNormal p, long dimension)
    {
        if (dimension != p.Dimension) throw new PplShapeException($"KL of {q} and {p} needs the same dimension.");
        var full = Full(q, p);
        var ratio = linalg.solve_triangular(p.ScaleTril, factor, upper: false).square().sum(-2, -1);
        var shift = q.Mean - p.Mean;
        var distance = MultivariateNormal.SquaredNorm(p.ScaleTril, shift);
        return (p.HalfLogDeterminant - halfLogDeterminant + (ratio + distance - dimension) * 0.5).expand(full[..^1]);
    }
}
