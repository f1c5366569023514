using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The categorical distribution over the indices 0, 1, ..., C − 1.</summary>
/// <remarks>
/// log p(x) = log_softmax(logits)[x]. The parameter's last dimension is the C categories; draws (int64) have the shape of all before it.
/// Probabilities are normalized to sum to 1.
/// </remarks>
[Family(Support.Categories, Head = typeof(CategoricalHead))]
public sealed class Categorical : ParametricFamily<Categorical>
{
    private static readonly ParameterDeclaration ProbsOf = new(
        "probs",
        new WeightsConstraint(),
        Advice: "did you mean logits: a network gives logarithms of weights, Categorical(logits: ...)");

    private static readonly ParameterDeclaration LogitsOf = new("logits", new LogWeightsConstraint());

    /// <summary>A categorical distribution from weights or from log-weights: give exactly one.</summary>
    /// <param name="probs">Weights ≥ 0 with a positive sum over the last dimension.</param>
    /// <param name="logits">Logarithms of weights, up to a constant over the last dimension.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    /// <exception cref="PplShapeException">The parameter has no dimension.</exception>
    public Categorical(Tensor? probs = null, Tensor? logits = null)
        : base(One(probs, logits))
    {
    }

    /// <summary>C, the number of categories.</summary>
    public long Categories => Weights.shape[^1];

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits => Parameters[0].Declaration == LogitsOf;

    /// <summary>Normalized log-probabilities, of shape [..., C].</summary>
    public Tensor LogProbs => IsLogits ? Weights.log_softmax(-1) : Probs.LogOfProbability();

    /// <summary>Normalized probabilities, of shape [..., C].</summary>
    public Tensor Probs => IsLogits ? Weights.softmax(-1) : Weights / Weights.sum(-1, keepdim: true);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Categories(Categories);

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException("Categorical has no mean: categories are not numbers. Use Probs.");

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance
        => throw new NotSupportedException("Categorical has no variance: categories are not numbers. Use Probs.");

    /// <summary>The most probable category (int64).</summary>
    public override Tensor Mode => Weights.argmax(-1).expand(Shape);

    private Tensor Weights => ParameterAt(0).Tensor!;

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport() => AsSupport(arange(Categories, ScalarType.Int64, Weights.device));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad())
        {
            var draws = DrawShape(sampleShape);
            var rows = Probs.expand([.. draws, Categories]).reshape(-1, Categories);
            return multinomial(rows, 1, true, generator).reshape(draws);
        }
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (index, isInside) = IndexOf(value.expand(full), Categories);
        if (IsLogits) return LogProbs.expand([.. full, Categories]).gather(-1, index).squeeze(-1).WhereInside(isInside, value);

        // Gathered before the logarithm: a category of weight 0 elsewhere in the row has no part in the gradient.
        return Probs.expand([.. full, Categories]).gather(-1, index).squeeze(-1).LogOfProbability().WhereInside(isInside, value);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var probs = Probs;
        return WholeBatch(-probs.TimesLog(probs).sum(-1));
    }

    /// <summary>Values as indices to gather with, [..., 1], 0 for what is none; and which are indices of a category.</summary>
    /// <param name="value">The values, of any type.</param>
    /// <param name="categories">How many categories there are.</param>
    internal static (Tensor Index, Tensor IsInside) IndexOf(Tensor value, long categories)
    {
        var isInside = Constraint.Categories(categories).Contains(value)!;
        return (value.Or(isInside, 0).to(ScalarType.Int64).unsqueeze(-1), isInside);
    }

    /// <summary>Normalized log-probabilities where <paramref name="mask"/> is set, and 0, without gradient, elsewhere.</summary>
    /// <param name="mask">Boolean, broadcasts to [..., C].</param>
    internal Tensor LogProbsWhere(Tensor mask)
    {
        if (!IsLogits) return where(mask, Probs, ones_like(Weights)).LogOfProbability();
        return where(mask, LogProbs, zeros_like(Weights));
    }

    private static Parameter One(Tensor? probs, Tensor? logits)
    {
        if (probs is null == logits is null) throw new PplArgumentException("Categorical needs exactly one of probs and logits.");
        var (declaration, weights) = probs is null ? (LogitsOf, logits!) : (ProbsOf, probs);
        return weights.dim() > 0 ? declaration.Of(weights) : throw new PplShapeException(
            $"Categorical's {declaration.Name} is a single number; its last dimension must be the categories.");
    }

    /// <summary>Vectors of numbers ≥ 0 with a positive sum.</summary>
    internal sealed record WeightsConstraint : Constraint
    {
        public override int EventRank => 1;

        public override string Description => ">= 0 with a positive sum";

        public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        {
            if (ValueCheck.NonNegative(entry, subject, $"{owner} needs {subject} >= 0", advice) is { } negative) return negative;
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var sum = entry.AsTensor().detach().sum(-1);
            return ValueCheck.First(sum, sum.gt(0), subject, $"{owner} needs {subject} with a positive sum");
        }
    }

    /// <summary>Vectors of logarithms of weights. One of minus infinity is a category that cannot occur; a row of them is no distribution.</summary>
    internal sealed record LogWeightsConstraint : Constraint
    {
        public override int EventRank => 1;

        public override string Description => "finite or -inf";

        public override ValueFault? Find(TensorOrScalar entry, string subject, string owner, string advice = "")
        {
            using var scope = NewDisposeScope();
            using var grad = no_grad();
            var logits = entry.AsTensor().detach();
            var total = logits.logsumexp(-1);
            return ValueCheck.First(logits, logits.lt(double.PositiveInfinity), subject, $"{owner} needs {subject} that are finite or -inf")
                ?? ValueCheck.First(total, total.isfinite(), subject, $"{owner} needs one finite logit in each row");
        }
    }
}
