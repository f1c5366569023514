using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of |x| for x ~ StudentT(df, 0, scale): a weakly informative prior for scales.</summary>
/// <remarks>
/// log p(x) = log 2 + log StudentT(x | df, 0, scale) for x ≥ 0, else −∞. The mean is finite for df &gt; 1 and the variance for df &gt; 2; below
/// they are infinite. Mode 0. As a prior of scales: Gelman (2006), Bayesian Analysis 1(3). Draws and densities as those of
/// <see cref="StudentT"/>. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.NonNegative, Reparameterized = true)]
public sealed class HalfStudentT : ParametricFamily<HalfStudentT>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A half-Student's t distribution.</summary>
    /// <param name="df">The degrees of freedom: &gt; 0. Any shape.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="df"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public HalfStudentT(TensorOrScalar df, TensorOrScalar? scale = null) : base(DfOf.Of(df), ScaleOf.Of(scale))
    {
    }

    /// <summary>The degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <summary>The scale, as given.</summary>
    public TensorOrScalar Scale => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Narrow(StudentTMath.MeanDistance(Df.Wide(Like)) * Scale.Wide(Like));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var df = Df.Wide(Like);
            var square = StudentTMath.MeanSquare(df);
            var variance = where(df.gt(2), square - StudentTMath.MeanDistance(df.clamp_min(2)).square(), square);
            return Narrow(variance * Scale.Wide(Like).square());
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Scale.Times(0));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => StudentTMath.Draw(Df.AsTensor(Like).expand(DrawShape(sampleShape)), generator).abs().TimesParameter(Scale);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, scale) = (value.to(ScalarType.Float64), Scale.Wide(value));
        var density = StudentTMath.LogDensity(x / scale, Df.Wide(value)) - scale.log() + Math.Log(2);
        return Expanded(density.WhereInside(x.ge(0), value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy() => Narrow(StudentTMath.Entropy(Df.Wide(Like)) + Scale.Wide(Like).log() - Math.Log(2));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>1 − I(df / 2, 1/2) at df / (df + z²) with z = x / scale and the regularized incomplete beta function.</summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => At(value, tails => tails.Cdf);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value)
    {
        // The masses take the nearest numbers to 0 for 0 itself, where there is no mass below.
        ArgumentNullException.ThrowIfNull(value);
        return At(value, tails => tails.LogCdf).WhereInside(value.le(0).logical_not(), value);
    }

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => At(value, tails => tails.LogSurvival);

    /// <summary>The root of the distribution function, to 1e-12 of it, with the gradient by implicit differentiation.</summary>
    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var p = probability.to(ScalarType.Float64);
        return Quantile(p, 1 - p, probability);
    }

    /// <inheritdoc cref="InverseCdf"/>
    public override Tensor InverseSurvival(Tensor probability)
    {
        ArgumentNullException.ThrowIfNull(probability);
        probability = probability.OrNaN();
        var p = probability.to(ScalarType.Float64);
        return Quantile(1 - p, p, probability);
    }

    private Tensor Quantile(Tensor below, Tensor above, Tensor probability)
    {
        var distance = StudentTMath.Distance(below.detach(), above.detach(), Df.Wide(probability).detach());
        var quantile = distance * Scale.Wide(probability).detach();
        return Expanded(Tails.QuantileWithGradient(this, quantile, below).to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    private Tensor At(Tensor value, Func<Tails, Tensor> part)
    {
        var full = FullShape(value);
        var (z, df) = ((value.to(ScalarType.Float64) / Scale.Wide(value)).clamp_min(0), Df.Wide(value));
        var (inside, outside) = StudentTMath.LogMasses(z, df);
        var tails = new Tails(inside, outside, z, t => StudentTMath.LogDensity(t, df) + Math.Log(2));
        return Expanded(part(tails).to(GammaMath.ResultType(value, Like)), full);
    }

    private Tensor Narrow(Tensor moment) => Whole(moment.Narrow(Like));
}
