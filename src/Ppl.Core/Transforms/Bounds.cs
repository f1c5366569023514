using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>y = low + x, from the positive numbers onto those above a bound. What would round to the bound is the next number above it.</summary>
/// <param name="Low">The bound: any real. A tensor broadcasts with x.</param>
/// <exception cref="PplArgumentException">It is a number that is not finite.</exception>
public sealed record Above(TensorOrScalar Low) : Transform
{
    /// <summary>The bound.</summary>
    public TensorOrScalar Low { get; } = BoundCheck.Finite(Low, nameof(Above));

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => new BelowBoundedConstraint(Low, false);

    /// <inheritdoc/>
    internal override Constraint Domain => Constraint.Positive;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var low = Low.AsTensor(x).detach();
        return x.PlusParameter(Low).maximum(low.nextafter(full_like(low, double.PositiveInfinity)));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return y.MinusParameter(Low);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros_like(y);

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Broadcasting.Broadcast(Low.Shape, shape, "Above's bound", "the argument");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map) => Low.IsScalar ? this : new Above(Low.Map(t => map(t, 0)));
}

/// <summary>y = high − x, from the positive numbers onto those below a bound. What would round to the bound is the next number below it.</summary>
/// <param name="High">The bound: any real. A tensor broadcasts with x.</param>
/// <exception cref="PplArgumentException">It is a number that is not finite.</exception>
public sealed record Below(TensorOrScalar High) : Transform
{
    /// <summary>The bound.</summary>
    public TensorOrScalar High { get; } = BoundCheck.Finite(High, nameof(Below));

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => -1;

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => new AboveBoundedConstraint(High);

    /// <inheritdoc/>
    internal override Constraint Domain => Constraint.Positive;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var high = High.AsTensor(x).detach();
        return (-x).PlusParameter(High).minimum(high.nextafter(full_like(high, double.NegativeInfinity)));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return -y.MinusParameter(High);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => zeros_like(y);

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Broadcasting.Broadcast(High.Shape, shape, "Below's bound", "the argument");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map) => High.IsScalar ? this : new Below(High.Map(t => map(t, 0)));
}

/// <summary>y = low + (high − low) · x, from the unit interval onto the one between two bounds.</summary>
/// <param name="Low">The least value: any real. A tensor broadcasts with x.</param>
/// <param name="High">The greatest value, above <paramref name="Low"/>. A tensor broadcasts with x.</param>
/// <exception cref="PplArgumentException">Both are numbers, and Low is not below High, or one is not finite.</exception>
public sealed record Between(TensorOrScalar Low, TensorOrScalar High) : Transform
{
    /// <summary>The least value.</summary>
    public TensorOrScalar Low { get; } = NotEmpty(Low, High);

    /// <summary>The greatest value.</summary>
    public TensorOrScalar High { get; } = High;

    private TensorOrScalar Width => High.Minus(Low);

    /// <inheritdoc/>
    public override TensorOrScalar? Sign => 1;

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => new IntervalConstraint(Low, High);

    /// <inheritdoc/>
    internal override Constraint Domain => Constraint.UnitInterval;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.TimesParameter(Width).PlusParameter(Low).minimum(High.AsTensor(x).detach());
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return y.MinusParameter(Low).OverParameter(Width);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Width.Log().AsTensor(x).expand(ForwardShape(x.shape));
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Broadcasting.Broadcast(
        Broadcasting.Broadcast(Low.Shape, High.Shape, "Between's low", "its high"), shape, "Between's bounds", "the argument");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <inheritdoc/>
    public override Transform Map(Func<Tensor, int, Tensor> map)
        => Low.IsScalar && High.IsScalar ? this : new Between(Low.Map(t => map(t, 0)), High.Map(t => map(t, 0)));

    private static TensorOrScalar NotEmpty(TensorOrScalar low, TensorOrScalar high)
    {
        BoundCheck.RefuseEmpty(low, high, nameof(Between));
        return low;
    }
}
