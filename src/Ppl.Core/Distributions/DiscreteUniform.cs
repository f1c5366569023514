using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The uniform distribution of whole numbers from low to high, both included.</summary>
/// <remarks>
/// log p(x) = −log(high − low + 1) for x = low, low + 1, ..., high, else −∞. Draws have the parameters' dtype, and the default one where both are
/// numbers. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.BoundedInteger)]
public sealed class DiscreteUniform : ParametricFamily<DiscreteUniform>
{
    private static readonly Constraint Whole64 = Constraint.IntegerInterval(double.NegativeInfinity, double.PositiveInfinity);
    private static readonly ParameterDeclaration LowOf = new("low", Whole64);
    private static readonly ParameterDeclaration HighOf = new("high", Whole64);

    /// <summary>A uniform distribution of whole numbers.</summary>
    /// <param name="low">The least value: a whole number. Any shape.</param>
    /// <param name="high">The greatest value: a whole number of at least <paramref name="low"/>, with whose shape it broadcasts.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public DiscreteUniform(TensorOrScalar low, TensorOrScalar high) : base(LowOf.Of(low), HighOf.Of(high))
    {
    }

    /// <summary>The least value.</summary>
    public TensorOrScalar Low => ParameterAt(0);

    /// <summary>The greatest value.</summary>
    public TensorOrScalar High => ParameterAt(1);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new IntegerConstraint(Low, High);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Low.Plus(High).Times(0.5));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(((Size(Like).square() - 1) / 12).Narrow(Like));

    /// <summary>The least value: all are as probable.</summary>
    public override Tensor Mode => Whole(Low);

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => true;

    /// <summary>The whole numbers from low to high, as [S, 1, ..., 1].</summary>
    /// <remarks>Where bounds are tensors, from the least of all to the greatest: one that a row cannot have has probability 0 in it.</remarks>
    public override Tensor EnumerateSupport()
    {
        var (first, last) = (CountMath.Ends(Low).Least, CountMath.Ends(High).Most);
        return AsSupport(CountMath.WholeNumbers(this, first, last, Like));
    }

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using var grad = no_grad();
        var uniform = rand(DrawShape(sampleShape), ScalarType.Float64, Like?.device, generator: generator);
        return ((uniform * Size(Like)).floor() + Low.Wide(Like)).Narrow(Like);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, low, high) = (value.to(ScalarType.Float64), Low.Wide(value), High.Wide(value));
        var isInside = x.ge(low).logical_and(x.le(high)).logical_and(x.eq(x.floor()));
        var density = (-Size(value).log()).expand(full).WhereInside(isInside.expand(full), value);
        return density.to(GammaMath.ResultType(value, Like));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Size(Like).log().Narrow(Like));

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var below = (value.to(ScalarType.Float64).floor() - Low.Wide(value) + 1) / Size(value);
        return Expanded(below.clamp(0, 1).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The least x with P(X ≤ x) ≥ <paramref name="probability"/>: low + ⌈probability · (high − low + 1)⌉ − 1, at least low.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var full = FullShape(probability);
        var real = ValueCheck.AsReal(probability, Like);
        var steps = CountMath.Ceiling(real.to(ScalarType.Float64) * Size(probability), Size(probability), real.dtype) - 1;
        return Expanded((steps.clamp_min(0) + Low.Wide(probability)).to(GammaMath.ResultType(probability, Like)), full);
    }

    /// <summary>The first bad entry of a bound, or the first entry of high below low.</summary>
    public override ValueFault? FindParameterFault()
    {
        if (base.FindParameterFault() is { } fault) return fault;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var high = Whole(High);
        return ValueCheck.First(high, high.ge(Low.AsTensor(high)), "high", "DiscreteUniform needs high >= low");
    }

    private Tensor Size(Tensor? like) => High.Wide(like) - Low.Wide(like) + 1;
}
