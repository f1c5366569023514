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
public sealed class Categorical : Distribution
{
    private readonly Tensor parameter;
    private readonly long[] shape;

    /// <summary>A categorical distribution from weights or from log-weights: give exactly one.</summary>
    /// <param name="probs">Weights ≥ 0 with a positive sum over the last dimension.</param>
    /// <param name="logits">Logarithms of weights, up to a constant over the last dimension.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    /// <exception cref="PplShapeException">The parameter has no dimension.</exception>
    public Categorical(Tensor? probs = null, Tensor? logits = null)
        : this(One(probs, logits), logits is not null, null)
    {
    }

    private Categorical(Tensor parameter, bool isLogits, long[]? shape)
    {
        this.parameter = parameter;
        IsLogits = isLogits;
        var own = parameter.shape;
        if (own.Length == 0)
        {
            throw new PplShapeException(
                $"Categorical's {(isLogits ? "logits" : "probs")} is a single number; its last dimension must be the categories.");
        }

        Categories = own[^1];
        this.shape = shape ?? own[..^1];
    }

    /// <summary>C, the number of categories.</summary>
    public long Categories { get; }

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits { get; }

    /// <summary>Normalized log-probabilities, of shape [..., C].</summary>
    public Tensor LogProbs => IsLogits ? parameter.log_softmax(-1) : Probs.log();

    /// <summary>Normalized probabilities, of shape [..., C].</summary>
    public Tensor Probs => IsLogits ? parameter.softmax(-1) : parameter / parameter.sum(-1, keepdim: true);

    /// <inheritdoc/>
    public override long[] Shape => [.. shape];

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Categories(Categories);

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException("Categorical has no mean: categories are not numbers. Use Probs.");

    /// <summary>Not defined: categories are not numbers.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance
        => throw new NotSupportedException("Categorical has no variance: categories are not numbers. Use Probs.");

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
        var index = value.to(ScalarType.Int64).expand(full).unsqueeze(-1);
        if (IsLogits) return LogProbs.expand([.. full, Categories]).gather(-1, index).squeeze(-1);

        // Gathered before the logarithm: a category of weight 0 elsewhere in the row has no part in the gradient.
        return Probs.expand([.. full, Categories]).gather(-1, index).squeeze(-1).log();
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var probs = Probs;
        return (-probs.xlogy(probs).sum(-1)).expand(shape);
    }

    /// <inheritdoc/>
    public override Categorical With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Map((tensor, _) => map(tensor));
    }

    /// <inheritdoc/>
    public override Categorical Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var expanded = batch ?? (shape.AsSpan().SequenceEqual(parameter.shape.AsSpan(..^1)) ? null : shape);
        return new(map(parameter, 1), IsLogits, expanded);
    }

    /// <inheritdoc/>
    public override Categorical Expand(params long[] sizes)
        => new(parameter, IsLogits, Broadcasting.Expand(shape, sizes, "Categorical"));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => IsLogits
        ? FindLogitsFault()
        : ValueCheck.NonNegative(
            parameter,
            "probs",
            "Categorical needs probs >= 0",
            "did you mean logits: a network gives logarithms of weights, Categorical(logits: ...)")
            ?? FindSumFault();

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var ok = value.ge(0).logical_and(value.lt(Categories));
        if (is_floating_point(value)) ok = ok.logical_and(value.eq(value.floor()));
        return ValueCheck.First(value, ok, "value", $"Categorical needs an index from 0 to {Categories - 1}");
    }

    /// <summary>Normalized log-probabilities where <paramref name="mask"/> is set, and 0, without gradient, elsewhere.</summary>
    /// <param name="mask">Boolean, broadcasts to [..., C].</param>
    internal Tensor LogProbsWhere(Tensor mask)
    {
        if (!IsLogits) return where(mask, Probs, ones_like(parameter)).log();
        return where(mask, LogProbs, zeros_like(parameter));
    }

    // A logit of minus infinity is a category that cannot occur; a row of them is no distribution.
    private ValueFault? FindLogitsFault()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var logits = parameter.detach();
        return ValueCheck.First(logits, logits.lt(double.PositiveInfinity), "logits", "Categorical needs logits that are finite or -inf")
            ?? ValueCheck.First(
                logits.logsumexp(-1), logits.logsumexp(-1).isfinite(), "logits", "Categorical needs one finite logit in each row");
    }

    private ValueFault? FindSumFault()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var sum = parameter.detach().sum(-1);
        return ValueCheck.First(sum, sum.gt(0), "probs", "Categorical needs probs with a positive sum");
    }

    private static Tensor One(Tensor? probs, Tensor? logits) => (probs, logits) switch
    {
        ({ } p, null) => p,
        (null, { } l) => l,
        _ => throw new PplArgumentException("Categorical needs exactly one of probs and logits."),
    };
}
