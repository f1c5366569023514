using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family of vectors with an entry for each of C categories, whose last parameter is their weights or the logarithms of them.</summary>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class CategoryFamily<TSelf> : ParametricFamily<TSelf> where TSelf : CategoryFamily<TSelf>
{
    private protected static readonly ParameterDeclaration ProbsOf = new(
        "probs", new Categorical.WeightsConstraint(), Advice: "did you mean logits: a network gives logarithms of weights");

    private protected static readonly ParameterDeclaration LogitsOf = new("logits", new Categorical.LogWeightsConstraint());

    private protected CategoryFamily(params Parameter[] parameters) : base(parameters)
    {
    }

    /// <summary>C, the number of categories.</summary>
    public long Categories => Weights.shape[^1];

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits => Parameters[^1].Declaration == LogitsOf;

    /// <summary>Normalized log-probabilities, of shape [..., C].</summary>
    public Tensor LogProbs => Index.LogProbs;

    /// <summary>Normalized probabilities, of shape [..., C].</summary>
    public Tensor Probs => Index.Probs;

    /// <inheritdoc/>
    protected override long[] EventShape => [Categories];

    /// <summary>The distribution of one category's index.</summary>
    internal Categorical Index => IndexOf(Weights);

    /// <summary>The distribution of one category's index, in float64.</summary>
    internal Categorical WideIndex => IndexOf(Weights.to(ScalarType.Float64));

    private protected Tensor Weights => ParameterAt(Parameters.Count - 1).Tensor!;

    /// <summary>The one of two parameters that is given.</summary>
    private protected static Parameter One(Tensor? probs, Tensor? logits)
    {
        var name = typeof(TSelf).Name;
        if (probs is null == logits is null) throw new PplArgumentException($"{name} needs exactly one of probs and logits.");
        var (declaration, weights) = probs is null ? (LogitsOf, logits!) : (ProbsOf, probs);
        return weights.dim() > 0 ? declaration.Of(weights) : throw new PplShapeException(
            $"{name}'s {declaration.Name} is a single number; its last dimension must be the categories.");
    }

    private Categorical IndexOf(Tensor weights) => IsLogits ? new(logits: weights) : new(weights);
}

/// <summary>A family over vectors of one 1 among zeros.</summary>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class OneHotFamily<TSelf> : CategoryFamily<TSelf> where TSelf : OneHotFamily<TSelf>
{
    private protected OneHotFamily(Tensor? probs, Tensor? logits) : base(One(probs, logits))
    {
    }

    /// <summary>The probabilities.</summary>
    public override Tensor Mean => Whole(Probs);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Probs is var p ? p * (1 - p) : p);

    /// <summary>1 at the most probable category.</summary>
    public override Tensor Mode => Whole(OneHot(Weights.argmax(-1)));

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport()
    {
        var vectors = eye(Categories, dtype: Weights.dtype, device: Weights.device);
        return vectors.reshape([Categories, .. Enumerable.Repeat(1L, BatchShape.Length), Categories]);
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        return OneHot(Index.Expand(BatchShape.ToArray()).Sample(sampleShape, generator));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite, 1);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var x = value.to(Weights.dtype).expand(full);
        var isInside = x.eq(0).logical_or(x.eq(1)).all(-1).logical_and(x.sum(-1).eq(1));

        // A category of weight 0 that did not come has no part, in the gradient neither.
        var density = (x * Index.LogProbsWhere(x.ne(0).logical_or(Probs.gt(0)))).sum(-1);
        return density.WhereInside(isInside, value, 1);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => WholeBatch(Index.Entropy());

    private Tensor OneHot(Tensor index) => nn.functional.one_hot(index, Categories).to(Weights.dtype);
}
