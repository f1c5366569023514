using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>
/// From K − 1 real numbers onto the interior of the simplex of K entries: entry k takes the share sigmoid(xₖ − log(K − k)) of what the entries
/// before it have left.
/// </summary>
/// <remarks>
/// The map of Stan's reference manual (version 2.x, "Unit simplex"), whose shift puts the uniform point at 0. log |det| = Σᵢ log yᵢ over all K
/// entries, for the first K − 1 coordinates of y. It suits models that break a stick; a guide over the simplex is better served by
/// <see cref="SoftmaxCentred"/>, which treats every entry alike.
/// </remarks>
public sealed record StickBreaking : Transform
{
    private StickBreaking()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static StickBreaking Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Simplex;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Logarithms(x).exp().clamp_min(finfo(x.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        var free = y.shape[^1] - 1;
        var inside = y.masked_fill(y.eq(0), finfo(y.dtype).tiny);
        var rest = inside.narrow(-1, 1, free).flip(-1).cumsum(-1).flip(-1);
        return inside.narrow(-1, 0, free).log() - rest.log() + Shift(free, y);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Logarithms(x).sum(-1);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape)
        => shape.Length > 0 ? [.. shape[..^1], shape[^1] + 1] : throw new PplShapeException("StickBreaking needs a vector; found shape ().");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => shape.Length > 0 && shape[^1] > 0
        ? [.. shape[..^1], shape[^1] - 1]
        : throw new PplShapeException($"StickBreaking gives a vector of at least one entry; found shape {ShapeText.Of(shape.ToArray())}.");

    // log y: the logarithm of an entry's share and of what is left.
    private static Tensor Logarithms(Tensor x)
    {
        var shifted = x - Shift(x.shape[^1], x);
        var left = (-shifted).log_sigmoid().cumsum(-1);
        var none = x.new_zeros([.. x.shape[..^1], 1]);
        return cat([none, left], -1) + cat([shifted.log_sigmoid(), none], -1);
    }

    private static Tensor Shift(long free, Tensor like) => arange(free, 0, -1, dtype: like.dtype, device: like.device).log();
}
