using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of |x| for x ~ Normal(0, scale).</summary>
/// <remarks>
/// log p(x) = −(x / scale)² / 2 − log scale + log(2 / π) / 2 for x ≥ 0, else −∞. Mean scale √(2/π), variance scale² (1 − 2/π), mode 0.
/// Shape: the parameter's.
/// </remarks>
[Family(Support.NonNegative, Reparameterized = true)]
public sealed class HalfNormal : ParametricFamily<HalfNormal>
{
    // log(2 / π) / 2.
    private const double LogConstant = -0.22579135264472743;

    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A half-normal distribution.</summary>
    /// <param name="scale">The standard deviation of the normal: &gt; 0. Any shape; 1 when it is not given.</param>
    public HalfNormal(TensorOrScalar? scale = null) : base(ScaleOf.Of(scale))
    {
    }

    /// <summary>The standard deviation of the normal, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Scale.Times(Math.Sqrt(2 / Math.PI)));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Scale.Square().Times(1 - 2 / Math.PI));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Scale.Times(0));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => randn(DrawShape(sampleShape), Like?.dtype ?? get_default_dtype(), Like?.device, generator: generator).abs_().TimesParameter(Scale);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var standardized = Standardized(value);
        var density = (standardized.square() * -0.5).MinusParameter(Scale.Log()) + LogConstant;
        return Expanded(density.WhereInside(standardized.ge(0), value), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(Scale.Log().Plus(0.5 * Math.Log(Math.PI / 2) + 0.5));

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Expanded((Standardized(value) * Math.Sqrt(0.5)).erf().clamp_min(0), FullShape(value));

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value)
    {
        var tail = NormalMath.LogCdf(-Standardized(value).to(ScalarType.Float64).clamp_min(0)) + Math.Log(2);
        return Expanded(tail.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded((probability.OrNaN().erfinv() * Math.Sqrt(2)).TimesParameter(Scale), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        return Expanded((-special.ndtri(probability.OrNaN() / 2)).TimesParameter(Scale), FullShape(probability));
    }

    private Tensor Standardized(Tensor value) => ValueCheck.AsReal(value, Like).OverParameter(Scale);
}
