using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A mixture of logistic distributions, each rounded to the whole numbers from low to high.</summary>
/// <remarks>
/// P(x) = Σᵢ softmax(logits)ᵢ Pᵢ(x) with the components of <see cref="DiscretizedLogistic"/>: the image likelihood of Salimans, Karpathy, Chen and
/// Kingma (2017), arXiv:1701.05517, in units of the values. Shape: the parameters', broadcast, without their last dimension, the components.
/// </remarks>
[Family(Support.BoundedInteger)]
public sealed class DiscretizedLogisticMixture : ParametricFamily<DiscretizedLogisticMixture>
{
    private static readonly ParameterDeclaration LogitsOf = new("logits", Constraint.RealVector);
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.RealVector);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.PositiveVector);

    /// <summary>A mixture of logistic distributions rounded to whole numbers.</summary>
    /// <param name="logits">The logarithms of the components' weights, up to a constant: any real. [..., M].</param>
    /// <param name="loc">The components' means before rounding: any real. [..., M].</param>
    /// <param name="scale">The components' scales before rounding: &gt; 0. [..., M].</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, above <paramref name="low"/>: 255 for pictures of 8 bits.</param>
    /// <exception cref="PplArgumentException">There are fewer than two values.</exception>
    /// <exception cref="PplShapeException">The numbers of components differ.</exception>
    public DiscretizedLogisticMixture(Tensor logits, Tensor loc, Tensor scale, long low = 0, long high = 255)
        : base(LogitsOf.Of(logits), LocOf.Of(loc), ScaleOf.Of(scale))
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(loc);
        ArgumentNullException.ThrowIfNull(scale);
        (Low, High) = low < high
            ? (low, high) : throw new PplArgumentException($"DiscretizedLogisticMixture needs low below high; found {low} and {high}.");
        var (weights, means, scales) = (logits.shape, loc.shape, scale.shape);
        if (weights.Length > 0 && means.Length > 0 && scales.Length > 0 && weights[^1] == means[^1] && weights[^1] == scales[^1]) return;
        throw new PplShapeException(
            $"DiscretizedLogisticMixture needs logits, loc and scale of the same components; found {ShapeText.Of(weights)}, "
            + $"{ShapeText.Of(means)} and {ShapeText.Of(scales)}.");
    }

    /// <summary>The logarithms of the components' weights, as given: [..., M].</summary>
    public Tensor Logits => ParameterAt(0).Tensor!;

    /// <summary>The components: [..., M].</summary>
    public DiscretizedLogistic Components => new(ParameterAt(1).Tensor!, ParameterAt(2).Tensor!, Low, High);

    /// <summary>The least value.</summary>
    public long Low { get; }

    /// <summary>The greatest value.</summary>
    public long High { get; }

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <summary>The whole numbers from low to high, as [S, 1, ..., 1].</summary>
    public override Tensor EnumerateSupport() => AsSupport(CountMath.WholeNumbers(this, Low, High, Logits));

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.IntegerInterval(Low, High);

    /// <inheritdoc/>
    public override Tensor Mean => Whole((Weights * Components.Mean).sum(-1));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var (weights, components) = (Weights, Components);
            var deviation = components.Mean - (weights * components.Mean).sum(-1, keepdim: true);
            return Whole((weights * (components.Variance + deviation.square())).sum(-1));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole((LogTable().argmax(-1) + Low).to(Logits.dtype));

    private Tensor Weights => Logits.softmax(-1);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var shape = DrawShape(sampleShape);
        var count = Logits.shape[^1];
        var weights = Weights.expand([.. shape, count]).reshape(-1, count);
        var component = multinomial(weights, 1, true, generator).reshape([.. shape, 1]);
        Tensor Chosen(int parameter) => ParameterAt(parameter).Tensor!.expand([.. shape, count]).gather(-1, component).squeeze(-1);
        return new DiscretizedLogistic(Chosen(1), Chosen(2), Low, High).Sample([], generator);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var x = value.to(ScalarType.Float64);
        return Expanded(Mixed(x).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>Summed over all values.</summary>
    public override Tensor Entropy()
    {
        var log = LogTable();
        return Whole(-(log.exp() * log).sum(-1).to(Logits.dtype));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        return Expanded((Weights * Components.Cdf(value.unsqueeze(-1))).sum(-1), full);
    }

    // A value outside has −∞ under every component, of which the logarithm of a sum has no gradient.
    private Tensor Mixed(Tensor x)
    {
        var isInside = x.ge(Low).logical_and(x.le(High)).logical_and(x.eq(x.floor()));
        var inside = where(isInside, x, full_like(x, Low));
        var each = DiscretizedLogistic.LogMass(inside.unsqueeze(-1), ParameterAt(1).Wide(x), ParameterAt(2).Wide(x), Low, High);
        var mixed = (each + ParameterAt(0).Wide(x).log_softmax(-1)).logsumexp(-1);
        return mixed.WhereInside(isInside, x);
    }

    private Tensor LogTable()
    {
        var values = CountMath.WholeNumbers(this, Low, High, ParameterAt(0).Wide(Logits));
        return Mixed(AsSupport(values)).movedim([0], [-1]);
    }
}
