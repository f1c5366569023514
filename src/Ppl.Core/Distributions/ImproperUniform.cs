using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A flat density over any set that the reals map onto: a prior that says only where a value lies.</summary>
/// <remarks>
/// log p(x) = 0 on the set, and −∞ outside where the set is an interval, bounded or not. It has no total mass unless the set is bounded, and then
/// it is not normalized: nothing can be drawn from it, and a model with it cannot be simulated. A posterior exists only if the data give it one.
/// A guide reaches the set by its <see cref="Constraint.Bijection"/>.
/// </remarks>
[Family(Support.Bounded)]
public sealed class ImproperUniform : ParametricFamily<ImproperUniform>
{
    private readonly long[] eventShape;
    private Constraint constraint;
    private long[] rowsOfBounds;

    /// <summary>A flat density.</summary>
    /// <param name="constraint">The set. Bounds that are tensors broadcast with the values.</param>
    /// <param name="eventShape">The shape of one event, for a set of vectors or matrices: K for a simplex of K entries. <c>Expand</c> repeats
    /// it.</param>
    /// <exception cref="PplArgumentException">The set is discrete or a point: the reals do not map onto it.</exception>
    /// <exception cref="PplShapeException">The set has events of another rank.</exception>
    public ImproperUniform(Constraint constraint, params long[] eventShape)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        ArgumentNullException.ThrowIfNull(eventShape);
        if (constraint.Bijection is null)
            throw new PplArgumentException($"ImproperUniform needs a set that the reals map onto; found the values {constraint}.");
        if (eventShape.Length != constraint.EventRank)
        {
            throw new PplShapeException(
                $"ImproperUniform over values {constraint} needs {constraint.EventRank} event sizes; {eventShape.Length} were given.");
        }

        (this.constraint, this.eventShape) = (constraint, eventShape);
        rowsOfBounds = RowsOf(constraint);
    }

    /// <summary>The set.</summary>
    public override Constraint ValueConstraint => constraint;

    /// <summary>Not defined: there is no total mass.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Mean => throw new NotSupportedException("ImproperUniform has no mean: it has no total mass.");

    /// <summary>Not defined: there is no total mass.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Variance => throw new NotSupportedException("ImproperUniform has no variance: it has no total mass.");

    /// <summary>The rows of the bounds, and those that <c>Expand</c> added, then the event.</summary>
    public override long[] Shape => [.. Broadcasting.Broadcast(BatchShape, rowsOfBounds, Name, "its bounds"), .. EventShape];

    /// <inheritdoc/>
    protected override long[] EventShape => eventShape ?? [];

    /// <summary>Refused: there is no total mass.</summary>
    /// <param name="sampleShape">How many draws.</param>
    /// <param name="generator">Where the randomness would come from.</param>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Sample(long[] sampleShape, Generator? generator) => throw new NotSupportedException(
        "ImproperUniform has no draws: it has no total mass. Give the variable a proper prior, or draw from the posterior.");

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var dtype = is_floating_point(value) ? value.dtype : get_default_dtype();
        var density = zeros(full[..^EventDimensions], dtype, value.device);
        return constraint.ContainsEvents(value.expand(full), EventDimensions) is { } isInside
            ? density.WhereInside(isInside, value, EventDimensions)
            : density;
    }

    /// <summary>Not defined: there is no total mass.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("ImproperUniform has no entropy: it has no total mass.");

    /// <inheritdoc/>
    public override ImproperUniform Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        var copy = base.Map(map, batch);
        copy.constraint = constraint.Map(map);
        copy.rowsOfBounds = RowsOf(copy.constraint);
        return copy;
    }

    /// <summary>One point of the set for each draw: what stands for draws where only shapes are looked at.</summary>
    internal Tensor Points(long[] sampleShape)
    {
        var map = constraint.Bijection!;
        return map.Forward(zeros(map.InverseShape([.. sampleShape, .. Shape])));
    }

    /// <inheritdoc/>
    public override ImproperUniform Expand(params long[] sizes)
        => base.Expand(Broadcasting.Expand(Shape.AsSpan(..^EventDimensions), sizes, EventDimensions == 0 ? Name : $"{Name} (rows)"));

    private static long[] RowsOf(Constraint constraint)
    {
        long[] rows = [];
        constraint.Map((bound, own) =>
        {
            rows = Broadcasting.Broadcast(rows, bound.shape.AsSpan(..^own), "One of ImproperUniform's bounds", "another");
            return bound;
        });
        return rows;
    }
}
