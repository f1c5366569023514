using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Transforms;

/// <summary>From K real numbers onto the strictly increasing vectors: y₁ = x₁ and yₖ = yₖ₋₁ + exp(xₖ).</summary>
/// <remarks>
/// log |det| = x₂ + ... + x_K. A step that would round to nothing is one to the next number, so that entries of a vector never coincide.
/// </remarks>
public sealed record Ordered : Transform
{
    private Ordered()
    {
    }

    /// <summary>The one map of this kind.</summary>
    public static Ordered Instance { get; } = new();

    /// <inheritdoc/>
    public override int DomainRank => 1;

    /// <inheritdoc/>
    public override Constraint Codomain(Constraint domain) => Constraint.Ordered;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var entries = x.unbind(-1);
        for (var k = 1; k < entries.Length; k++)
        {
            var previous = entries[k - 1];
            var next = previous.detach().nextafter(full_like(previous, double.PositiveInfinity));
            entries[k] = (previous + entries[k].exp()).maximum(next);
        }

        return stack(entries, -1);
    }

    /// <inheritdoc/>
    public override Tensor Inverse(Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return cat([y.narrow(-1, 0, 1), Exp.Instance.Inverse(y.diff(dim: -1))], -1);
    }

    /// <inheritdoc/>
    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.narrow(-1, 1, x.shape[^1] - 1).sum(-1);
    }

    /// <inheritdoc/>
    public override long[] ForwardShape(ReadOnlySpan<long> shape) => shape.Length > 0 && shape[^1] > 0
        ? shape.ToArray()
        : throw new PplShapeException($"Ordered needs a vector of at least one entry; found shape {ShapeText.Of(shape.ToArray())}.");

    /// <inheritdoc/>
    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);
}
