using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The distribution of 1 / x for x ~ Gamma(concentration, rate).</summary>
/// <remarks>
/// log p(x) = a log b − (a + 1) log x − b / x − log Γ(a) for x &gt; 0, with a = concentration and b = rate. Mean b / (a − 1) for a &gt; 1, else
/// infinite; mode b / (a + 1). Draws have the gradient of implicit reparameterization: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498.
/// Densities are computed in float64. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Positive, Reparameterized = true)]
public sealed class InverseGamma : ParametricFamily<InverseGamma>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive);
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive, 1);

    /// <summary>An inverse gamma distribution.</summary>
    /// <param name="concentration">The shape parameter: &gt; 0. Any shape.</param>
    /// <param name="rate">The rate of the gamma, a scale of the values: &gt; 0. Broadcasts with <paramref name="concentration"/>; 1 when it is
    /// not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public InverseGamma(TensorOrScalar concentration, TensorOrScalar? rate = null)
        : base(ConcentrationOf.Of(concentration), RateOf.Of(rate))
    {
    }

    /// <summary>The shape parameter, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(0);

    /// <summary>The rate of the gamma, as given.</summary>
    public TensorOrScalar Rate => ParameterAt(1);

    /// <summary>The distribution of the inverse.</summary>
    public Gamma Inverse => new Gamma(Concentration, Rate).Expand(BatchShape.ToArray());

    /// <summary>b / (a − 1); infinite where a ≤ 1.</summary>
    public override Tensor Mean
    {
        get
        {
            var (a, b) = (Concentration.AsTensor(Like), Rate.AsTensor(Like));
            var isFinite = a.gt(1);
            return Whole(where(isFinite, b / (a.Or(isFinite, 2) - 1), full_like(a, double.PositiveInfinity)));
        }
    }

    /// <summary>b² / ((a − 1)² (a − 2)); infinite where a ≤ 2.</summary>
    public override Tensor Variance
    {
        get
        {
            var (a, b) = (Concentration.AsTensor(Like), Rate.AsTensor(Like));
            var isFinite = a.gt(2);
            var inside = a.Or(isFinite, 3);
            return Whole(where(isFinite, (b / (inside - 1)).square() / (inside - 2), full_like(a, double.PositiveInfinity)));
        }
    }

    /// <inheritdoc/>
    public override Tensor Mode => Whole(Rate.Over(Concentration.Plus(1)));

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var log = GammaMath.LogDraw(Concentration.AsTensor(Like).expand(DrawShape(sampleShape)), generator);
        return DensityMath.ClampedExp((-log).PlusParameter(Rate.Log()));
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => value.AtFinite(LogProbOfFinite);

    private Tensor LogProbOfFinite(Tensor value)
    {
        var full = FullShape(value);
        var (a, b, wide) = (Concentration.Wide(value), Rate.Wide(value), value.to(ScalarType.Float64));
        var isInside = wide.gt(0);
        var x = wide.Or(isInside);
        var density = a * b.log() - (a + 1) * x.log() - b / x - a.lgamma();
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (a, b) = (Concentration.Wide(Like), Rate.Wide(Like));
        return Whole((a + b.log() + a.lgamma() - (1 + a) * a.digamma()).Narrow(Like));
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>The regularized upper incomplete gamma function of rate / x, with its first and second derivatives.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (a, inverse, isInside) = Reciprocal(value);
        var cdf = IncompleteGamma.Upper(a, inverse);
        return Expanded(where(isInside, cdf, zeros_like(cdf)).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The logarithm of the regularized upper incomplete gamma function of rate / x.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogCdf(Tensor value)
    {
        var (a, inverse, isInside) = Reciprocal(value);
        var log = IncompleteGamma.LogUpper(a, inverse).WhereInside(isInside);
        return Expanded(log.to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    /// <summary>The logarithm of the regularized lower incomplete gamma function of rate / x.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value)
    {
        var (a, inverse, isInside) = Reciprocal(value);
        var log = IncompleteGamma.LogLower(a, inverse);
        return Expanded(where(isInside, log, 0).to(GammaMath.ResultType(value, Like)), FullShape(value));
    }

    private (Tensor Concentration, Tensor Inverse, Tensor IsInside) Reciprocal(Tensor value)
    {
        var wide = value.to(ScalarType.Float64);
        var isInside = wide.gt(0);
        return (Concentration.Wide(value), Rate.Wide(value) / wide.Or(isInside), isInside);
    }
}
