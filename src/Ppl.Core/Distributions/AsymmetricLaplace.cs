using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A Laplace distribution that falls faster to one side than to the other.</summary>
/// <remarks>
/// log p(x) = −z κ for z ≥ 0 and z / κ for z &lt; 0, less log(scale (κ + 1/κ)), with z = (x − loc) / scale and the asymmetry κ. Mean
/// loc + scale (1/κ − κ), variance scale² (κ² + 1/κ²), mode loc. Its median regression is quantile regression: loc is the quantile at
/// κ² / (1 + κ²). Kotz, Kozubowski and Podgórski (2001), The Laplace Distribution and Generalizations. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class AsymmetricLaplace : LocationScaleFamily<AsymmetricLaplace>
{
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);
    private static readonly ParameterDeclaration AsymmetryOf = new("asymmetry", Constraint.Positive, 1);

    /// <summary>An asymmetric Laplace distribution.</summary>
    /// <param name="loc">The mode: any real. Any shape; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="loc"/>; 1 when it is not given.</param>
    /// <param name="asymmetry">κ, &gt; 0: above 1 the left tail is the heavier. Broadcasts with <paramref name="loc"/>; 1 when it is not
    /// given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public AsymmetricLaplace(TensorOrScalar? loc = null, TensorOrScalar? scale = null, TensorOrScalar? asymmetry = null)
        : base(0, LocOf.Of(loc), ScaleOf.Of(scale), AsymmetryOf.Of(asymmetry))
    {
    }

    /// <summary>κ, as given.</summary>
    public TensorOrScalar Asymmetry => ParameterAt(2);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Placed((Inverse.Minus(Asymmetry)).AsTensor(Like)));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Inverse.Square().Plus(Asymmetry.Square()).AsTensor(Like).TimesParameter(Scale.Square()));

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc);

    private TensorOrScalar Inverse => ((TensorOrScalar)1).Over(Asymmetry);

    private TensorOrScalar LogNormalizer => Asymmetry.Plus(Inverse).Log().Plus(Scale.Log());

    /// <summary>The difference of two exponential draws, each scaled for its side.</summary>
    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var (right, left) = (StandardNoise.Exponential(shape, Like, generator), StandardNoise.Exponential(shape, Like, generator));
        return Placed(right.OverParameter(Asymmetry) - left.TimesParameter(Asymmetry));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var z = Standardized(value);
        var distance = where(z.lt(0), (-z).OverParameter(Asymmetry), z.TimesParameter(Asymmetry));
        return Expanded((-distance).MinusParameter(LogNormalizer), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Whole(LogNormalizer.Plus(1));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value)
    {
        var z = Standardized(value);
        var (below, above) = (Below(z), Above(z));
        return Expanded(where(z.lt(0), below, 1 - above), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        var z = Standardized(value);
        var (left, _) = LogSides(z);
        return Expanded(where(z.lt(0), left + z.OverParameter(Asymmetry), (-Above(z)).log1p()), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value)
    {
        var z = Standardized(value);
        var (_, right) = LogSides(z);
        return Expanded(where(z.lt(0), (-Below(z)).log1p(), right - z.TimesParameter(Asymmetry)), FullShape(value));
    }

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(Quantile(probability, 1 - probability)), FullShape(probability));
    }

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        return Expanded(Placed(Quantile(1 - probability, probability)), FullShape(probability));
    }

    private Tensor Quantile(Tensor inside, Tensor outside)
    {
        var (left, right) = Sides(inside);
        var below = (inside / left).clamp_max(1).log().TimesParameter(Asymmetry);
        var above = -(outside / right).clamp_max(1).log().OverParameter(Asymmetry);
        return where(inside.lt(left), below, above);
    }

    // The probabilities of both sides: κ² / (1 + κ²) and its complement.
    private (Tensor Left, Tensor Right) Sides(Tensor like)
    {
        var (left, right) = LogSides(like);
        return (left.exp(), right.exp());
    }

    private (Tensor Left, Tensor Right) LogSides(Tensor like)
    {
        var log = Asymmetry.Log().Times(2).AsTensor(like);
        return (-Bernoulli.Softplus(-log), -Bernoulli.Softplus(log));
    }

    // P(Z ≤ min(z, 0)).
    private Tensor Below(Tensor z) => z.clamp_max(0).OverParameter(Asymmetry).exp() * Sides(z).Left;

    // P(Z > max(z, 0)).
    private Tensor Above(Tensor z) => (-z.clamp_min(0)).TimesParameter(Asymmetry).exp() * Sides(z).Right;
}
