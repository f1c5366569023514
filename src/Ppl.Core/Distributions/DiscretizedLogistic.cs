using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The logistic distribution rounded to the nearest of the whole numbers from low to high; the tails belong to the ends.</summary>
/// <remarks>
/// P(x) = σ((x + ½ − loc) / scale) − σ((x − ½ − loc) / scale) with the logistic function σ, the lower end open to −∞ and the upper to ∞: an image
/// likelihood (Salimans, Karpathy, Chen and Kingma 2017, arXiv:1701.05517), in units of the values. Computed from logarithms: far from loc
/// neither probability nor gradient vanishes. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.BoundedInteger)]
public sealed class DiscretizedLogistic : ParametricFamily<DiscretizedLogistic>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive);

    /// <summary>A logistic distribution rounded to whole numbers.</summary>
    /// <param name="loc">The mean before rounding: any real. Any shape.</param>
    /// <param name="scale">The logistic's scale, which is √3 / π of its standard deviation: &gt; 0. Broadcasts with <paramref name="loc"/>.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value, above <paramref name="low"/>: 255 for pictures of 8 bits.</param>
    /// <exception cref="PplArgumentException">There are fewer than two values.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public DiscretizedLogistic(TensorOrScalar loc, TensorOrScalar scale, long low = 0, long high = 255) : base(LocOf.Of(loc), ScaleOf.Of(scale))
        => (Low, High) = low < high
            ? (low, high) : throw new PplArgumentException($"DiscretizedLogistic needs low below high; found {low} and {high}.");

    /// <summary>The mean before rounding, as given.</summary>
    public TensorOrScalar Loc => ParameterAt(0);

    /// <summary>The scale before rounding, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(1);

    /// <summary>The least value.</summary>
    public long Low { get; }

    /// <summary>The greatest value.</summary>
    public long High { get; }

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <summary>The whole numbers from low to high, as [S, 1, ..., 1].</summary>
    public override Tensor EnumerateSupport() => AsSupport(CountMath.WholeNumbers(this, Low, High, Like));

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.IntegerInterval(Low, High);

    /// <summary>Summed over all values.</summary>
    public override Tensor Mean => Whole((LogTable().exp() * Values()).sum(-1).to(Type));

    /// <summary>Summed over all values.</summary>
    public override Tensor Variance
    {
        get
        {
            var probabilities = LogTable().exp();
            var mean = (probabilities * Values()).sum(-1, keepdim: true);
            return Whole((probabilities * (Values() - mean).square()).sum(-1).to(Type));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole((LogTable().argmax(-1) + Low).to(Type));

    private ScalarType Type => Like?.dtype ?? get_default_dtype();

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad())
            return InverseCdf(rand(DrawShape(sampleShape), Type, Like?.device, generator: generator).clamp_min(finfo(Type).tiny));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var type = GammaMath.ResultType(value, Like);
        return Expanded(LogMass(value.to(ScalarType.Float64), Loc.Wide(value), Scale.Wide(value), Low, High).to(type), full);
    }

    /// <summary>Summed over all values.</summary>
    public override Tensor Entropy()
    {
        var log = LogTable();
        return Whole(-(log.exp() * log).sum(-1).to(Type));
    }

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var x = value.to(ScalarType.Float64).floor();
        var inside = ((x + 0.5 - Loc.Wide(value)) / Scale.Wide(value)).sigmoid();
        var cdf = where(x.ge(High), ones_like(inside), where(x.lt(Low), zeros_like(inside), inside));
        return Expanded(cdf.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The least value whose <see cref="Cdf"/> is at least the probability.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var full = FullShape(probability);
        var p = probability.to(ScalarType.Float64);
        var logistic = Loc.Wide(probability) + Scale.Wide(probability) * (p.log() - (-p).log1p());
        return Expanded((logistic - 0.5).ceil().clamp(Low, High).to(probability.dtype), full);
    }

    /// <summary>log P(x); −∞ for what is no whole number from low to high.</summary>
    /// <param name="x">The value, in float64.</param>
    /// <param name="loc">The mean before rounding.</param>
    /// <param name="scale">The scale before rounding.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value.</param>
    internal static Tensor LogMass(Tensor x, Tensor loc, Tensor scale, long low, long high)
    {
        var isInside = x.ge(low).logical_and(x.le(high)).logical_and(x.eq(x.floor()));
        var inner = x.Or(isInside, low);

        // σ(b) − σ(a) = σ(b) σ(−a) (1 − exp(a − b)), in which nothing cancels.
        var upper = ((inner + 0.5 - loc) / scale).log_sigmoid();
        var lower = ((loc - inner + 0.5) / scale).log_sigmoid();
        var width = (-(-1 / scale).expm1()).log();
        var isFirst = x.eq(low);
        var isLast = x.eq(high);
        var density = where(isFirst, upper, where(isLast, lower, upper + lower + width));
        return density.WhereInside(isInside, x);
    }

    private Tensor LogTable() => LogMass(
        Values(), Loc.Wide(Like).expand(BatchShape.ToArray()).unsqueeze(-1), Scale.Wide(Like).unsqueeze(-1), Low, High);

    private Tensor Values() => CountMath.WholeNumbers(this, Low, High, tensor(0, ScalarType.Float64, Like?.device));
}
