using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>All mass at one point: a deterministic value, or a guide's point estimate.</summary>
/// <remarks>
/// log p(x) = 0 where x equals the point and −∞ elsewhere: a density with respect to counting at that point. With it as the guide of a
/// continuous latent the bound is that of maximum a posteriori estimation, up to an infinite constant.
/// </remarks>
[Family(Support.Point, Reparameterized = true, Head = typeof(DeltaHead))]
public sealed class Delta : ParametricFamily<Delta>
{
    private static readonly ParameterDeclaration PointOf = new("point", Constraint.Real) { KeepsIntegers = true };

    /// <summary>A point mass.</summary>
    /// <param name="point">The point. Any shape.</param>
    public Delta(TensorOrScalar point) : base(PointOf.Of(point))
    {
    }

    /// <summary>The point, as given.</summary>
    public TensorOrScalar Point => ParameterAt(0);

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Constraint.Point(Point);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Point);

    /// <inheritdoc/>
    public override Tensor Mode => Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Whole(zeros_like(Point.AsTensor()));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Point.AsTensor().expand(DrawShape(sampleShape)).clone();

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var type = (Point.Tensor ?? value).dtype;
        var isThere = value.IsEqualTo(Point);
        return zeros(isThere.shape, is_floating_point(type) ? type : get_default_dtype(), value.device).WhereInside(isThere, value).expand(full);
    }

    /// <inheritdoc/>
    internal override bool HasAtoms => true;

    /// <summary>0 below the point, 1 from it on.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        return Expanded(value.IsAtLeast(Point).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The point.</summary>
    /// <param name="probability">In [0, 1]; broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor InverseCdf(Tensor probability)
    {
        var full = FullShape(probability);
        return Point.AsTensor(probability).expand(full);
    }

    /// <summary>The point.</summary>
    /// <inheritdoc cref="InverseCdf"/>
    public override Tensor InverseSurvival(Tensor probability) => InverseCdf(probability);

    /// <summary>0: the point is certain.</summary>
    public override Tensor Entropy()
    {
        var point = Point.AsTensor();
        return Whole(is_floating_point(point) ? zeros_like(point) : zeros_like(point, get_default_dtype()));
    }
}
