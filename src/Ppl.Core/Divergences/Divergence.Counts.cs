using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>The closed forms of families of counts, computed in float64 and rounded once.</summary>
public static partial class Divergence
{
    /// <summary>KL of two Poissons: r_q log(r_q / r_p) − r_q + r_p. Infinite where p has rate 0 and q has not.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Poisson q, Poisson p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (rq, rp) = (Wide(q, 0), Wide(p, 0));
        return Rounded(TimesLogRatio(rq, rq, rp) - rq + rp, q, p).expand(Full(q, p));
    }

    /// <summary>KL of two geometrics: log(p_q / p_p) + (1 − p_q) / p_q · log((1 − p_q) / (1 − p_p)).</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Geometric q, Geometric p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var failures = q.WideComplement / q.WideProbs;
        var one = ones_like(failures);
        return Rounded(q.LogPower(one, failures) - p.LogPower(one, failures), q, p).expand(Full(q, p));
    }

    /// <summary>
    /// KL of two binomials of as many trials: n times that of the Bernoullis. Infinite where q has more trials than p.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplArgumentException">q has fewer trials than p: there is no closed form.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Binomial q, Binomial p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (n, m) = (Wide(q, 0), Wide(p, 0));
        if (q.TotalCount != p.TotalCount && n.lt(m).any().ToBoolean())
            throw new PplArgumentException("KL of Binomial has no closed form where q has a smaller totalCount than p.");
        var (one, zero) = (n * q.WideProbs, n * q.WideComplement);
        var kl = q.LogPower(one, zero) - p.LogPower(one, zero);
        return Rounded(where(n.gt(m), full_like(kl, double.PositiveInfinity), kl), q, p).expand(Full(q, p));
    }

    /// <summary>
    /// KL of two uniform distributions of whole numbers: log(n_p / n_q) for n values, and infinite where p excludes what q allows.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(DiscreteUniform q, DiscreteUniform p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (low, high, least, most) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var kl = (most - least + 1).log() - (high - low + 1).log();
        return Rounded(kl.WhereInside(low.ge(least).logical_and(high.le(most))).abs(), q, p).expand(Full(q, p));
    }

    /// <summary>KL of a Bernoulli and a Poisson: −H(q) − p_q log r + r.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Bernoulli q, Poisson p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (trial, rate) = (Trial(q), Wide(p, 0));
        var (one, zero) = (trial.WideProbs, trial.WideComplement);
        return Rounded(rate + trial.LogPower(one, zero) - one.TimesLog(rate), q, p).expand(Full(q, p));
    }

    private static Binomial Trial(Bernoulli outcome) => outcome.IsLogits ? new(1, logits: outcome.Logits) : new(1, outcome.Probs);

    /// <summary>Infinite: a Poisson has counts that no Bernoulli has. 0-rate Poissons, which have not, are −log P(0) from it.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Poisson q, Bernoulli p) => FromPoisson(q, p);

    /// <inheritdoc cref="Kl(Poisson, Bernoulli)"/>
    [ClosedFormKl]
    public static Tensor Kl(Poisson q, Binomial p) => FromPoisson(q, p);

    /// <summary>KL of two multinomials of as many trials: n times that of the categories. Infinite where they differ in the trials.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of categories.</exception>
    [ClosedFormKl]
    public static Tensor Kl(Multinomial q, Multinomial p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (n, m) = (Wide(q, 0), Wide(p, 0));
        var kl = n * Kl(q.WideIndex, p.WideIndex);
        return Rounded(kl.WhereInside(n.eq(m)).abs(), q, p).expand(Full(q, p)[..^1]);
    }

    /// <summary>KL of two ordered logistics: Σ P_q log(P_q / P_p) over the categories.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of categories.</exception>
    [ClosedFormKl]
    public static Tensor Kl(OrderedLogistic q, OrderedLogistic p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wideQ, wideP) = (q.With(t => t.to(ScalarType.Float64)), p.With(t => t.to(ScalarType.Float64)));
        return Rounded(Kl(new Categorical(logits: wideQ.LogProbs), new Categorical(logits: wideP.LogProbs)), q, p).expand(Full(q, p));
    }

    /// <summary>KL of two categoricals over one-hot vectors: that of the categories.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">They have different numbers of categories.</exception>
    [ClosedFormKl]
    public static Tensor Kl(OneHotCategorical q, OneHotCategorical p) => KlOfOneHot(q, q?.Index, p, p?.Index);

    /// <inheritdoc cref="Kl(OneHotCategorical, OneHotCategorical)"/>
    [ClosedFormKl]
    public static Tensor Kl(OneHotCategoricalStraightThrough q, OneHotCategoricalStraightThrough p) => KlOfOneHot(q, q?.Index, p, p?.Index);

    /// <inheritdoc cref="Kl(OneHotCategorical, OneHotCategorical)"/>
    [ClosedFormKl]
    public static Tensor Kl(OneHotCategoricalStraightThrough q, OneHotCategorical p) => KlOfOneHot(q, q?.Index, p, p?.Index);

    /// <summary>KL of a point mass and a discrete distribution: −log p(point), exactly.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Poisson p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Geometric p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Binomial p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, NegativeBinomial p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, DiscreteUniform p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, GammaPoisson p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, BetaBinomial p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, OneHotCategorical p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, OneHotCategoricalStraightThrough p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Multinomial p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, DirichletMultinomial p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, OrderedLogistic p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, ZeroInflated p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, Poisson)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Hurdle p) => AtPoint(q, p);

    /// <summary>−log p(point): KL up to the infinite constant that maximum a posteriori estimation drops, and exactly where p is discrete.</summary>
    /// <param name="q">The point mass.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, MixtureSameFamily p) => AtPoint(q, p);

    /// <inheritdoc cref="Kl(Delta, MixtureSameFamily)"/>
    [ClosedFormKl]
    public static Tensor Kl(Delta q, Mixture p) => AtPoint(q, p);

    /// <summary>KL of a quantizer and the uniform distribution over a table: log K where its vector is one of the table, else infinite.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Quantized q, Codeword p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return ReferenceEquals(q.Vectors, p.Vectors) ? p.Entropy().expand(Full(q, p)[..^1]) : -p.CheckedLogProb(q.Mode);
    }

    /// <summary>weight · log(a / b), and 0 where the weight is.</summary>
    private static Tensor TimesLogRatio(Tensor weight, Tensor a, Tensor b) => weight.TimesLog(a) - weight.TimesLog(b);

    private static Tensor KlOfOneHot(Distribution q, Categorical? qIndex, Distribution p, Categorical? pIndex)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Kl(qIndex!, pIndex!).expand(Full(q, p)[..^1]);
    }

    private static Tensor FromPoisson(Poisson q, Distribution p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var rate = Wide(q, 0);
        var atZero = -p.LogProb(zeros_like(rate)).to(ScalarType.Float64);
        return Rounded(where(rate.eq(0), atZero, full_like(atZero, double.PositiveInfinity)), q, p).expand(Full(q, p));
    }
}
