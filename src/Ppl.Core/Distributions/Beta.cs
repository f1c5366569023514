using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The beta distribution on the unit interval.</summary>
/// <remarks>
/// log p(x) = (a − 1) log x + (b − 1) log(1 − x) − log B(a, b), with a = concentration1 and b = concentration0. Mean a / (a + b). A draw is
/// G_a / (G_a + G_b) for gamma draws, computed from their logarithms, with the gradient of implicit reparameterization: Figurnov, Mohamed and
/// Mnih (2018), arXiv:1805.08498; it lies inside the open interval. Densities are computed in float64. Shape: the parameters', broadcast.
/// </remarks>
[Family(Support.UnitInterval, Reparameterized = true)]
public sealed class Beta : ParametricFamily<Beta>
{
    private static readonly ParameterDeclaration Concentration1Of = new("concentration1", Constraint.Positive);
    private static readonly ParameterDeclaration Concentration0Of = new("concentration0", Constraint.Positive);

    /// <summary>A beta distribution.</summary>
    /// <param name="concentration1">a, the weight of 1: &gt; 0. Any shape.</param>
    /// <param name="concentration0">b, the weight of 0: &gt; 0. Broadcasts with <paramref name="concentration1"/>.</param>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Beta(TensorOrScalar concentration1, TensorOrScalar concentration0)
        : base(Concentration1Of.Of(concentration1), Concentration0Of.Of(concentration0))
    {
    }

    /// <summary>a, the weight of 1, as given.</summary>
    public TensorOrScalar Concentration1 => ParameterAt(0);

    /// <summary>b, the weight of 0, as given.</summary>
    public TensorOrScalar Concentration0 => ParameterAt(1);

    /// <inheritdoc/>
    public override Tensor Mean => Whole(Concentration1.Over(Concentration1.Plus(Concentration0)));

    /// <inheritdoc/>
    public override Tensor Variance
    {
        get
        {
            var total = Concentration1.Plus(Concentration0).AsTensor(Like);
            return Whole(Concentration1.AsTensor(total) / total * (Concentration0.AsTensor(total) / total) / (total + 1));
        }
    }

    /// <summary>
    /// (a − 1) / (a + b − 2) where both exceed 1; the end to which the density grows elsewhere, and NaN where it is the same at both ends or
    /// everywhere.
    /// </summary>
    public override Tensor Mode
    {
        get
        {
            var (a, b) = (Whole(Concentration1) - 1, Whole(Concentration0) - 1);
            var isInside = a.gt(0).logical_and(b.gt(0));
            return where(isInside, a / (a + b), where(a.eq(b), full_like(a, double.NaN), a.gt(b).to(a.dtype)));
        }
    }

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var shape = DrawShape(sampleShape);
        var one = GammaMath.LogDraw(Concentration1.AsTensor(Like).expand(shape), generator);
        var zero = GammaMath.LogDraw(Concentration0.AsTensor(Like).expand(shape), generator);
        return Transforms.Sigmoid.Instance.Forward(one - zero);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var full = FullShape(value);
        var (x, a, b) = (value.to(ScalarType.Float64), Concentration1.Wide(value), Concentration0.Wide(value));
        var (isZero, isOne) = (x.eq(0), x.eq(1));
        var inner = x.Or(x.gt(0).logical_and(x.lt(1)), 0.5);

        // At the ends themselves the other factor is 1.
        var left = where(isOne, zeros_like(inner), inner.log());
        var right = where(isZero, zeros_like(inner), (-inner).log1p());
        var density = DensityMath.PowerLog(a - 1, left, isZero) + DensityMath.PowerLog(b - 1, right, isOne) - GammaMath.LogBeta(a, b);
        return Expanded(density.WhereInside(x.ge(0).logical_and(x.le(1)), value).to(GammaMath.ResultType(value, Like)), full);
    }

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        var (a, b) = (Concentration1.Wide(Like), Concentration0.Wide(Like));
        var entropy = GammaMath.LogBeta(a, b) - (a - 1) * a.digamma() - (b - 1) * b.digamma() + (a + b - 2) * (a + b).digamma();
        return Whole(entropy.Narrow(Like));
    }

    /// <inheritdoc/>
    public override bool HasDifferentiableCdf => true;

    /// <summary>The regularized incomplete beta function I(a, b) at the value.</summary>
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
        var full = FullShape(probability);
        var p = probability.detach().to(ScalarType.Float64);
        var (a, b) = (Concentration1.Wide(probability).detach(), Concentration0.Wide(probability).detach());
        var quantile = IncompleteBeta.QuantileLogit(a, b, p, 1 - p).sigmoid();
        return Expanded(Tails.QuantileWithGradient(this, quantile, probability).to(GammaMath.ResultType(probability, Like)), full);
    }

    private Tensor At(Tensor value, Func<Tails, Tensor> part)
    {
        var full = FullShape(value);
        var (x, a, b) = (value.to(ScalarType.Float64).clamp(0, 1), Concentration1.Wide(value), Concentration0.Wide(value));
        var (lower, upper) = IncompleteBeta.Logs(a, b, UnitPoint.Of(x, 1 - x));
        var tails = new Tails(lower, upper, x, t => IncompleteBeta.LogDensity(a, b, t, 1 - t));
        return Expanded(part(tails).to(GammaMath.ResultType(value, Like)), full);
    }
}
