using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family around one of two outcomes, whose last parameter is its probability, or the log-odds.</summary>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class OddsFamily<TSelf> : ParametricFamily<TSelf> where TSelf : OddsFamily<TSelf>
{
    private protected OddsFamily(params Parameter[] parameters) : base(parameters)
    {
    }

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits => Parameters[^1].Declaration.Name == "logits";

    /// <summary>The log-odds log(probs / (1 − probs)): as given, or computed.</summary>
    public TensorOrScalar Logits => Odds is var p && IsLogits ? p
        : p.IsScalar ? Math.Log(p.Scalar) - double.LogP1(-p.Scalar)
        : (TensorOrScalar)(p.Tensor.log() - (-p.Tensor).log1p());

    /// <summary>The probability: as given, or computed.</summary>
    public TensorOrScalar Probs => Odds is var p && !IsLogits ? p
        : p.IsScalar ? 1 / (1 + Math.Exp(-p.Scalar))
        : (TensorOrScalar)p.Tensor.sigmoid();

    private protected TensorOrScalar Odds => ParameterAt(Parameters.Count - 1);

    /// <summary>The probability in float64.</summary>
    internal Tensor WideProbs => IsLogits ? Odds.Wide(Like).sigmoid() : Odds.Wide(Like);

    /// <summary>The probability of the other outcome in float64: from logits it does not round to 0.</summary>
    internal Tensor WideComplement => IsLogits ? (-Odds.Wide(Like)).sigmoid() : 1 - Odds.Wide(Like);

    /// <summary>a log p + b log(1 − p) in float64; neither value nor gradient meets 0 · log 0.</summary>
    /// <param name="a">How often the outcome comes.</param>
    /// <param name="b">How often the other comes.</param>
    internal Tensor LogPower(Tensor a, Tensor b)
    {
        var odds = Odds.Wide(a);
        if (IsLogits)
        {
            // softplus(±l) = max(±l, 0) + log(1 + exp(−|l|)): one logarithm for both.
            var isUpper = odds.detach().ge(0).to(ScalarType.Float64);
            var excess = ((1 - 2 * isUpper) * odds).exp().log1p();
            return -(a * ((isUpper - 1) * odds + excess) + b * (isUpper * odds + excess));
        }

        return a.TimesLog(odds) + b.TimesLogOfComplement(odds);
    }

    /// <summary>
    /// P(X ≤ k) = 1 − I(k + 1, rest) at the probability, with the regularized incomplete beta function, for the counts of the family.
    /// </summary>
    /// <param name="k">The count, in float64; any number where it is not one of the family's.</param>
    /// <param name="rest">How often the other outcome comes beside it: &gt; 0.</param>
    /// <param name="isInside">Where the count is one of the family's and not the last.</param>
    /// <param name="isAll">Where it is the last one, or above it.</param>
    private protected Tails TailsOfCount(Tensor k, Tensor rest, Tensor isInside, Tensor isAll)
    {
        var (a, b, odds) = (k.Or(isInside, 0) + 1, rest.Or(isInside), Odds.Wide(k));
        var (lower, upper) = IncompleteBeta.Logs(a, b, IsLogits ? UnitPoint.OfLogit(odds) : UnitPoint.Of(odds, 1 - odds));
        var below = where(isInside, upper, where(isAll, 0.0, double.NegativeInfinity));
        var above = where(isInside, lower, where(isAll, double.NegativeInfinity, 0.0));
        return new(below, above, odds, LogDensity, Sign: -1);

        Tensor LogDensity(Tensor t)
            => (IsLogits ? IncompleteBeta.LogDensityOfLogit(a, b, t) : IncompleteBeta.LogDensity(a, b, t, 1 - t)).WhereInside(isInside);
    }

    /// <summary>The one of two parameters that is given.</summary>
    private protected static Parameter One(
        ParameterDeclaration probsOf, ParameterDeclaration logitsOf, TensorOrScalar? probs, TensorOrScalar? logits) => (probs, logits) switch
        {
            ({ } p, null) => probsOf.Of(p),
            (null, { } l) => logitsOf.Of(l),
            _ => throw new PplArgumentException($"{typeof(TSelf).Name} needs exactly one of probs and logits."),
        };
}
