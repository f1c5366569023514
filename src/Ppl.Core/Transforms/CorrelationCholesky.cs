using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From D (D − 1) / 2 real numbers onto the Cholesky factors of correlation matrices: lower triangular D × D matrices whose rows have length 1 and
/// whose diagonal is positive.
/// </summary>
/// <remarks>
/// Row by row, zᵢⱼ = tanh(xᵢⱼ) are the partial correlations of Lewandowski, Kurowicka and Joe (2009), Journal of Multivariate Analysis 100(9), and
/// Lᵢⱼ = zᵢⱼ Πₖ √(1 − zᵢₖ²) over k &lt; j. With c = −log cosh x: log |det| = Σᵢⱼ (2 cᵢⱼ + Σₖ cᵢₖ) over k &lt; j, for the entries of L below its
/// diagonal.
/// </remarks>
public sealed record CorrelationCholesky : Transform
{
    private CorrelationCholesky()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static CorrelationCholesky Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override int CodomainRank => 2;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.CorrelationCholesky;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var matrix = Strict(x);
        var size = matrix.shape[^1];
        var own = matrix.tanh() + eye(size, dtype: x.dtype, device: x.device);
        var factor = own.tril() * Left(Tanh.LogCosine(matrix).tril(-1)).exp();

        // A diagonal entry that underflows stays positive.
        return factor + (finfo(x.dtype).tiny - factor.diagonal(0, -2, -1)).clamp_min(0).diag_embed();
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var size = y.shape[^1];

        // sinh x = z / √(1 − z²) is the entry over the length of what follows it in its row, in which nothing cancels.
        var squares = y.tril().square();
        var rest = (squares.flip(-1).cumsum(-1).flip(-1) - squares).clamp_min(finfo(y.dtype).tiny);
        var below = Below(size, y.device);
        return Entries(y, below).div(Entries(rest, below).sqrt()).arcsinh();
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var cosine = Tanh.LogCosine(Strict(x)).tril(-1);
        return (2 * cosine + Left(cosine).tril(-1)).sum(-2, -1);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
    {
        var count = shape.Length > 0 ? shape[^1] : -1;
        var size = (long)((Math.Sqrt(8.0 * count + 1) + 1) / 2);
        return count >= 0 && size * (size - 1) / 2 == count
            ? [.. shape[..^1], size, size]
            : throw new PplShapeException(
                $"CorrelationCholesky needs a vector of D (D - 1) / 2 entries: 0, 1, 3, 6, ...; found shape {ShapeText.Of(shape.ToArray())}.");
    }

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => shape.Length >= 2 && shape[^1] == shape[^2]
        ? [.. shape[..^2], shape[^1] * (shape[^1] - 1) / 2]
        : throw new PplShapeException($"CorrelationCholesky gives square matrices; found shape {ShapeText.Of(shape.ToArray())}.");

    // The numbers below the diagonal of a matrix that is 0 elsewhere.
    private Tensor Strict(Tensor x)
    {
        var shape = ForwardShape(x.shape);
        var flat = x.new_zeros([.. shape[..^2], shape[^1] * shape[^1]]);
        return flat.index_copy(-1, Below(shape[^1], x.device), x).reshape(shape);
    }

    // Sums over the entries before each in its row.
    private static Tensor Left(Tensor cosine) => cosine.cumsum(-1) - cosine;

    private static Tensor Entries(Tensor matrix, Tensor places)
        => matrix.reshape([.. matrix.shape[..^2], matrix.shape[^1] * matrix.shape[^2]]).index_select(-1, places);

    private static Tensor Below(long size, Device device)
    {
        var indices = tril_indices(size, size, -1, device: device);
        return indices[0] * size + indices[1];
    }
}
