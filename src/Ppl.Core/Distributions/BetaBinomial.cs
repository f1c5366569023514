using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of a binomial count whose probability is a beta draw that is integrated out.</summary>
/// <remarks>
/// log p(x) = log(n! / (x! (n − x)!)) + log (a)ₓ + log (b)₍ₙ₋ₓ₎ − log (a + b)ₙ for x = 0, 1, ..., n = totalCount, else −∞, with a = concentration1,
/// b = concentration0 and (a)ₙ = a (a + 1) ... (a + n − 1). Computed in float64. Entropy and distribution function sum over the support. Draws have
/// the parameters' dtype. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.BoundedInteger)]
public sealed class BetaBinomial : ParametricFamily<BetaBinomial>
{
    private static readonly ParameterDeclaration Concentration1Of = new("concentration1", Constraint.Positive);
    private static readonly ParameterDeclaration Concentration0Of = new("concentration0", Constraint.Positive);
    private static readonly ParameterDeclaration TotalCountOf = new("totalCount", Constraint.NonNegativeInteger, 1);

    /// <summary>A beta-binomial distribution.</summary>
    /// <param name="concentration1">a, the weight of success: &gt; 0. Any shape.</param>
    /// <param name="concentration0">b, the weight of failure: &gt; 0. Broadcasts with <paramref name="concentration1"/>.</param>
    /// <param name="totalCount">n, the number of trials: a whole number ≥ 0. Broadcasts with the others; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public BetaBinomial(TensorOrScalar concentration1, TensorOrScalar concentration0, TensorOrScalar? totalCount = null)
        : base(Concentration1Of.Of(concentration1), Concentration0Of.Of(concentration0), TotalCountOf.Of(totalCount))
    {
    }

    /// <summary>a, the weight of success, as given.</summary>
    public TensorOrScalar Concentration1 => ParameterAt(0);

    /// <summary>b, the weight of failure, as given.</summary>
    public TensorOrScalar Concentration0 => ParameterAt(1);

    /// <summary>n, the number of trials.</summary>
    public TensorOrScalar TotalCount => ParameterAt(2);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new IntegerConstraint(0, TotalCount);

    /// <inheritdoc/>
    public override Tensor Mean
    {
        get
        {
            var (a, b, n) = Wide(Like);
            return Rounded(n * (a / (a + b)));
        }
    }

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var (a, b, n) = Wide(Like);
            var total = a + b;
            return Rounded(n * (a / total) * (b / total) * ((total + n) / (total + 1)));
        }
    }

    /// <summary>
    /// ⌊(n + 1) (a − 1) / (a + b − 2)⌋, at most n, where both weights exceed 1; elsewhere the end with the greater weight, and 0 where they are
    /// equal.
    /// </summary>
    public override Tensor Mode
    {
        get
        {
            var (a, b, n) = Wide(Like);
            var inside = minimum(((n + 1) * (a - 1) / (a + b - 2)).floor(), n);
            return Rounded(where(a.gt(1).logical_and(b.gt(1)), inside, where(a.gt(b), n, zeros_like(n))));
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
        var (a, b, n) = Wide(Like);
        var logits = GammaMath.LogDraw(a.expand(shape), generator) - GammaMath.LogDraw(b.expand(shape), generator);
        return CountMath.DrawBinomial(n.expand(shape), logits.sigmoid(), generator).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (a, b, n) = Wide(value);
        var (x, isInside) = CountMath.Counts(value.expand(full), n);
        var density = CountMath.LogBinomial(n, x) + CountMath.LogRising(a, x) + CountMath.LogRising(b, n - x) - CountMath.LogRising(a + b, n);
        return density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like));
    }

    /// <summary>−Σ p log p over the support.</summary>
    public override Tensor Entropy() => CountMath.EntropyBySum(this).expand(Shape);

    /// <summary>The sum of probabilities up to the value.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value) => CountMath.CdfBySum(this, value, FullShape(value));

    private (Tensor A, Tensor B, Tensor N) Wide(Tensor? like) => (Concentration1.Wide(like), Concentration0.Wide(like), TotalCount.Wide(like));

    private Tensor Rounded(Tensor wide) => Whole(wide.Narrow(Like));
}
