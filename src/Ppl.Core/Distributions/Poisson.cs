using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The Poisson distribution of counts.</summary>
/// <remarks>
/// log p(x) = x log rate − rate − log x! for x = 0, 1, 2, ..., else −∞. Mean and variance are the rate; at rate 0 all mass is on 0. Computed in
/// float64. Draws have the parameter's dtype. Shape: the parameter's.
/// </remarks>
[Family(Support.NonNegativeInteger)]
public sealed class Poisson : ParametricFamily<Poisson>
{
    private static readonly ParameterDeclaration RateOf = new("rate", Constraint.NonNegative);

    /// <summary>A Poisson distribution.</summary>
    /// <param name="rate">The mean: ≥ 0. Any shape.</param>
    public Poisson(TensorOrScalar rate) : base(RateOf.Of(rate))
    {
    }

    /// <summary>The mean, as given.</summary>
    public TensorOrScalar Rate => ParameterAt(0);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Rate);

    /// <inheritdoc/>
    public override Tensor Variance => Mean;

    /// <summary>The greatest whole number up to the rate; one less is as probable where the rate is whole.</summary>
    public override Tensor Mode => Mean.floor();

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        using (no_grad()) return poisson(Rate.AsTensor(Like).expand(DrawShape(sampleShape)), generator);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var ((x, isInside), rate) = (CountMath.Counts(value), Rate.Wide(value));
        return Expanded(CountMath.LogPoisson(x, rate).WhereInside(isInside, value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <summary>Not closed.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException("Poisson has no entropy in closed form.");

    /// <summary>The regularized upper incomplete gamma function Q(⌊x⌋ + 1, rate).</summary>
    /// <param name="value">Broadcasts with <see cref="Distribution.Shape"/>.</param>
    public override Tensor Cdf(Tensor value)
    {
        var full = FullShape(value);
        var (x, rate) = (value.to(ScalarType.Float64).floor(), Rate.Wide(value));
        var below = IncompleteGamma.Upper(x.clamp_min(0) + 1, rate);
        return Expanded(where(x.ge(0), below, zeros_like(below)).to(GammaMath.ResultType(value, Like)), full);
    }
}
