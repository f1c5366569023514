using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <content>The divergences of Paretos and continuous Bernoullis that bounds decide.</content>
public static partial class Divergence
{
    /// <summary>KL of a continuous Bernoulli and an exponential: −H(q) − log rate + rate · m, with q's mean m.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(ContinuousBernoulli q, Exponential p) => ToExponential(q, p);

    /// <summary>KL of a Pareto and an exponential: −H(q) − log rate + rate · m, with q's mean m; infinite where that is.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Exponential p) => ToExponential(q, p);

    /// <summary>KL of a continuous Bernoulli and a uniform: −H(q) + log(high − low); infinite unless the uniform covers the unit interval.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(ContinuousBernoulli q, Uniform p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (low, high) = (Wide(p, 0), Wide(p, 1));
        return Where(low.le(0).logical_and(high.ge(1)), -InFloat64(q).Entropy() + (high - low).log(), q, p);
    }

    /// <summary>
    /// KL of a uniform and a continuous Bernoulli: −log(high − low) − m l + log((eˡ − 1) / l), with the uniform's mean m; infinite unless the uniform
    /// lies in the unit interval.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, ContinuousBernoulli p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (low, high) = (Wide(q, 0), Wide(q, 1));
        var logits = p.WideLogits(low);
        var kl = -(high - low).log() - (low + high) / 2 * logits + LogExpRatio.Of(logits);
        return Where(low.ge(0).logical_and(high.le(1)), kl, q, p);
    }

    /// <summary>
    /// KL of a uniform and a Pareto: −log(high − low) − log α − α log s + (α + 1) E[log x]; infinite where the uniform begins below s.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    [ClosedFormKl]
    public static Tensor Kl(Uniform q, Pareto p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (low, high, scale, alpha) = (Wide(q, 0), Wide(q, 1), Wide(p, 0), Wide(p, 1));
        var isInside = low.ge(scale);
        var least = low.Or(low.gt(0));
        var ratio = (high - low) / least;
        var inner = ratio.Or(ratio.gt(-1));
        var meanOfLog = least.log() + ((1 + inner) * inner.log1p() - inner) / inner;
        return Where(isInside, -(high - low).log() - alpha.log() - alpha * scale.log() + (alpha + 1) * meanOfLog, q, p);
    }

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Beta q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(ContinuousBernoulli q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, Pareto p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gamma q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Normal q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Laplace q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Gumbel q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Exponential q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, ContinuousBernoulli p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Beta p) => Infinite(q, p);

    /// <inheritdoc cref="Kl(Normal, Beta)"/>
    [ClosedFormKl]
    public static Tensor Kl(Pareto q, Uniform p) => Infinite(q, p);

    private static Tensor ToExponential<TFamily>(TFamily q, Exponential p) where TFamily : ParametricFamily<TFamily>
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var (wide, rate) = (InFloat64(q), Wide(p, 0));
        return Rounded(-wide.Entropy() - rate.log() + rate * wide.Mean, q, p).expand(Full(q, p));
    }

    private static Tensor Where(Tensor isInside, Tensor kl, Distribution q, Distribution p)
        => Rounded(where(isInside, kl, full_like(kl, double.PositiveInfinity)), q, p).expand(Full(q, p));
}
