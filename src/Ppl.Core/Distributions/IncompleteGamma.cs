using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The regularized incomplete gamma functions P(a, x) and Q(a, x) = 1 − P(a, x), with their derivatives by both arguments.</summary>
/// <remarks>
/// The values are libtorch's, but those near a for an a above 20: there its asymptotic series (Temme 1979, as libtorch 1.13 has it) has a relative
/// error of 2e-9, and they are ∫ p(t) dt over (0, x) or (x, ∞) by the quadrature below, to 2e-12; p is the density of Gamma(a, 1). libtorch knows no
/// derivative by a. Here ∂P/∂a is −∫ p(t) (ψ(a) − log t) dt over (0, x), or −∫ p(t) (log t − ψ(a)) dt over (x, ∞): of the two the one whose integrand
/// does not change its sign, so that far tails keep their relative precision. It is Gauss–Legendre quadrature in log t, and for small x the power
/// series. Second derivatives are right too; higher ones are not. Arguments are in float64: a &gt; 0, x ≥ 0.
/// <para>
/// In logarithms, where the functions themselves round to 0, Q is taken by Legendre's continued fraction and P by its power series: NIST Digital
/// Library of Mathematical Functions, 8.9.2 and 8.7.1.
/// </para>
/// </remarks>
internal static class IncompleteGamma
{
    // Where the integrand has fallen by exp(−40) the quadrature ends, which needs so many nodes for double precision.
    private const double Decay = 40;
    private const int Terms = 20;
    private const double Largest = 1e300;
    private const double Least = 1e-300;
    private const double LeastCurved = 1e-140;

    // For such a the series has no terms that cancel.
    private const double MostOfSeries = 20;

    // Below it libtorch's functions have lost digits, or are 0.
    private const double Tiny = 1e-250;

    // Where libtorch takes its asymptotic series: it does so within 4.5 √a of a, or 0.3 a below 200.
    private const double LeastAsymptotic = 20;
    private const double Asymptotic = 0.301;

    // So far out both expansions settle after about √a terms.
    private const int LeastTerms = 48;
    private const int MostTerms = 4096;

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre.Of(48);

    /// <summary>P(a, x), the distribution function of Gamma(a, 1).</summary>
    public static Tensor Lower(Tensor a, Tensor x) => HasGradient(a, x) ? LowerValue(a, x) + Differential(a, x) : LowerValue(a, x);

    /// <summary>Q(a, x), with the relative precision of a small number in the upper tail.</summary>
    public static Tensor Upper(Tensor a, Tensor x) => HasGradient(a, x) ? UpperValue(a, x) - Differential(a, x) : UpperValue(a, x);

    /// <summary>log P(a, x).</summary>
    /// <param name="a">&gt; 0.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor LogLower(Tensor a, Tensor x) => Log(a, x, Lower(a, x), Upper(a, x), x.gt(0), LogSeries);

    /// <summary>log Q(a, x).</summary>
    /// <param name="a">&gt; 0.</param>
    /// <param name="x">At least 0.</param>
    public static Tensor LogUpper(Tensor a, Tensor x)
        => Log(a, x, Upper(a, x), Lower(a, x), x.lt(double.PositiveInfinity), LogFraction);

    private static bool HasGradient(Tensor a, Tensor x) => is_grad_enabled() && (a.requires_grad || x.requires_grad);

    private static Tensor LowerValue(Tensor a, Tensor x)
    {
        (a, x) = (a.detach(), x.detach());
        return WithOwn(a, x, a.igamma(x), (tail, isBelow) => where(isBelow, tail, 1 - tail));
    }

    private static Tensor UpperValue(Tensor a, Tensor x)
    {
        (a, x) = (a.detach(), x.detach());
        return WithOwn(a, x, a.igammac(x), (tail, isBelow) => where(isBelow, 1 - tail, tail));
    }

    private static Tensor WithOwn(Tensor a, Tensor x, Tensor share, Func<Tensor, Tensor, Tensor> ofTail)
    {
        var isOwn = a.gt(LeastAsymptotic).logical_and((x - a).abs().lt(a * Asymptotic));
        if (!isOwn.any().ToBoolean()) return share;
        var (isBelow, tail) = Tail(a.Or(isOwn), x.Or(isOwn));
        return where(isOwn, ofTail(tail, isBelow), share);
    }

    // Of the two tails the one on the side of x that has no sign change of log t − ψ(a), and which it is.
    private static (Tensor IsBelow, Tensor Share) Tail(Tensor a, Tensor x)
    {
        var (isBelow, side, length) = Path(a, x);
        var sum = zeros_like(side);
        foreach (var (node, weight) in Rule)
        {
            var u = side * length * node;
            sum = sum + (a * u - x * u.expm1()).exp() * weight;
        }

        return (isBelow, length * LogPower(a, x).exp() * sum);
    }

    // 0, with the first and second derivatives of P. That by x is taken halfway from the constant to the variable, and depends on a by its graph.
    private static Tensor Differential(Tensor a, Tensor x)
    {
        var end = x.clamp_max(Largest);
        var sum = zeros_like(a.detach() * x.detach());
        if (x.requires_grad)
        {
            // Nearer to 0 the density's own derivative is no number of float64.
            var dx = NoiseMemory.Differential(end);
            var at = where(end.detach().gt(LeastCurved), end - dx / 2, end.detach());
            sum = sum + Density(a, at) * dx;
        }

        if (!a.requires_grad) return sum;
        var da = NoiseMemory.Differential(a);
        var (first, second) = ByShape(a.detach(), end.detach());
        return sum + first * da + second * da.square() / 2;
    }

    // At x = 0 it is finite, also where the limit is not.
    private static Tensor Density(Tensor a, Tensor x)
    {
        var inside = x.clamp_min(Least);
        return LogPower(a, inside).exp() / inside;
    }

    // log(xᵃ exp(−x) / Γ(a)): for a large a by Stirling's series and the deviance, whose terms do not cancel.
    private static Tensor LogPower(Tensor a, Tensor x)
    {
        var isLarge = a.gt(CountMath.LeastStirling);
        var small = a.Or(isLarge.logical_not());
        var (large, end) = (a.Or(isLarge, 2 * CountMath.LeastStirling), x.Or(isLarge, 2 * CountMath.LeastStirling));
        var shift = (end - large) / large;
        var isNear = shift.abs().lt(0.5);
        var deviance = where(isNear, shift.Or(isNear, 0).log1p(), (end / large).log()) - shift;
        var series = large * deviance + (large / (2 * Math.PI)).log() / 2 - CountMath.Remainder(large);
        return where(isLarge, series, small * x.log() - x - small.lgamma());
    }

    // ∂P/∂a and ∂²P/∂a², without gradients.
    private static (Tensor First, Tensor Second) ByShape(Tensor a, Tensor x)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        (a, x) = (a + zeros_like(x), x + zeros_like(a));
        var isSmall = x.le(1).logical_and(a.le(MostOfSeries));
        var isLarge = isSmall.logical_not();
        var near = BySeries(a.Or(isSmall), x.Or(isSmall).clamp_min(Least));
        var far = ByQuadrature(a.Or(isLarge), x.Or(isLarge));
        var (first, second) = (where(isSmall, near.First, far.First), where(isSmall, near.Second, far.Second));
        var isInside = x.gt(0);
        return (first.Or(isInside, 0).MoveToOuterDisposeScope(), second.Or(isInside, 0).MoveToOuterDisposeScope());
    }

    // Of P = xᵃ / Γ(a) Σ (−x)ᵏ / (k! (a + k)), with the factor 1 / a of its first term taken out.
    private static (Tensor First, Tensor Second) BySeries(Tensor a, Tensor x)
    {
        var slope = x.log() - (a + 1).digamma();
        var curve = (a + 1).polygamma(1);
        var (first, second, term) = (slope, -curve, ones_like(x));
        for (var k = 1; k <= Terms; k++)
        {
            term = term * x / -k;
            var n = a + k;
            var square = n.square();
            first = first + term * ((a * slope + 1) / n - a / square);
            second = second + term * ((slope - a * curve) / n - (a * slope + 2) / square + 2 * a / (square * n));
        }

        var power = (a * x.log() - (a + 1).lgamma()).exp();
        return (power * first, power * (second + first * slope));
    }

    // With t = x exp(∓u) the integrand is exp(∓a u − x (exp(∓u) − 1)), which is concave on the logarithm's scale, times the factor.
    private static (Tensor First, Tensor Second) ByQuadrature(Tensor a, Tensor x)
    {
        var (_, side, length) = Path(a, x);
        var start = x.log() - a.digamma();
        var curve = a.polygamma(1);
        var (first, second) = (zeros_like(x), zeros_like(x));
        foreach (var (node, weight) in Rule)
        {
            var u = side * length * node;
            var share = (a * u - x * u.expm1()).exp() * weight;
            var factor = start + u;
            first = first + share * factor;
            second = second + share * (factor.square() - curve);
        }

        var whole = -side * length * LogPower(a, x).exp();
        return (whole * first, whole * second);
    }

    // From x down or up in log t, whose side has no sign change of log t − ψ(a), and how far.
    private static (Tensor IsBelow, Tensor Side, Tensor Length) Path(Tensor a, Tensor x)
    {
        var isBelow = x.log().le(a.digamma());
        var side = where(isBelow, -ones_like(x), ones_like(x));
        return (isBelow, side, where(isBelow, LengthBelow(a, x), LengthAbove(a, x)));
    }

    // Bounds of where the integrand has fallen by the decay: u − (1 − exp(−u)) is at least u² / 3 up to 1.
    private static Tensor LengthBelow(Tensor a, Tensor x)
    {
        var gap = (a - x).clamp_min(0);
        var near = 2 * Decay / (gap + (gap.square() + x * (4 * Decay / 3)).sqrt());
        return where(near.le(1), near, (x + Decay) / a);
    }

    // And exp(u) − 1 − u is at least u² / 2.
    private static Tensor LengthAbove(Tensor a, Tensor x)
    {
        var gap = x - a;
        return 2 * Decay / (gap + (gap.square() + x * (2 * Decay)).sqrt());
    }

    private static Tensor Log(Tensor a, Tensor x, Tensor share, Tensor rest, Tensor isPossible, Func<Tensor, Tensor, int, Tensor> logTail)
    {
        var isFar = share.detach().lt(Tiny).logical_and(isPossible);
        var log = DensityMath.LogShare(share.Or(isFar.logical_not(), 0), rest.Or(isFar.logical_not(), 1));
        if (!isFar.any().ToBoolean()) return log;
        var (shape, at) = (where(isFar, a, 1), where(isFar, x, 1));
        var terms = LeastTerms + (int)Math.Min(MostTerms, Math.Ceiling(Math.Sqrt(shape.detach().max().ToDouble())));
        return where(isFar, logTail(shape, at, terms), log);
    }

    // xᵃ e⁻ˣ / Γ(a) · 1 / (x + 1 − a − 1 (1 − a) / (x + 3 − a − 2 (2 − a) / (x + 5 − a − ...))).
    private static Tensor LogFraction(Tensor a, Tensor x, int terms)
    {
        var start = x - a + 1;
        var fraction = start + 2 * terms;
        for (var k = terms; k >= 1; k--) fraction = start + (2 * k - 2) - (k * (k - a)) / fraction;
        return a * x.log() - x - a.lgamma() - fraction.log();
    }

    // xᵃ e⁻ˣ / Γ(a + 1) · (1 + x / (a + 1) (1 + x / (a + 2) (1 + ...))).
    private static Tensor LogSeries(Tensor a, Tensor x, int terms)
    {
        var sum = ones_like(x);
        for (var k = terms; k >= 1; k--) sum = 1 + sum * x / (a + k);
        return a * x.log() - x - (a + 1).lgamma() + sum.log();
    }
}
