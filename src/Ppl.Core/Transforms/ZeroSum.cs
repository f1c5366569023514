using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From K − 1 real numbers onto the vectors of K entries that sum to 0: y = H x, where the columns of H are an orthonormal basis of them.
/// </summary>
/// <remarks>
/// Helmert's basis, by cumulative sums in O(K): column j is (1, ..., 1, −j, 0, ..., 0) / √(j (j + 1)), with j ones. Lengths are kept, so
/// log |det| = 0: densities of such vectors refer to the volume of their own hyperplane, not to that of K − 1 of the entries.
/// </remarks>
public sealed record ZeroSum : Transform
{
    private ZeroSum()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static ZeroSum Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.ZeroSum;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var free = x.shape[^1];
        if (free == 0) return x.new_zeros([.. x.shape[..^1], 1]);
        var counts = Counts(free, x);
        var weights = x / Norms(counts);
        var rest = weights.flip(-1).cumsum(-1).flip(-1);
        var edge = zeros_like(x.narrow(-1, 0, 1));
        return cat([rest, edge], -1) - cat([edge, weights * counts], -1);
    }

    /// <summary>Hᵀ y, which leaves out what y may have along the vector of ones.</summary>
    /// <param name="y">Vectors of at least one entry.</param>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var free = y.shape[^1] - 1;
        var counts = Counts(free, y);
        return (y.narrow(-1, 0, free).cumsum(-1) - counts * y.narrow(-1, 1, free)) / Norms(counts);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.new_zeros(x.shape[..^1]);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
        => shape.Length > 0 ? [.. shape[..^1], shape[^1] + 1] : throw new PplShapeException("ZeroSum needs a vector; found shape ().");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => shape.Length > 0 && shape[^1] > 0
        ? [.. shape[..^1], shape[^1] - 1]
        : throw new PplShapeException($"ZeroSum gives a vector of at least one entry; found shape {ShapeText.Of(shape.ToArray())}.");

    private static Tensor Counts(long free, Tensor like) => arange(1, free + 1, dtype: like.dtype, device: like.device);

    private static Tensor Norms(Tensor counts) => (counts * (counts + 1)).sqrt();
}
