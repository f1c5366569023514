using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The gamma distribution.</summary>
/// <remarks>
/// log p(x) = concentration · log rate + (concentration − 1) log x − rate · x − log Γ(concentration) for x &gt; 0. Mean concentration / rate.
/// Draws have the gradient of implicit reparameterization: Figurnov, Mohamed and Mnih (2018), arXiv:1805.08498. Densities are computed in
/// float64, since their terms nearly cancel for large concentrations. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.Positive, Reparameterized = true)]
public sealed class Gamma : ParametricFamily<Gamma>
{
    private static readonly ParameterDeclaration ConcentrationOf = new("concentration", Constraint.Positive);
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.Positive, 1);

    /// <summary>A gamma distribution.</summary>
    /// <param name="concentration">The shape parameter: &gt; 0. Any shape.</param>
    /// <param name="rate">The inverse scale: &gt; 0. Broadcasts with <paramref name="concentration"/>; 1 when it is not given.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Gamma(TensorOrScalar concentration, TensorOrScalar? rate = null) : base(ConcentrationOf.Of(concentration), RateOf.Of(rate))
    {
    }

    /// <summary>The shape parameter, as given.</summary>
    public TensorOrScalar Concentration => ParameterAt(0);

    /// <summary>The inverse scale, as given.</summary>
    public TensorOrScalar Rate => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Concentration.Over(Rate));

    /// <inheritdoc/>
    public override Tensor Variance => Whole(Concentration.Over(Rate).Over(Rate));

    /// <summary>(concentration − 1) / rate; 0 where the concentration is below 1, since the density grows towards 0.</summary>
    public override Tensor Mode => Whole(Concentration.Minus(1).Over(Rate)).clamp_min(0);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var concentration = Concentration.AsTensor(Like).expand(DrawShape(sampleShape));
        return _standard_gamma(concentration, generator).OverParameter(Rate).clamp_min(finfo(concentration.dtype).tiny);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (wide, a, b) = (value.to(ScalarType.Float64), Concentration.Wide(value), Rate.Wide(value));
        var isInside = wide.ge(0).logical_and(wide.lt(double.PositiveInfinity));
        var x = wide.Or(isInside);
        var density = a * b.log() + DensityMath.PowerLog(a - 1, x) - b * x - a.lgamma();
        return Expanded(density.WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (a, b) = (Concentration.Wide(Like), Rate.Wide(Like));
        return Whole((a - b.log() + a.lgamma() + (1 - a) * a.digamma()).Narrow(Like));
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>The regularized lower incomplete gamma function of rate · x, with its first and second derivatives.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var x = (value.to(ScalarType.Float64) * Rate.Wide(value)).clamp_min(0);
        return Expanded(IncompleteGamma.Lower(Concentration.Wide(value), x).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The logarithm of the regularized lower incomplete gamma function of rate · x, with its first and second derivatives.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogCdf(Tensor value)
    {
        var full = FullShape(value);
        var x = (value.to(ScalarType.Float64) * Rate.Wide(value)).clamp_min(0);
        return Expanded(IncompleteGamma.LogLower(Concentration.Wide(value), x).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>The logarithm of the regularized upper incomplete gamma function of rate · x, with its first and second derivatives.</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor LogSurvival(Tensor value)
    {
        var full = FullShape(value);
        var x = (value.to(ScalarType.Float64) * Rate.Wide(value)).clamp_min(0);
        return Expanded(IncompleteGamma.LogUpper(Concentration.Wide(value), x).to(GammaMath.ResultType(value, Like)), full);
    }
}
