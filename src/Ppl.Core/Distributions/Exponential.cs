using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The exponential distribution: the time to an event that may come at any moment.</summary>
/// <remarks>
/// log p(x) = log rate − rate · x for x ≥ 0, else −∞. Mean 1 / rate, variance 1 / rate², mode 0. Shape: the parameter's.
/// </remarks>
[Family(Support.NonNegative, Reparameterized = true)]
public sealed class Exponential : ParametricFamily<Exponential>
{
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive, 1);

    /// <summary>An exponential distribution.</summary>
    /// <param name="rate">How many events a unit of time has on average: &gt; 0. Any shape; 1 when it is not given.</param>
    public Exponential(TensorOrScalar? rate = null) : base(RateOf.Of(rate))
    {
    }

    /// <summary>How many events a unit of time has on average, as given.</summary>
    public TensorOrScalar Rate => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Scale);

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square());

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Rate.Times(0));

    private TensorOrScalar Scale => ((TensorOrScalar)1).Over(Rate);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => StandardNoise.Exponential(DrawShape(sampleShape), Like, generator).OverParameter(Rate);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);
        return Expanded((-x.TimesParameter(Rate)).PlusParameter(Rate.Log()).WhereInside(x.ge(0), value), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(((TensorOrScalar)1).Minus(Rate.Log()));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
        => Expanded(-(-ValueCheck.AsReal(value, Like).clamp_min(0).TimesParameter(Rate)).expm1(), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var x = ValueCheck.AsReal(value, Like);
        var isInside = x.gt(0);
        var logHazard = x.Or(isInside).log().PlusParameter(Rate.Log());
        return Expanded(DensityMath.LogOneMinusExpOfExp(logHazard).WhereInside(isInside), FullShape(value));
    }

    /// <summary>−rate · x.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value)
        => Expanded(-ValueCheck.AsReal(value, Like).clamp_min(0).TimesParameter(Rate), FullShape(value));

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded((-(-probability).log1p()).OverParameter(Rate), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded((-probability.OrNaN().log()).OverParameter(Rate), FullShape(probability));
    }
}
