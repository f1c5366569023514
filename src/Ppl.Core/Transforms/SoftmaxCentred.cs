using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From K − 1 real numbers onto the interior of the simplex of K entries: y = softmax(H x), where the columns of H are an orthonormal basis of the
/// vectors whose entries sum to 0.
/// </summary>
/// <remarks>
/// The isometric log-ratio map of Egozcue, Pawlowsky-Glahn, Mateu-Figueras and Barceló-Vidal (2003), Mathematical Geology 35, with Helmert's basis,
/// computed by cumulative sums in O(K). Every category is treated alike: the uniform point is at 0, and a symmetric Dirichlet becomes a nearly
/// spherical density that a diagonal Normal fits, which stick-breaking, where a category's place in the order decides its scale, does not give.
/// log |det| = Σᵢ log yᵢ + log(K) / 2, for the first K − 1 coordinates of y.
/// </remarks>
public sealed record SoftmaxCentred : Transform
{
    private SoftmaxCentred()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static SoftmaxCentred Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Simplex;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Centred(x).softmax(-1).clamp_min(finfo(x.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Coordinates(y.masked_fill(y.eq(0), finfo(y.dtype).tiny).log());
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        var log = LogForward(x);
        return log.sum(-1) + 0.5 * Math.Log(log.shape[^1]);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
        => shape.Length > 0 ? [.. shape[..^1], shape[^1] + 1] : throw new PplShapeException("SoftmaxCentred needs a vector; found shape ().");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => shape.Length > 0 && shape[^1] > 0
        ? [.. shape[..^1], shape[^1] - 1]
        : throw new PplShapeException($"SoftmaxCentred gives a vector of at least one entry; found shape {ShapeText.Of(shape.ToArray())}.");

    /// <summary>x of y = softmax(H x), from the logarithms of y up to a constant.</summary>
    internal static Tensor Coordinates(Tensor log)
    {
        var free = log.shape[^1] - 1;
        var counts = Counts(free, log);
        return (log.narrow(-1, 0, free).cumsum(-1) - counts * log.narrow(-1, 1, free)) / Norms(counts);
    }

    /// <summary>The logarithms of y = softmax(H x).</summary>
    internal static Tensor LogForward(Tensor x) => Centred(x).log_softmax(-1);

    /// <summary>H x: column j of H is (1, ..., 1, −j, 0, ..., 0) / √(j (j + 1)), with j ones.</summary>
    private static Tensor Centred(Tensor x)
    {
        var free = x.shape[^1];
        if (free == 0) return x.new_zeros([.. x.shape[..^1], 1]);
        var counts = Counts(free, x);
        var weights = x / Norms(counts);
        var rest = weights.flip(-1).cumsum(-1).flip(-1);
        var edge = zeros_like(x.narrow(-1, 0, 1));
        return cat([rest, edge], -1) - cat([edge, weights * counts], -1);
    }

    private static Tensor Counts(long free, Tensor like) => arange(1, free + 1, dtype: like.dtype, device: like.device);

    private static Tensor Norms(Tensor counts) => (counts * (counts + 1)).sqrt();
}
