using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>The entries of a vector in another order: yᵢ = x[order[i]] along the last dimension. log |det| = 0.</summary>
public sealed record Permute : Transform
{
    private readonly long[] order;

    /// <summary>A permutation.</summary>
    /// <param name="order">Where each entry of the result comes from: each of 0, ..., K − 1 once.</param>
    /// <exception cref="PplArgumentException">An index is missing or there twice.</exception>
    public Permute(params long[] order)
    {
        ArgumentNullException.ThrowIfNull(order);
        if (!order.Order().SequenceEqual(Enumerable.Range(0, order.Length).Select(i => (long)i)))
        {
            throw new PplArgumentException(
                $"Permute needs each of 0 to {order.Length - 1} once; found {string.Join(", ", order)}.");
        }

        this.order = [.. order];
    }

    /// <summary>Where each entry of the result comes from.</summary>
    public IReadOnlyList<long> Order => order;

    /// <inheritdoc/>
    internal override bool IsAffine => true;

    /// <inheritdoc/>
    internal override Tensor PushVariance(Tensor variance) => Forward(variance);

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override Transform Inverted => new Permute([.. Places()]);

    /// <summary>The same set with its bounds permuted; for vectors that do not stay in their set, real vectors.</summary>
    /// <param name="domain">The set of the arguments.</param>
    public override Constraint Codomain(Constraint domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        if (domain is RealConstraint) return Constraint.RealVector;
        var bounds = domain.Map((bound, _) => bound.dim() > 0 && bound.shape[^1] == order.Length ? Forward(bound) : bound);
        if (bounds.EventRank == 0) return new VectorConstraint(bounds);
        return bounds is SimplexConstraint or ZeroSumConstraint or VectorConstraint { EventRank: 1 } ? bounds : Constraint.RealVector;
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => Taken(x, order);

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => Taken(y, Places());

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.new_zeros(x.shape[..^1]);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => shape.Length > 0 && shape[^1] == order.Length
        ? shape.ToArray()
        : throw new PplShapeException($"Permute needs a vector of {order.Length} entries; found shape {ShapeText.Of(shape.ToArray())}.");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    /// <summary>Whether the other permutes alike.</summary>
    /// <param name="other">The other.</param>
    public bool Equals(Permute? other) => other is not null && order.AsSpan().SequenceEqual(other.order);

    /// <inheritdoc/>
    public override int GetHashCode() => order.Aggregate(0, HashCode.Combine);

    private static Tensor Taken(Tensor x, long[] from)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.index_select(-1, tensor(from, ScalarType.Int64, x.device));
    }

    private long[] Places()
    {
        var places = new long[order.Length];
        for (var i = 0; i < order.Length; i++) places[order[i]] = i;
        return places;
    }
}
