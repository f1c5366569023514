using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From K − 1 real numbers onto the interior of the simplex of K entries: y = softmax(H x), where H x is
/// <see cref="ZeroSum"/>: the columns of H are an orthonormal basis of the vectors that sum to 0.
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
        return ZeroSum.Instance.Forward(x).softmax(-1).clamp_min(finfo(x.dtype).tiny);
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

    /// <summary>x of y = softmax(H x), from the logarithms of y up to a constant, which the coordinates of a sum of 0 do not see.</summary>
    internal static Tensor Coordinates(Tensor log) => ZeroSum.Instance.Inverse(log);

    /// <summary>The logarithms of y = softmax(H x).</summary>
    internal static Tensor LogForward(Tensor x) => ZeroSum.Instance.Forward(x).log_softmax(-1);
}
