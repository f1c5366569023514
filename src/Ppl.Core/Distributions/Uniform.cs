using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The uniform distribution on an interval.</summary>
/// <remarks>
/// log p(x) = −log(high − low) for low ≤ x ≤ high, else −∞. Mean (low + high) / 2, variance (high − low)² / 12. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class Uniform : ParametricFamily<Uniform>
{
    private static readonly ParameterDeclaration LowOf = new("low", Constraint.Real, 0);
    private static readonly ParameterDeclaration HighOf = new("high", Constraint.Real, 1);

    /// <summary>A uniform distribution.</summary>
    /// <param name="low">The least value: any real. Any shape; 0 when it is not given.</param>
    /// <param name="high">The greatest value: &gt; <paramref name="low"/>, with which it broadcasts; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Uniform(TensorOrScalar? low = null, TensorOrScalar? high = null) : base(LowOf.Of(low), HighOf.Of(high))
    {
    }

    /// <summary>The least value, as given.</summary>
    public TensorOrScalar Low => ParameterAt(0);

    /// <summary>The greatest value, as given.</summary>
    public TensorOrScalar High => ParameterAt(1);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new IntervalConstraint(Low, High);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Low.Plus(Width.Times(0.5)));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Width.Square().Times(1.0 / 12));

    /// <summary>The mean: the density is the same everywhere.</summary>
    public override Tensor Mode => Mean;

    private TensorOrScalar Width => High.Minus(Low);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => Quantile(StandardNoise.Uniform(DrawShape(sampleShape), Like, generator));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);
        var full = FullShape(value);
        var isInside = x.ge(Low.AsTensor(x)).logical_and(x.le(High.AsTensor(x)));
        var density = Expanded(Width.Log().Times(-1).AsTensor(x), full).to(GammaMath.ResultType(x, Like));
        return density.WhereInside(isInside, value);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Width.Log());

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
        => Expanded(ValueCheck.AsReal(value, Like).MinusParameter(Low).OverParameter(Width).clamp(0, 1), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Quantile(probability.OrNaN()), FullShape(probability));
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => base.FindParameterFault() ?? BoundCheck.Find(this, Low, High);

    /// <summary>The first upper bound below its lower one, which leaves no values; else the first value outside.</summary>
    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => BoundCheck.Find(this, Low, High) ?? base.FindValueFault(value);

    // Rounding must not leave the interval.
    private Tensor Quantile(Tensor probability)
    {
        var x = probability.TimesParameter(Width).PlusParameter(Low);
        return x.minimum(High.AsTensor(x).detach());
    }
}
