using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Lévy distribution: that of the time at which a Brownian motion first reaches a distance.</summary>
/// <remarks>
/// log p(x) = log(scale / 2π) / 2 − scale / (2 y) − 3/2 log y with y = x − loc, for x &gt; loc, else −∞. Mean and variance are infinite; the mode
/// is loc + scale / 3. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Bounded, Reparameterized = true)]
public sealed class Levy : LocationScaleFamily<Levy>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Lévy distribution.</summary>
    /// <param name="loc">The bound that all values exceed: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Levy(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(0, LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <inheritdoc/>
    public override Constraint ValueConstraint => new BelowBoundedConstraint(Loc, false);

    /// <summary>Infinite.</summary>
    public override Tensor Mean => Whole(Loc.Plus(double.PositiveInfinity));

    /// <summary>Infinite.</summary>
    public override Tensor Variance => Mean;

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc.Plus(Scale.Times(1.0 / 3)));

    /// <summary>loc + scale / N² for a standard normal N.</summary>
    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var normal = StandardNoise.Normal(DrawShape(sampleShape), Like, generator).abs_();
        return Above(normal.clamp_min_(StandardNoise.LeastStep(normal.dtype)));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);
        var distance = x.MinusParameter(Loc);
        var isInside = distance.gt(0);
        var y = where(isInside, distance, ones_like(distance));
        var density = ((-0.5 / y).TimesParameter(Scale) - 1.5 * y.log()).PlusParameter(Scale.Log().Times(0.5)) - 0.5 * Math.Log(2 * Math.PI);
        return Expanded(density.WhereInside(isInside, value), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(((1 + (3 * Gumbel.EulersConstant)) / 2) + (0.5 * Math.Log(16 * Math.PI))));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var z = Standardized(value);
        var isInside = z.gt(0);
        var probability = (0.5 / where(isInside, z, ones_like(z))).sqrt().erfc();
        return Expanded(where(isInside, probability, zeros_like(z)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var (root, isInside) = Root(value);
        var (isNear, u) = (root.lt(1), root * Math.Sqrt(0.5));
        var log = where(isNear, (-u.Or(isNear, 0).erf()).log1p(), NormalMath.LogCdf(-root) + Math.Log(2));
        return Expanded(log.WhereInside(isInside).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value)
    {
        var (root, isInside) = Root(value);
        var u = root * Math.Sqrt(0.5);
        var log = DensityMath.LogShare(u.erf(), u.erfc());
        return Expanded(where(isInside, log, 0).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(1 / special.ndtri(probability / 2).square()), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed((probability.OrNaN().erfinv() * Math.Sqrt(2)).reciprocal().square()), FullShape(probability));
    }

    // 1 / √z, the normal's distance that has the same tails.
    private (Tensor Root, Tensor IsInside) Root(Tensor value)
    {
        var z = StandardizedWide(value);
        var isInside = z.gt(0);
        return (z.Or(isInside).rsqrt(), isInside);
    }

    // Above the bound, where the sum rounds to it.
    private Tensor Above(Tensor normal)
    {
        var x = Placed(1 / normal.square());
        var loc = Loc.AsTensor(x).detach();
        return x.maximum(loc.nextafter(full_like(loc, double.PositiveInfinity)));
    }
}
