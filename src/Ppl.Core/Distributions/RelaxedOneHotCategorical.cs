using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// A one-hot vector of C categories relaxed to the simplex, with a pathwise gradient: softmax((logits + G) / temperature) for Gumbel numbers G.
/// </summary>
/// <remarks>
/// log p(x) = log Γ(C) + (C − 1) log t + Σᵢ (lᵢ − (t + 1) log xᵢ) − C log Σᵢ exp(lᵢ − t log xᵢ), with t = temperature and l = logits: a density over
/// the first C − 1 entries. Also called concrete or Gumbel-softmax: Maddison, Mnih and Teh (2017), arXiv:1611.00712; Jang, Gu and Poole (2017),
/// arXiv:1611.01144. A draw remembers its coordinates, so that its density is exact where entries round to 0 in float32; elsewhere 0 stands for
/// the least positive normal number. Hard draws are one-hot, with the gradient of the relaxed ones (straight-through), and remember these: their
/// density is that of the relaxed draw. The last dimension is one indivisible event.
/// </remarks>
[Family(Support.Simplex, Reparameterized = true)]
public sealed class RelaxedOneHotCategorical : ParametricFamily<RelaxedOneHotCategorical>
{
    private static readonly ParameterDeclaration TemperatureOf = new("temperature", Constraint.Positive);
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        Constraint.PositiveVector,
        Advice: "did you mean logits: a network gives logarithms of weights, RelaxedOneHotCategorical(..., logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.RealVector);

    /// <summary>A relaxed one-hot distribution from weights or from log-weights: give exactly one.</summary>
    /// <param name="temperature">t: &gt; 0. Broadcasts with the rows of the weights.</param>
    /// <param name="probs">Weights &gt; 0, [..., C], of which the probabilities of the greatest entry are made.</param>
    /// <param name="logits">Logarithms of weights, [..., C], up to a constant over the last dimension.</param>
    /// <param name="hard">Whether draws are rounded to one-hot vectors and keep their gradient.</param>
    /// <exception cref="PplArgumentException">Both or neither of probs and logits are given.</exception>
    /// <exception cref="PplShapeException">The weights have no dimension, or the rows do not broadcast.</exception>
    public RelaxedOneHotCategorical(TensorOrScalar temperature, Tensor? probs = null, Tensor? logits = null, bool hard = false)
        : base(TemperatureOf.Of(temperature), One(probs, logits)) => IsHard = hard;

    /// <summary>The temperature, as given.</summary>
    public TensorOrScalar Temperature => ParameterAt(0);

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits => Parameters[1].Declaration == LogitsOf;

    /// <summary>Whether draws are rounded to one-hot vectors and keep their gradient.</summary>
    public bool IsHard { get; }

    /// <summary>Normalized log-probabilities, of shape [..., C].</summary>
    public Tensor LogProbs => (IsLogits ? Weights : Weights.log()).log_softmax(-1);

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException($"{Name} has no mean in closed form. Average draws.");

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException($"{Name} has no variance in closed form. Average draws.");

    private Tensor Weights => ParameterAt(1).Tensor!;

    /// <inheritdoc/>
    protected override long[] EventShape => Weights.shape[^1..];

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var gumbel = -StandardNoise.Exponential(DrawShape(sampleShape), Like, generator).log();
        var temperature = Temperature.IsScalar ? Temperature : Temperature.Tensor.unsqueeze(-1);
        var logs = (gumbel + LogProbs).OverParameter(temperature).expand(gumbel.shape);
        var coordinates = SoftmaxCentred.Coordinates(logs);
        var soft = SoftmaxCentred.Instance.Forward(coordinates);
        var draw = IsHard ? OneHot(logs).to(soft.dtype) + NoiseMemory.Differential(soft) : soft;
        return DrawMemory.Remember(draw, SoftmaxCentred.Instance, coordinates);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var t = Temperature.IsScalar ? Temperature.Wide(value) : Temperature.Wide(value).unsqueeze(-1);
        var logits = (IsLogits ? Weights.to(ScalarType.Float64) : Weights.to(ScalarType.Float64).log()).log_softmax(-1);
        var x = DrawMemory.Recall(value, SoftmaxCentred.Instance) is { } coordinates
            ? SoftmaxCentred.LogForward(coordinates.to(ScalarType.Float64))
            : Logarithm(value.Or(value.isfinite()));
        var categories = Weights.shape[^1];
        var entries = (logits - (t + 1) * x).expand(full).sum(-1) - categories * (logits - t * x).expand(full).logsumexp(-1);
        var constant = Temperature.Wide(value).log() * (categories - 1) + LogFactorial(categories - 1);
        var isInside = Constraint.Simplex.ContainsEvents(value)!;
        return Expanded((entries + constant).WhereInside(isInside, value, 1).to(GammaMath.ResultType(value, Like)), full[..^1]);
    }

    /// <summary>Not known in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    private static Tensor OneHot(Tensor logs) => logs.argmax(-1, keepdim: true).eq(arange(logs.shape[^1], device: logs.device));

    private static Tensor Logarithm(Tensor value)
    {
        var wide = value.to(ScalarType.Float64);
        return wide.masked_fill(wide.eq(0), finfo(value.dtype).tiny).Or(wide.ge(0)).log();
    }

    private static double LogFactorial(long n)
    {
        var sum = 0.0;
        for (var i = 2; i <= n; i++) sum += Math.Log(i);
        return sum;
    }

    private static Parameter One(Tensor? probs, Tensor? logits)
    {
        if (probs is null == logits is null) throw new PplArgumentException("RelaxedOneHotCategorical needs exactly one of probs and logits.");
        var (declaration, weights) = probs is null ? (LogitsOf, logits!) : (ProbsOf, probs);
        return weights.dim() > 0 ? declaration.Of(weights) : throw new PplShapeException(
            $"RelaxedOneHotCategorical's {declaration.Name} is a single number; its last dimension must be the categories.");
    }
}
