using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From D (D + 1) / 2 real numbers onto the lower triangular D × D matrices with a positive diagonal: the diagonal through softplus, the rest as it
/// is, row by row.
/// </summary>
/// <remarks>log |det| = Σᵢ log sigmoid(dᵢ) over the numbers d that become the diagonal.</remarks>
public sealed record LowerCholesky : Transform
{
    private LowerCholesky()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static LowerCholesky Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override int CodomainRank => 2;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.LowerCholesky;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var shape = ForwardShape(x.shape);
        var size = shape[^1];
        var (places, diagonal) = (Places(size, x.device), Diagonal(size, x.device));
        var entries = x.index_copy(-1, diagonal, Softplus.Instance.Forward(x.index_select(-1, diagonal)));
        var flat = x.new_zeros([.. shape[..^2], size * size]);
        return flat.index_copy(-1, places, entries).reshape(shape);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var size = y.shape[^1];
        var entries = y.reshape(InverseShapeOfFlat(y.shape)).index_select(-1, Places(size, y.device));
        var diagonal = Diagonal(size, y.device);
        return entries.index_copy(-1, diagonal, Softplus.Instance.Inverse(entries.index_select(-1, diagonal)));
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var size = ForwardShape(x.shape)[^1];
        return x.index_select(-1, Diagonal(size, x.device)).log_sigmoid().sum(-1);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
    {
        var count = shape.Length > 0 ? shape[^1] : 0;
        var size = (long)((Math.Sqrt(8.0 * count + 1) - 1) / 2);
        return size > 0 && size * (size + 1) / 2 == count
            ? [.. shape[..^1], size, size]
            : throw new PplShapeException(
                $"LowerCholesky needs a vector of D (D + 1) / 2 entries: 1, 3, 6, 10, ...; found shape {ShapeText.Of(shape.ToArray())}.");
    }

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => shape.Length >= 2 && shape[^1] == shape[^2]
        ? [.. shape[..^2], shape[^1] * (shape[^1] + 1) / 2]
        : throw new PplShapeException($"LowerCholesky gives square matrices; found shape {ShapeText.Of(shape.ToArray())}.");

    private static long[] InverseShapeOfFlat(long[] shape) => [.. shape[..^2], shape[^1] * shape[^2]];

    /// <summary>Where the entries of the lower triangle stand in the flattened matrix.</summary>
    private static Tensor Places(long size, Device device)
    {
        var indices = tril_indices(size, size, device: device);
        return indices[0] * size + indices[1];
    }

    /// <summary>Where the diagonal stands in the lower triangle, row by row: 0, 2, 5, 9, ...</summary>
    private static Tensor Diagonal(long size, Device device)
    {
        var row = arange(0, size, dtype: ScalarType.Int64, device: device);
        return (row * (row + 3)).div(2, RoundingMode.floor);
    }
}

/// <summary>From a lower triangular matrix L with a positive diagonal to the symmetric positive definite matrix L Lᵀ.</summary>
/// <remarks>log |det| = D log 2 + Σᵢ (D + 1 − i) log Lᵢᵢ for i = 1, ..., D, between the lower triangles.</remarks>
public sealed record CholeskyProduct : Transform
{
    private CholeskyProduct()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static CholeskyProduct Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 2;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.PositiveDefinite;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.matmul(x.transpose(-2, -1));
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y) => linalg.cholesky(y);

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var size = x.shape[^1];
        var powers = arange(size, 0, -1, dtype: x.dtype, device: x.device);
        return (x.diagonal(0, -2, -1).log() * powers).sum(-1) + size * Math.Log(2);
    }
}
