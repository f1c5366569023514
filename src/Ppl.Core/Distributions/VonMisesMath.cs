using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The distribution function of a von Mises distribution around 0 and what implicit reparameterization takes from it, by Gauss–Legendre
/// quadrature, in float64.
/// </summary>
/// <remarks>
/// The integrals run from x &lt; 0 to the left, until the density has fallen by exp(−40) or the circle ends: there the integrand is smooth on the
/// scale of the interval, whatever the concentration, and 32 nodes give relative errors below 1e-12.
/// </remarks>
internal static class VonMisesMath
{
    private const int Count = 32;

    // From it on the series of 1 − I₁(κ) / I₀(κ) in 1 / κ, whose remainder is below 1e-16 of it; below it the difference loses less than 1e-12.
    private const double FirstSeries = 1000;

    private static readonly double[] Series = [0, 1.0 / 2, 1.0 / 8, 1.0 / 8, 25.0 / 128, 13.0 / 32, 1073.0 / 1024];

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre.Of(Count);

    /// <summary>1 − I₁(κ) / I₀(κ), the circular variance.</summary>
    public static Tensor CircularVariance(Tensor concentration)
    {
        var isLarge = concentration.ge(FirstSeries);
        var small = concentration.Or(isLarge.logical_not());
        var series = DensityMath.Polynomial(1 / concentration.Or(isLarge, FirstSeries), Series);
        return where(isLarge, series, 1 - special.i1e(small) / special.i0e(small));
    }

    /// <summary>log I₀(κ) − κ.</summary>
    public static Tensor LogScaledBessel(Tensor concentration) => special.i0e(concentration).log();

    /// <summary>
    /// The distribution function from −π, continued over all real numbers: one more with each turn.
    /// </summary>
    /// <param name="angle">Any real number, measured from the location.</param>
    /// <param name="concentration">κ.</param>
    public static Tensor Cdf(Tensor angle, Tensor concentration)
    {
        var turns = (angle.detach() / (2 * Math.PI)).round();
        var x = angle - turns * (2 * Math.PI);
        var isLeft = x.le(0);
        var (left, width) = Interval(where(isLeft, x, -x), concentration);
        var sum = zeros_like(left * concentration);
        foreach (var (node, weight) in Rule) sum = sum + weight * Ratio(left, width * node, concentration);
        var density = (-2 * concentration * (left / 2).sin().square() - LogScaledBessel(concentration)).exp() / (2 * Math.PI);
        var mass = width * sum * density;
        return turns + where(isLeft, mass, 1 - mass);
    }

    /// <summary>The derivative of a draw by the concentration at a fixed value of the distribution function: −(∂F/∂κ) / p.</summary>
    /// <param name="draw">In [−π, π], measured from the location.</param>
    /// <param name="concentration">κ.</param>
    public static Tensor Slope(Tensor draw, Tensor concentration)
    {
        using var grad = no_grad();
        var (left, width) = Interval(-draw.abs(), concentration);
        var variance = CircularVariance(concentration);
        var sum = zeros_like(left * concentration);
        foreach (var (node, weight) in Rule)
        {
            using var scope = NewDisposeScope();
            var s = width * node;
            var excess = variance - 2 * ((left - s) / 2).sin().square();
            sum.add_(weight * excess * Ratio(left, s, concentration));
        }

        return width * sum * draw.sign();
    }

    // p(x − s) / p(x).
    private static Tensor Ratio(Tensor x, Tensor s, Tensor concentration) => (2 * concentration * (s / 2).sin() * (x - s / 2).sin()).exp();

    private static (Tensor Left, Tensor Width) Interval(Tensor x, Tensor concentration)
    {
        var square = ((x / 2).sin().square() + 20 / concentration).detach();
        var isWhole = square.ge(1);
        var cut = 2 * square.clamp_max(1).sqrt().asin() + x.detach();
        return (x, where(isWhole, x + Math.PI, cut.clamp_min(0)));
    }
}
