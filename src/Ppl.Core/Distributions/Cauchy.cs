using Ppl.Networks;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Cauchy distribution, whose tails are so heavy that it has no mean.</summary>
/// <remarks>
/// log p(x) = log scale − log π − log(scale² + (x − loc)²). Median and mode loc; mean and variance do not exist and are NaN.
/// Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Cauchy : LocationScaleFamily<Cauchy>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Cauchy distribution.</summary>
    /// <param name="loc">The median: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">Half of the distance between the quartiles: &gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not
    /// given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Cauchy(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(0, LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <summary>NaN: it does not exist.</summary>
    public override Tensor Mean => Whole(Loc.Plus(double.NaN));

    /// <summary>NaN: it does not exist.</summary>
    public override Tensor Variance => Mean;

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => Placed(Quantile(StandardNoise.Uniform(DrawShape(sampleShape), Like, generator)));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);

        // The hypotenuse neither overflows nor loses the smaller of the two.
        var radius = x.MinusParameter(Loc).hypot(Scale.AsTensor(x));
        return Expanded((radius.log() * -2).PlusParameter(Scale.Log()) - Math.Log(Math.PI), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(Math.Log(4 * Math.PI)));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var z = Standardized(value);
        return Expanded(Below(z), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => LogBelow(Standardized(value), value);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => LogBelow(-Standardized(value), value);

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(Quantile(probability)), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed(-Quantile(probability.OrNaN())), FullShape(probability));
    }

    private static Tensor Below(Tensor z) => atan2(ones_like(z), -z) / Math.PI;

    private Tensor LogBelow(Tensor z, Tensor value) => Expanded(DensityMath.LogShare(Below(z), Below(-z)), FullShape(value));

    // In the tails by the distance to the end: near the tangent's poles the difference to 1/2 has lost it.
    private static Tensor Quantile(Tensor probability)
    {
        var tail = probability.minimum(1 - probability);
        var distance = 1 / (tail * Math.PI).tan();
        return where(tail.lt(0.25), where(probability.lt(0.5), -distance, distance), ((probability - 0.5) * Math.PI).tan());
    }
}
