using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of a Poisson count whose rate is a gamma draw that is integrated out: the negative binomial by its parameters.</summary>
/// <remarks>
/// log p(x) = log (a)ₓ − log x! + a log(b / (1 + b)) − x log(1 + b) for x = 0, 1, 2, ..., else −∞, with a = concentration, b = rate and
/// (a)ₓ = a (a + 1) ... (a + x − 1). Mean a / b, variance a / b · (1 + 1 / b). Computed in float64. Draws have the parameters' dtype. Shape: the
/// parameters', broadcast.
/// </remarks>
[Family(Support.NonNegativeInteger)]
public sealed class GammaPoisson : ParametricFamily<GammaPoisson>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive);
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive, 1);

    /// <summary>A gamma-Poisson distribution.</summary>
    /// <param name="concentration">The gamma's shape parameter: &gt; 0. Any shape.</param>
    /// <param name="rate">The gamma's inverse scale: &gt; 0. Broadcasts with <paramref name="concentration"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public GammaPoisson(TensorOrScalar concentration, TensorOrScalar? rate = null) : base(ConcentrationOf.Of(concentration), RateOf.Of(rate))
    {
    }

    /// <summary>The gamma's shape parameter, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(0);

    /// <summary>The gamma's inverse scale, as given.</summary>
    public TensorOrScalar Rate => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Concentration.Over(Rate));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Concentration.Over(Rate).AsTensor(Like) * (1 + 1 / Rate.AsTensor(Like)));

    /// <summary>⌊(a − 1) / b⌋, and 0 for a concentration up to 1.</summary>
    public override Tensor Mode => Whole(Concentration.Minus(1).Over(Rate)).floor().clamp_min(0);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var rate = _standard_gamma(Concentration.Wide(Like).expand(DrawShape(sampleShape)), generator) / Rate.Wide(Like);
        return poisson(rate, generator).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var ((x, isInside), a, log) = (CountMath.Counts(value), Concentration.Wide(value), Rate.Wide(value).log());
        var mixed = CountMath.LogRising(a, x) - a * Bernoulli.Softplus(-log) - x * Bernoulli.Softplus(log);
        return Expanded((mixed - CountMath.LogFactorial(x)).WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>That of NegativeBinomial: I(a, k + 1) at b / (1 + b), with the regularized incomplete beta function and k = ⌊value⌋.</summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Expanded(Counterpart().Cdf(value), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Expanded(Counterpart().LogCdf(value), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Expanded(Counterpart().LogSurvival(value), FullShape(value));

    /// <summary>Not closed.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("GammaPoisson has no entropy in closed form.");

    // Its odds are 1 / b.
    private NegativeBinomial Counterpart() => new(Concentration, logits: Rate.Log().Times(-1));
}
