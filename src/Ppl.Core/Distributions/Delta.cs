using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>All mass at one point: a deterministic value, or a guide's point estimate.</summary>
/// <remarks>
/// log p(x) = 0 where x equals the point and −∞ elsewhere: a density with respect to counting at that point. With it as the guide of a
/// continuous latent the bound is that of maximum a posteriori estimation, up to an infinite constant.
/// </remarks>
[Family(Support.Point, Reparameterized = true, Head = typeof(DeltaHead))]
public sealed class Delta : Distribution
{
    private readonly long[] shape;

    /// <summary>A point mass.</summary>
    /// <param name="value">The point. Any shape.</param>
    public Delta(TensorOrScalar value) : this(value, null)
    {
    }

    private Delta(TensorOrScalar value, long[]? shape)
    {
        Value = value;
        this.shape = shape ?? value.Shape;
    }

    /// <summary>The point, as given.</summary>
    public TensorOrScalar Value { get; }

    /// <inheritdoc/>
    public override long[] Shape => [.. shape];

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Point(Value);

    /// <inheritdoc/>
    public override bool IsReparameterized => true;

    /// <inheritdoc/>
    public override Tensor Mean => Value.AsTensor().expand(shape);

    /// <inheritdoc/>
    public override Tensor Variance => zeros_like(Value.AsTensor()).expand(shape);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Value.AsTensor().expand(DrawShape(sampleShape)).clone();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var point = Value.AsTensor(value);
        var dtype = is_floating_point(point) ? point.dtype : get_default_dtype();
        return value.eq(point).to(dtype).log().expand(full);
    }

    /// <summary>0: the point is certain.</summary>
    public override Tensor Entropy()
    {
        var point = Value.AsTensor();
        return (is_floating_point(point) ? zeros_like(point) : zeros_like(point, get_default_dtype())).expand(shape);
    }

    /// <inheritdoc/>
    public override Delta With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Map((tensor, _) => map(tensor));
    }

    /// <inheritdoc/>
    public override Delta Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Value.Map(t => map(t, 0)), batch ?? (shape.AsSpan().SequenceEqual(Value.Shape) ? null : shape));
    }

    /// <inheritdoc/>
    public override Delta Expand(params long[] sizes) => new(Value, Broadcasting.Expand(shape, sizes, "Delta"));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => ValueCheck.Finite(Value, "value", "Delta needs a finite point");

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var whole = value.expand(FullShape(value));
        return ValueCheck.First(whole, whole.eq(Value.AsTensor(value)), "value", "Delta needs its own point");
    }
}
