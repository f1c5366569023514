using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The distribution function of a von Mises distribution around 0 and what implicit reparameterization takes from it, by Gauss–Legendre
/// quadrature, in float64.
/// </summary>
/// <remarks>
/// The integrals run from x &lt; 0 to the left, until the density has fallen by exp(−40) or the circle ends: there the integrand is smooth on the
/// scale of the interval, whatever the concentration, and 32 nodes give relative errors below 1e-12. Slopes of draws take 16 nodes over shorter
/// intervals, for relative errors below 1e-8.
/// </remarks>
internal static class VonMisesMath
{
    private const int Count = 32;
    private const int CountOfSlopes = 16;

    // From it on the series of 1 − I₁(κ) / I₀(κ) in 1 / κ, whose remainder is below 1e-16 of it; below it the difference loses less than 1e-12.
    private const double FirstSeries = 1000;

    private static readonly double[] Series = [0, 1.0 / 2, 1.0 / 8, 1.0 / 8, 25.0 / 128, 13.0 / 32, 1073.0 / 1024];

    // Where the density has fallen by exp(−30) a slope's integral ends; where by less than exp(−4), it begins at the location.
    private const double FallOfSlopes = 30;
    private const double FallNearLocation = 4;

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre.Of(Count);
    private static readonly (double Node, double Weight)[] RuleOfSlopes = GaussLegendre.Of(CountOfSlopes);

    /// <summary>1 − I₁(κ) / I₀(κ), the circular variance.</summary>
    public static Tensor CircularVariance(Tensor concentration) => Ratio(concentration).Complement;

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

    /// <summary>The derivatives of a draw by the concentration at a fixed value of the distribution function F.</summary>
    /// <remarks>
    /// With e(x) = cos x − A and A = I₁(κ) / I₀(κ) they are s = −(∂F/∂κ) / p, an integral of e, and −2 s e + s² κ sin x − (∂²F/∂κ²) / p, the last
    /// an integral of e² − A', where A' = 1 − A² − A / κ.
    /// </remarks>
    /// <param name="draw">In [−π, π], measured from the location.</param>
    /// <param name="concentration">κ.</param>
    public static (Tensor First, Tensor Second) Slopes(Tensor draw, Tensor concentration)
    {
        using var grad = no_grad();
        var left = -draw.abs();
        var (ratio, variance) = Ratio(concentration);
        var slope = variance * (1 + ratio) - ratio / concentration;
        var width = IntervalOfSlopes(left, concentration);
        var (zeroth, first, second) = Moments(left, width, concentration);
        var (side, atLeft) = (width * draw.sign(), Excess(left, variance));
        var once = side * (atLeft * zeroth + 2 * first);
        var twice = side * ((atLeft.square() - slope) * zeroth + 4 * (atLeft * first + second));
        return (once, twice - 2 * once * atLeft + once.square() * concentration * draw.sin());
    }

    // I₁(κ) / I₀(κ), and 1 minus it.
    private static (Tensor Value, Tensor Complement) Ratio(Tensor concentration)
    {
        var small = concentration.Or(concentration.lt(FirstSeries));
        var ratio = special.i1e(small) / special.i0e(small);
        var complement = DensityMath.InPieces(concentration, FirstSeries, _ => 1 - ratio, large => DensityMath.Polynomial(1 / large, Series));
        return (DensityMath.InPieces(concentration, FirstSeries, _ => ratio, _ => 1 - complement), complement);
    }

    // Over half of the circle both integrals are 0, so near the location they are taken from there, along a shorter way: the width is negative.
    private static Tensor IntervalOfSlopes(Tensor left, Tensor concentration)
    {
        var square = (left / 2).sin().square();
        var cut = 2 * (square + FallOfSlopes / 2 / concentration).clamp_max(1).sqrt().asin() + left;
        return where((square * concentration).lt(FallNearLocation / 2), left, cut.clamp_min(0));
    }

    // With q = (cos(x − s) − cos x) / 2, means over s of 1, q and q², weighted by p(x − s) / p(x) = exp(2κ q).
    private static (Tensor Zeroth, Tensor First, Tensor Second) Moments(Tensor x, Tensor width, Tensor concentration)
    {
        var (sin, cos, half, twice) = (x.sin(), x.cos(), width / 2, 2 * concentration);
        var sums = (Zeroth: zeros_like(x), First: zeros_like(x), Second: zeros_like(x));
        foreach (var (node, weight) in RuleOfSlopes)
        {
            using var scope = NewDisposeScope();

            // s / 2 is at most a quarter of a turn.
            var sine = (half * node).sin();
            var cosine = sine.square().neg_().add_(1).sqrt_();
            var q = cosine.mul_(sin).sub_(cos * sine).mul_(sine);
            var share = (twice * q).exp_();
            sums.Zeroth.add_(share, alpha: weight);
            sums.First.add_(share.mul_(q), alpha: weight);
            sums.Second.add_(share.mul_(q), alpha: weight);
        }

        return sums;
    }

    // cos x − I₁(κ) / I₀(κ).
    private static Tensor Excess(Tensor x, Tensor variance) => variance - 2 * (x / 2).sin().square();

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
