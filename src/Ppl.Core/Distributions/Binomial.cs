using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The binomial distribution of the number of successes in a number of trials.</summary>
/// <remarks>
/// log p(x) = log(n! / (x! (n − x)!)) + x log probs + (n − x) log(1 − probs) for x = 0, 1, ..., n = totalCount, else −∞; exact at probabilities 0
/// and 1. Computed in float64; from logits nothing saturates. The entropy sums over the support; the distribution function is an
/// incomplete beta function. Draws have the parameters' dtype. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.BoundedInteger)]
public sealed class Binomial : OddsFamily<Binomial>
{
    private static readonly ParameterDeclaration TotalCountOf = new("totalCount", Constraint.NonNegativeInteger);
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        Constraint.UnitInterval,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, Binomial(..., logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    /// <summary>A binomial distribution from the probability of success or from its log-odds: give exactly one.</summary>
    /// <param name="totalCount">n, the number of trials: a whole number ≥ 0. Any shape.</param>
    /// <param name="probs">The probability of success: in [0, 1]. Broadcasts with <paramref name="totalCount"/>.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Broadcasts with <paramref name="totalCount"/>.</param>
    /// <exception cref="PplArgumentException">Both or neither of probs and logits are given.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Binomial(TensorOrScalar totalCount, TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        : base(TotalCountOf.Of(totalCount), One(ProbsOf, LogitsOf, probs, logits))
    {
    }

    /// <summary>n, the number of trials.</summary>
    public TensorOrScalar TotalCount => ParameterAt(0);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new IntegerConstraint(0, TotalCount);

    /// <inheritdoc/>
    public override Tensor Mean => Whole((TotalCount.Wide(Like) * WideProbs).Narrow(Like));

    /// <inheritdoc/>
    public override Tensor Variance => Whole((TotalCount.Wide(Like) * WideProbs * WideComplement).Narrow(Like));

    /// <summary>⌊(n + 1) probs⌋, and n for probability 1.</summary>
    public override Tensor Mode
    {
        get
        {
            var n = TotalCount.Wide(Like);
            return Whole(minimum(((n + 1) * WideProbs).floor(), n).Narrow(Like));
        }
    }

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport() => AsSupport(CountMath.WholeNumbers(this, 0, CountMath.Ends(TotalCount).Most, Like));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        return CountMath.DrawBinomial(TotalCount.Wide(Like).expand(shape), WideProbs.expand(shape), generator).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var n = TotalCount.Wide(value);
        var (x, isInside) = CountMath.Counts(value.expand(full), n);
        var density = CountMath.LogBinomial(n, x) + LogPower(x, (n - x).Or(isInside, 0));
        return density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like));
    }

    /// <summary>−Σ p log p over the support; of many trials, over the counts near the mean that have all but 1e-17 of the probability.</summary>
    /// <exception cref="NotSupportedException">There are too many such counts in all rows together.</exception>
    public override Tensor Entropy() => Whole(CountMath.EntropyBySum(this, ProbableCounts()).Narrow(Like));

    /// <summary>1 − I(k + 1, n − k) at the probability, with the regularized incomplete beta function and k = ⌊value⌋.</summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => At(value, tails => tails.Cdf);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => At(value, tails => tails.LogCdf);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => At(value, tails => tails.LogSurvival);

    // Bernstein's inequality: beyond t from the mean lies at most 2 exp(−t² / (2 (σ² + t / 3))), below 1e-17 for t = 9 σ + 27.
    private Tensor ProbableCounts()
    {
        var (n, p) = (TotalCount.Wide(Like), WideProbs.detach());
        var reach = Math.Ceiling(9 * CountMath.Ends((n * p * WideComplement.detach()).sqrt()).Most + 27);
        if (!(2 * reach < CountMath.Ends(TotalCount).Most)) return EnumerateSupport();
        var steps = CountMath.WholeNumbers(this, -reach, reach, n);
        return (n * p).round().expand(Shape) + AsSupport(steps);
    }

    private Tensor At(Tensor value, Func<Tails, Tensor> part)
    {
        var full = FullShape(value);
        var (k, n) = (value.detach().to(ScalarType.Float64).floor(), TotalCount.Wide(value));
        var tails = TailsOfCount(k, n - k, k.ge(0).logical_and(k.lt(n)), k.ge(n));
        return Expanded(part(tails).to(GammaMath.ResultType(value, Like)), full);
    }
}
