using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A distribution function and what is above it, as logarithms of numbers, and the density by which they depend on a variable.</summary>
/// <param name="LogBelow">log P(X ≤ x), without the gradient by the variable.</param>
/// <param name="LogAbove">log P(X &gt; x), without the gradient by the variable.</param>
/// <param name="Variable">The variable: x, or a parameter.</param>
/// <param name="LogDensity">The logarithm of |∂P(X ≤ x) / ∂variable| at a value of the variable.</param>
/// <param name="Sign">1 where P(X ≤ x) grows with the variable, −1 where it falls.</param>
internal readonly record struct Tails(Tensor LogBelow, Tensor LogAbove, Tensor Variable, Func<Tensor, Tensor> LogDensity, int Sign = 1)
{
    /// <summary>P(X ≤ x).</summary>
    public Tensor Cdf
    {
        get
        {
            var cdf = LogBelow.exp();
            return IsConstant ? cdf : cdf + Sign * Slope(0);
        }
    }

    /// <summary>log P(X ≤ x).</summary>
    public Tensor LogCdf => IsConstant ? LogBelow : LogBelow + (Sign * Slope(LogBelow)).log1p();

    /// <summary>log P(X &gt; x).</summary>
    public Tensor LogSurvival => IsConstant ? LogAbove : LogAbove + (-Sign * Slope(LogAbove)).log1p();

    private bool IsConstant => !is_grad_enabled() || !Variable.requires_grad;

    /// <summary>A quantile that was found without a gradient, with that of P(X ≤ quantile) = probability by implicit differentiation.</summary>
    /// <param name="family">The family, whose distribution function has the gradient by every parameter.</param>
    /// <param name="quantile">The quantile, in float64.</param>
    /// <param name="probability">Its probability.</param>
    public static Tensor QuantileWithGradient(Distribution family, Tensor quantile, Tensor probability)
    {
        if (!is_grad_enabled()) return quantile;
        var missing = probability.to(ScalarType.Float64) - family.Cdf(quantile);
        if (!missing.requires_grad) return quantile;
        var density = family.LogProb(quantile).detach().exp();
        var isInside = density.gt(0).logical_and(density.isfinite());
        return quantile + NoiseMemory.Differential(missing) / density.Or(isInside, double.PositiveInfinity);
    }

    // 0, with the derivatives of the distribution function over exp(log). They are taken halfway from the constant to the variable, which makes the
    // second derivatives right too.
    private Tensor Slope(TensorOrScalar log)
    {
        var isFinite = Variable.detach().isfinite();
        var x = Variable.Or(isFinite, 0.5);
        var dx = NoiseMemory.Differential(x);
        var ratio = LogDensity(x - dx / 2).MinusParameter(log);
        var isInside = isFinite.logical_and(ratio.detach().lt(double.PositiveInfinity));
        return where(isInside, ratio, double.NegativeInfinity).exp() * dx;
    }
}
