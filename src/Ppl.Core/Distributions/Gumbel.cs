using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Gumbel distribution: that of the greatest of many exponential draws.</summary>
/// <remarks>
/// log p(x) = −z − exp(−z) − log scale with z = (x − loc) / scale. Mean loc + γ scale with Euler's γ, mode loc, variance π² scale² / 6.
/// Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class Gumbel : LocationScaleFamily<Gumbel>
{
    internal const double EulersConstant = 0.57721566490153286061;

    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Gumbel distribution.</summary>
    /// <param name="loc">The mode: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Gumbel(TensorOrScalar? loc = null, TensorOrScalar? scale = null) : base(0, LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Loc.Plus(Scale.Times(EulersConstant)));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square().Times(Math.PI * Math.PI / 6));

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var exponential = StandardNoise.Exponential(DrawShape(sampleShape), Like, generator);
        return Placed(-exponential.clamp_min(StandardNoise.LeastStep(exponential.dtype)).log());
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var z = Standardized(value);
        return Expanded((-z - (-z).exp()).MinusParameter(Scale.Log()), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(1 + EulersConstant));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        // Where exp(−z) would overflow it is 0, and the slope 0 · ∞ no number.
        var z = Standardized(value);
        return Expanded((-(-z).clamp_max(Math.Log(finfo(z.dtype).max)).exp()).exp(), FullShape(value));
    }

    /// <summary>−exp(−z).</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogCdf(Tensor value)
    {
        var z = Standardized(value);
        var isFinite = (-z).le(Math.Log(finfo(z.dtype).max));
        return Expanded((-(-z).Or(isFinite).exp()).WhereInside(isFinite), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Expanded(DensityMath.LogOneMinusExpOfExp(-Standardized(value)), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(-(-probability.log()).log()), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded(Placed(-(-(-probability.OrNaN()).log1p()).log()), FullShape(probability));
    }
}
