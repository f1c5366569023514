using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>The same numbers as one event of another shape: the last dimensions of x, row by row. log |det| = 0.</summary>
public sealed record ReshapeEvent : Transform
{
    private readonly long[] from;
    private readonly long[] to;

    /// <summary>A reading of events in another shape.</summary>
    /// <param name="from">The sizes of x's last dimensions.</param>
    /// <param name="to">The sizes that they become; empty for a single number.</param>
    /// <exception cref="PplShapeException">They have different numbers of elements.</exception>
    public ReshapeEvent(long[] from, long[] to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (Count(from) != Count(to))
        {
            throw new PplShapeException(
                $"ReshapeEvent needs shapes of as many elements; found {ShapeText.Of(from)} and {ShapeText.Of(to)}.");
        }

        (this.from, this.to) = ([.. from], [.. to]);
    }

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    internal override Tensor PushVariance(Tensor variance) => Forward(variance);

    /// <inheritdoc/>
    public override int DomainRank => from.Length;

    /// <inheritdoc/>
    public override int CodomainRank => to.Length;

    /// <inheritdoc/>
    public override Transform Inverted => new ReshapeEvent(to, from);

    /// <summary>Arrays of elements of the same set; real ones where the set is one of vectors, or its bounds are tensors.</summary>
    /// <param name="domain">The set of the arguments.</param>
    public override Constraint Codomain(Constraint domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var hasTensors = false;
        domain.Map((bound, _) =>
        {
            hasTensors = true;
            return bound;
        });
        if (domain.EventRank > 0 || hasTensors || domain is RealConstraint) return new RealConstraint(to.Length);
        return to.Aggregate(domain, (set, _) => new VectorConstraint(set));
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.reshape(ForwardShape(x.shape));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return y.reshape(InverseShape(y.shape));
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.new_zeros(x.shape[..^from.Length]);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => Other(shape, from, to);

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => Other(shape, to, from);

    /// <summary>Whether the other reads the same shapes alike.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(ReshapeEvent? other)
        => other is not null && from.AsSpan().SequenceEqual(other.from) && to.AsSpan().SequenceEqual(other.to);

    /// <inheritdoc/>
    public override int GetHashCode() => from.Append(-1).Concat(to).Aggregate(0, HashCode.Combine);

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private static long[] Other(ReadOnlySpan<long> shape, long[] own, long[] other)
        => shape.Length >= own.Length && shape[^own.Length..].SequenceEqual(own)
            ? [.. shape[..^own.Length], .. other]
            : throw new PplShapeException($"ReshapeEvent needs events of shape {ShapeText.Of(own)}; found shape {ShapeText.Of(shape.ToArray())}.");
}
