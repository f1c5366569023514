using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Bernoulli distribution of independent binary coordinates.</summary>
/// <remarks>
/// log p(x) = x · logits − softplus(logits), or x log probs + (1 − x) log(1 − probs), which is exact at 0 and 1.
/// Prefer logits: they never saturate. Shape: the parameter's.
/// </remarks>
[Family(Support.Boolean, Head = typeof(BernoulliHead))]
public sealed class Bernoulli : Distribution
{
    // Beyond it log(1 + exp(l)) equals l in float64 too.
    private const double SoftplusThreshold = 40;

    private readonly TensorOrScalar parameter;
    private readonly long[] shape;

    /// <summary>A Bernoulli distribution from probabilities or from log-odds: give exactly one.</summary>
    /// <param name="probs">The probability of 1, in [0, 1]. Any shape.</param>
    /// <param name="logits">log(probs / (1 − probs)): any real. Any shape.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    public Bernoulli(TensorOrScalar? probs = null, TensorOrScalar? logits = null)
        : this(One(probs, logits), logits is not null, null)
    {
    }

    private Bernoulli(TensorOrScalar parameter, bool isLogits, long[]? shape)
    {
        this.parameter = parameter;
        IsLogits = isLogits;
        this.shape = shape ?? parameter.Shape;
    }

    /// <summary>Whether it was made from logits.</summary>
    public bool IsLogits { get; }

    /// <summary>The log-odds: as given, or computed.</summary>
    public TensorOrScalar Logits => IsLogits ? parameter
        : parameter.IsScalar ? Math.Log(parameter.Scalar) - double.LogP1(-parameter.Scalar)
        : (TensorOrScalar)(parameter.Tensor.log() - (-parameter.Tensor).log1p());

    /// <summary>The probability of 1: as given, or computed.</summary>
    public TensorOrScalar Probs => !IsLogits ? parameter
        : parameter.IsScalar ? 1 / (1 + Math.Exp(-parameter.Scalar))
        : (TensorOrScalar)parameter.Tensor.sigmoid();

    /// <inheritdoc/>
    public override long[] Shape => [.. shape];

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override Tensor Mean => Probs.AsTensor().expand(shape);

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var p = Probs.AsTensor();
            return (p * (1 - p)).expand(shape);
        }
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad()) return bernoulli(Probs.AsTensor().expand(DrawShape(sampleShape)), generator);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, parameter.Tensor);
        var p = parameter.AsTensor(x);
        var density = IsLogits ? x * p - Softplus(p) : FromProbs(x, p);
        return density.shape.AsSpan().SequenceEqual(full) ? density : density.expand(full);
    }

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value, int leading)
    {
        var full = FullShape(value);
        var x = ValueCheck.AsReal(value, parameter.Tensor);
        var isWhole = IsLogits && full.AsSpan().SequenceEqual(parameter.Shape);
        if (isWhole && parameter.Tensor is { } logits && BernoulliDensity.Fits(x, logits, leading))
            return BernoulliDensity.Sum(x, logits, leading);
        var p = parameter.AsTensor(x);
        return IsLogits
            ? EventSum.Of(x * p, full, leading) - EventSum.Of(Softplus(p), full, leading)
            : EventSum.Of(FromProbs(x, p), full, leading);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var p = parameter.AsTensor();
        if (IsLogits) return (Softplus(p) - p * p.sigmoid()).expand(shape);
        var complement = 1 - p;
        return (-(p.xlogy(p) + complement.xlogy(complement))).expand(shape);
    }

    /// <inheritdoc/>
    public override Bernoulli With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Map((tensor, _) => map(tensor));
    }

    /// <inheritdoc/>
    public override Bernoulli Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var expanded = batch ?? (shape.AsSpan().SequenceEqual(parameter.Shape) ? null : shape);
        return new(parameter.Map(t => map(t, 0)), IsLogits, expanded);
    }

    /// <inheritdoc/>
    public override Bernoulli Expand(params long[] sizes)
        => new(parameter, IsLogits, Broadcasting.Expand(shape, sizes, "Bernoulli"));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => IsLogits
        ? ValueCheck.Finite(parameter, "logits", "Bernoulli needs finite logits")
        : ValueCheck.Between(
            parameter,
            0,
            1,
            "probs",
            "Bernoulli needs probs in [0, 1]",
            "did you mean logits: a network gives log-odds, of any sign and size, Bernoulli(logits: ...)");

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.dtype == ScalarType.Bool) return null;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return ValueCheck.First(
            value,
            value.eq(0).logical_or(value.eq(1)),
            "value",
            "Bernoulli needs 0 or 1",
            "binarize the data, or choose a family for real values, such as Normal");
    }

    internal static Tensor Softplus(Tensor logits) => logits.softplus(1, SoftplusThreshold);

    // The logarithm is taken of the outcome's own probability only, so that neither value nor gradient meets 0 · log 0.
    private static Tensor FromProbs(Tensor x, Tensor p)
    {
        var isOne = x.gt(0.5);
        return where(isOne, p, ones_like(p)).log() + where(isOne, zeros_like(p), -p).log1p();
    }

    private static TensorOrScalar One(TensorOrScalar? probs, TensorOrScalar? logits) => (probs, logits) switch
    {
        ({ } p, null) => p,
        (null, { } l) => l,
        _ => throw new PplArgumentException("Bernoulli needs exactly one of probs and logits."),
    };
}
