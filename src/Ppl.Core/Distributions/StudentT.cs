using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Student's t distribution: a normal with heavier tails, to which it tends for many degrees of freedom.</summary>
/// <remarks>
/// log p(x) = log Γ((df + 1) / 2) − log Γ(df / 2) − log(π df) / 2 − log scale − (df + 1) / 2 · log(1 + z² / df) with z = (x − loc) / scale.
/// Mean loc for df &gt; 1, else NaN; variance scale² df / (df − 2) for df &gt; 2, infinite for 1 &lt; df ≤ 2, else NaN. A draw is a normal over
/// the root of a gamma draw, with the gradient of implicit reparameterization: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. Densities
/// are computed in float64, by an asymptotic series for many degrees of freedom; the distribution function by the incomplete beta function. Shape:
/// the parameters', broadcast.
/// </remarks>
[Family(Support.Real, Reparameterized = true, Head = typeof(NormalHead))]
public sealed class StudentT : LocationScaleFamily<StudentT>
{
    private static readonly ParameterDeclaration DfOf = new("df", Constraint.Positive);
    private static readonly ParameterDeclaration LocOf = new("loc", Constraint.Real, 0);
    private static readonly ParameterDeclaration ScaleOf = new("scale", Constraint.Positive, 1);

    /// <summary>A Student's t distribution.</summary>
    /// <param name="df">The degrees of freedom: &gt; 0. Any shape.</param>
    /// <param name="loc">The median: any real. Broadcasts with <paramref name="df"/>; 0 when it is not given.</param>
    /// <param name="scale">&gt; 0. Broadcasts with <paramref name="df"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public StudentT(TensorOrScalar df, TensorOrScalar? loc = null, TensorOrScalar? scale = null)
        : base(1, DfOf.Of(df), LocOf.Of(loc), ScaleOf.Of(scale))
    {
    }

    /// <summary>The degrees of freedom, as given.</summary>
    public TensorOrScalar Df => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean
    {
        get
        {
            var loc = Whole(Loc);
            return where(Df.AsTensor(loc).gt(1), loc, full_like(loc, double.NaN));
        }
    }

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var df = Df.Wide(Like);
            var variance = StudentTMath.MeanSquare(df) * Scale.Wide(Like).square();
            return Whole(where(df.gt(1), variance, full_like(variance, double.NaN)).Narrow(Like));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Loc);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
        => Placed(StudentTMath.Draw(Df.AsTensor(Like).expand(DrawShape(sampleShape)), generator));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var density = StudentTMath.LogDensity(StandardizedWide(value), Df.Wide(value)) - Scale.Wide(value).log();
        return Expanded(density.to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
        => Whole((StudentTMath.Entropy(Df.Wide(Like)) + Scale.Wide(Like).log()).Narrow(Like));

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>
    /// 1 − I(df / 2, 1/2) / 2 at df / (df + z²) above the location, with the regularized incomplete beta function; exact in both tails.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => At(value, tails => tails.Cdf);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => At(value, tails => tails.LogCdf);

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
        var tail = minimum(below, above).detach();
        var distance = StudentTMath.Distance(1 - 2 * tail, 2 * tail, Df.Wide(probability).detach());
        var quantile = Loc.Wide(probability).detach() + Scale.Wide(probability).detach() * where(below.lt(0.5), -distance, distance);
        return Expanded(Tails.QuantileWithGradient(this, quantile, below).to(GammaMath.ResultType(probability, Like)), FullShape(probability));
    }

    private Tensor At(Tensor value, Func<Tails, Tensor> part)
    {
        var full = FullShape(value);
        var (z, df) = (StandardizedWide(value), Df.Wide(value));
        var (inside, outside) = StudentTMath.LogMasses(z, df);
        var (tail, rest) = (outside - Math.Log(2), where(outside.lt(inside), (outside.exp() / -2).log1p(), (inside.exp() / 2 + 0.5).log()));
        var isLow = z.detach().lt(0);
        var tails = new Tails(where(isLow, tail, rest), where(isLow, rest, tail), z, t => StudentTMath.LogDensity(t, df));
        return Expanded(part(tails).to(GammaMath.ResultType(value, Like)), full);
    }
}
