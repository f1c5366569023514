using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The negative binomial distribution of the number of successes before a number of failures.</summary>
/// <remarks>
/// log p(x) = log Γ(x + r) − log Γ(r) − log x! + x log probs + r log(1 − probs) for x = 0, 1, 2, ..., else −∞, with r = totalCount any number above
/// 0. Mean r probs / (1 − probs). It is a Poisson whose rate is a gamma draw, and so it is drawn. Computed in
/// float64, with a ratio of gamma functions that holds for the largest r, where it becomes the Poisson. Draws have the parameters' dtype. Shape:
/// the parameters', broadcast.
/// </remarks>
[Family(Support.NonNegativeInteger)]
public sealed class NegativeBinomial : OddsFamily<NegativeBinomial>
{
    private static readonly ParameterDeclaration TotalCountOf = new("totalCount", Constraint.Positive);
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        HalfOpenUnitConstraint.Below1,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, NegativeBinomial(..., logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    /// <summary>A negative binomial distribution from the probability of success or from its log-odds: give exactly one.</summary>
    /// <param name="totalCount">r, the number of failures: &gt; 0, not only whole. Any shape.</param>
    /// <param name="probs">The probability of success: in [0, 1). Broadcasts with <paramref name="totalCount"/>.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Broadcasts with <paramref name="totalCount"/>.</param>
    /// <exception cref="PplArgumentException">Both or neither of probs and logits are given.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public NegativeBinomial(TensorOrScalar totalCount, TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        : base(TotalCountOf.Of(totalCount), One(ProbsOf, LogitsOf, probs, logits))
    {
    }

    /// <summary>r, the number of failures.</summary>
    public TensorOrScalar TotalCount => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean => Whole((TotalCount.Wide(Like) * Ratio).Narrow(Like));

    /// <inheritdoc/>
    public override Tensor Variance => Whole((TotalCount.Wide(Like) * Ratio / WideComplement).Narrow(Like));

    /// <summary>⌊(r − 1) probs / (1 − probs)⌋, and 0 for r up to 1.</summary>
    public override Tensor Mode => Whole(((TotalCount.Wide(Like) - 1) * Ratio).floor().clamp_min(0).Narrow(Like));

    private Tensor Ratio => WideProbs / WideComplement;

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var rate = _standard_gamma(TotalCount.Wide(Like).expand(DrawShape(sampleShape)), generator) * Ratio;
        return poisson(rate, generator).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var ((x, isInside), r) = (CountMath.Counts(value), TotalCount.Wide(value));
        var density = CountMath.LogRising(r, x) - CountMath.LogFactorialOfCount(x) + LogPower(x, r);
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>1 − I(k + 1, r) at the probability, with the regularized incomplete beta function and k = ⌊value⌋.</summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => At(value, tails => tails.Cdf);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => At(value, tails => tails.LogCdf);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => At(value, tails => tails.LogSurvival);

    /// <summary>Not closed.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("NegativeBinomial has no entropy in closed form.");

    private Tensor At(Tensor value, Func<Tails, Tensor> part)
    {
        var full = FullShape(value);
        var k = value.detach().to(ScalarType.Float64).floor();
        var tails = TailsOfCount(k, TotalCount.Wide(value), k.ge(0).logical_and(k.isfinite()), k.eq(double.PositiveInfinity));
        return Expanded(part(tails).to(GammaMath.ResultType(value, Like)), full);
    }
}
