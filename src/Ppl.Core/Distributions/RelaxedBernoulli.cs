using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A Bernoulli relaxed to the unit interval, with a pathwise gradient: sigmoid((logits + L) / temperature) for a logistic L.</summary>
/// <remarks>
/// log p(x) = log t + l + (t − 1) (log x + log(1 − x)) − 2 log(eˡ (1 − x)ᵗ + xᵗ), with t = temperature and l = logits. As t falls to 0 draws tend to
/// those of Bernoulli(l). Also called binary concrete: Maddison, Mnih and Teh (2017), arXiv:1611.00712; Jang, Gu and Poole (2017),
/// arXiv:1611.01144. A draw remembers its log-odds, so that its density is exact where it rounds to 0 or 1 in float32. Hard draws are 0 or 1, with
/// the gradient of the relaxed ones (straight-through), and remember these: their density is that of the relaxed draw. Shape: the parameters',
/// broadcast.
/// </remarks>
[Family(Support.UnitInterval, Reparameterized = true)]
public sealed class RelaxedBernoulli : OddsFamily<RelaxedBernoulli>
{
    private static readonly ParameterDeclaration TemperatureOf = new("temperature", Constraint.Positive);
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        OpenUnitInterval.Instance,
        Advice: "did you mean logits: a network gives log-odds, of any sign and size, RelaxedBernoulli(..., logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.Real);

    /// <summary>A relaxed Bernoulli distribution from probs or from their log-odds: give exactly one.</summary>
    /// <param name="temperature">t: &gt; 0. Any shape.</param>
    /// <param name="probs">The probability that a draw exceeds 1/2: in (0, 1). Broadcasts with <paramref name="temperature"/>.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Broadcasts with <paramref name="temperature"/>.</param>
    /// <param name="hard">Whether draws are rounded to 0 or 1 and keep their gradient.</param>
    /// <exception cref="PplArgumentException">Both or neither of probs and logits are given.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public RelaxedBernoulli(TensorOrScalar temperature, TensorOrScalar? probs = null, TensorOrScalar? logits = null, bool hard = false)
        : base(TemperatureOf.Of(temperature), One(ProbsOf, LogitsOf, probs, logits)) => IsHard = hard;

    /// <summary>The temperature, as given.</summary>
    public TensorOrScalar Temperature => ParameterAt(0);

    /// <summary>Whether draws are rounded to 0 or 1 and keep their gradient.</summary>
    public bool IsHard { get; }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => !IsHard;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);

        // The logarithm of a ratio of two exponential draws is logistic.
        var one = StandardNoise.Exponential(shape, Like, generator).log();
        var noise = one - StandardNoise.Exponential(shape, Like, generator).log();
        var logOdds = noise.PlusParameter(Logits).OverParameter(Temperature);
        var soft = Transforms.Sigmoid.Instance.Forward(logOdds);
        var draw = IsHard ? logOdds.gt(0).to(soft.dtype) + NoiseMemory.Differential(soft) : soft;
        return DrawMemory.Remember(draw, Transforms.Sigmoid.Instance, logOdds);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (t, l) = (Temperature.Wide(value), Logits.Wide(value));
        if (DrawMemory.Recall(value, Transforms.Sigmoid.Instance)?.to(ScalarType.Float64) is { } logOdds)
        {
            var (log, rest) = (logOdds.log_sigmoid(), (-logOdds).log_sigmoid());
            var remembered = t.log() + l + (t - 1) * (log + rest) - 2 * (l + t * rest).logaddexp(t * log);
            return Expanded(remembered.to(GammaMath.ResultType(value, Like)), full);
        }

        var x = value.to(ScalarType.Float64);
        var (isZero, isOne) = (x.eq(0), x.eq(1));
        var isBetween = x.gt(0).logical_and(x.lt(1));
        var inside = x.Or(isBetween, 0.5);
        var (left, right) = (inside.log().masked_fill(isOne, 0), (-inside).log1p().masked_fill(isZero, 0));
        var total = (l + (t * right).masked_fill(isOne, double.NegativeInfinity))
            .logaddexp((t * left).masked_fill(isZero, double.NegativeInfinity));
        var density = t.log() + l + DensityMath.PowerLog(t - 1, left, isZero) + DensityMath.PowerLog(t - 1, right, isOne) - 2 * total;
        return Expanded(density.WhereInside(x.ge(0).logical_and(x.le(1)), value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <summary>sigmoid(t logit(x) − l), of the relaxed draws.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var x = value.to(ScalarType.Float64);
        var isBetween = x.gt(0).logical_and(x.lt(1));
        var inside = x.Or(isBetween, 0.5);
        var cdf = (Temperature.Wide(value) * (inside.log() - (-inside).log1p()) - Logits.Wide(value)).sigmoid();
        return Expanded(where(isBetween, cdf, x.ge(1).to(ScalarType.Float64)).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The quantile of the relaxed draws.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var full = FullShape(probability);
        var p = probability.to(ScalarType.Float64);
        var quantile = ((p.log() - (-p).log1p() + Logits.Wide(probability)) / Temperature.Wide(probability)).sigmoid();
        return Expanded(quantile.to(GammaMath.ResultType(probability, Like)), full);
    }
}
