using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The multinomial distribution of how often each of C categories comes in a number of trials.</summary>
/// <remarks>
/// log p(x) = log n! + Σ_c (x_c log p_c − log x_c!) for counts x that sum to n = totalCount, else −∞, with p = softmax(logits), or the weights
/// normalized to sum to 1. The last dimension is the C categories and one indivisible event. Computed in float64. Draws have the dtype of probs or
/// logits. Shape: that of totalCount and of the weights without their last dimension, broadcast, then C.
/// </remarks>
[Family(Support.Counts)]
public sealed class Multinomial : CategoryFamily<Multinomial>
{
    // A binomial draw costs as much as some four draws of a category.
    private const int TrialsPerBinomial = 4;

    private static readonly ParameterDeclaration TotalCountOf = new("totalCount", Constraint.NonNegativeInteger);

    /// <summary>A multinomial distribution from weights or from log-weights: give exactly one.</summary>
    /// <param name="totalCount">n, the number of trials: a whole number ≥ 0. Broadcasts with the rows of the weights.</param>
    /// <param name="probs">Weights ≥ 0 with a positive sum over the last dimension.</param>
    /// <param name="logits">Logarithms of weights, up to a constant over the last dimension.</param>
    /// <exception cref="PplArgumentException">Both or neither of probs and logits are given.</exception>
    /// <exception cref="PplShapeException">The weights have no dimension, or the shapes do not broadcast.</exception>
    public Multinomial(TensorOrScalar totalCount, Tensor? probs = null, Tensor? logits = null)
        : base(TotalCountOf.Of(totalCount), One(probs, logits))
    {
    }

    /// <summary>n, the number of trials.</summary>
    public TensorOrScalar TotalCount => ParameterAt(0);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new CountsConstraint(TotalCount);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Probs * Trials);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Probs is var p ? Trials * p * (1 - p) : p);

    // A row's number of trials, beside its categories.
    private Tensor Trials => TotalCount.AsTensor(Weights).unsqueeze(-1);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var probs = WideIndex.Probs.expand(shape);
        if (TotalCount.IsScalar && TotalCount.Scalar >= 1 && TotalCount.Scalar < TrialsPerBinomial * Categories)
            return Counted(probs, (long)TotalCount.Scalar, generator);
        var counts = CountMath.DrawMultinomial(TotalCount.Wide(Weights).expand(shape[..^1]), probs, generator);
        return counts.to(Weights.dtype);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, isWhole) = CountMath.Counts(value.expand(full));
        var n = TotalCount.Wide(value);
        var isInside = isWhole.all(-1).logical_and(x.sum(-1).eq(n));
        var density = (x * WideIndex.LogProbsWhere(x.ne(0)) - CountMath.LogFactorial(x)).sum(-1) + CountMath.LogFactorial(n);
        return density.WhereInside(isInside, value, 1).to(GammaMath.ResultType(value, Weights));
    }

    /// <summary>Not closed.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("Multinomial has no entropy in closed form.");

    // With few trials: the trials one by one, counted.
    private Tensor Counted(Tensor probs, long trials, Generator? generator)
    {
        var rows = probs.reshape(-1, Categories);
        var index = multinomial(rows, trials, true, generator);
        return zeros_like(rows).scatter_add(-1, index, ones_like(index, ScalarType.Float64)).reshape(probs.shape).to(Weights.dtype);
    }
}
