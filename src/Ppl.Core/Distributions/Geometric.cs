using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The geometric distribution of the number of failures before the first success.</summary>
/// <remarks>
/// log p(x) = log probs + x log(1 − probs) for x = 0, 1, 2, ..., else −∞. Mean (1 − probs) / probs. Computed in float64; from logits nothing
/// saturates. Draws have the parameter's dtype. Shape: the parameter's.
/// </remarks>
[Family(Support.NonNegativeInteger)]
public sealed class Geometric : OddsFamily<Geometric>
{
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        HalfOpenUnitConstraint.Above0,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, Geometric(logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    /// <summary>A geometric distribution from the probability of success or from its log-odds: give exactly one.</summary>
    /// <param name="probs">The probability of success: in (0, 1]. Any shape.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Any shape.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    public Geometric(TensorOrScalar? probs = null, TensorOrScalar? logits = null) : base(One(ProbsOf, LogitsOf, probs, logits))
    {
    }

    /// <inheritdoc/>
    public override Tensor Mean => Whole((WideComplement / WideProbs).Narrow(Like));

    /// <inheritdoc/>
    public override Tensor Variance => Whole((WideComplement / WideProbs / WideProbs).Narrow(Like));

    /// <summary>0.</summary>
    public override Tensor Mode => Whole(zeros_like(Odds.AsTensor(Like)));

    // The quantile of an exponential draw; in float64, since a float32 would leave gaps among counts of millions.
    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var exponential = empty(DrawShape(sampleShape), ScalarType.Float64, Like?.device).exponential_(1, generator);
        return (exponential / -LogFailure(exponential)).floor().Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, isInside) = CountMath.Counts(value);
        return Expanded(LogPower(ones_like(x), x).WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>(−p log p − (1 − p) log(1 − p)) / p, with p = probs.</summary>
    public override Tensor Entropy()
    {
        var (p, q) = (WideProbs, WideComplement);
        return Whole((-LogPower(p, q) / p).Narrow(Like));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        return Expanded((-LogAbove(value).expm1()).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (log, isInside) = (LogAbove(value), value.ge(0));
        var below = DensityMath.LogOneMinusExp(-log.Or(isInside, -1)).WhereInside(isInside);
        return Expanded(below.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <summary>(⌊x⌋ + 1) log(1 − probs).</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value) => Expanded(LogAbove(value).to(GammaMath.ResultType(value, Like)), FullShape(value));

    /// <summary>The least x with P(X ≤ x) ≥ <paramref name="probability"/>: ⌈log(1 − probability) / log(1 − probs)⌉ − 1.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = ValueCheck.AsReal(probability.OrNaN(), Like);
        return AtLogSurvival((-probability.to(ScalarType.Float64)).log1p(), probability);
    }

    /// <summary>The least x with P(X &gt; x) ≤ <paramref name="probability"/>: ⌈log probability / log(1 − probs)⌉ − 1.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = ValueCheck.AsReal(probability.OrNaN(), Like);
        return AtLogSurvival(probability.to(ScalarType.Float64).log(), probability);
    }

    private Tensor AtLogSurvival(Tensor tail, Tensor probability)
    {
        var scale = LogFailure(tail);
        var trials = CountMath.Ceiling(tail / scale, (-tail).exp() / -scale, probability.dtype);
        return Expanded((trials - 1).clamp_min(0).to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    private Tensor LogAbove(Tensor value)
    {
        var trials = (value.to(ScalarType.Float64).floor() + 1).clamp_min(0);
        return LogPower(zeros_like(trials), trials);
    }

    private Tensor LogFailure(Tensor like) => IsLogits ? -Bernoulli.Softplus(Odds.Wide(like)) : (-Odds.Wide(like)).log1p();
}
