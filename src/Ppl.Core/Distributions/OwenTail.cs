using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// The left tail of a standard skew normal distribution that leans to the right, by quadrature of Owen's T function. For values, not gradients.
/// </summary>
internal static class OwenTail
{
    // Enough for double precision in each of the three cases.
    private static readonly (double Node, double Weight)[] Rule = GaussLegendre.Of(48);

    /// <summary>
    /// P(Z ≤ −h) = Φ(−h) − 2 T(h, a). Where that cancels it is the integral that T(h, a) lacks to T(h, ∞) = Φ(−h) / 2: Owen (1956), Annals of
    /// Mathematical Statistics 27.
    /// </summary>
    /// <param name="h">The distance from the location: ≥ 0, in float64.</param>
    /// <param name="a">The slant: ≥ 0, in float64.</param>
    public static Tensor Of(Tensor h, Tensor a)
    {
        var isFar = (h.square() * (1 + a.square())).ge(0.5);
        var (one, zero) = (ones_like(h * a), zeros_like(h * a));
        var far = Far(where(isFar, h, one), where(isFar, a, one));
        return where(isFar, far, Near(where(isFar, zero, h), where(isFar, zero, a)));
    }

    // The variable is the distance beyond a, in units of 1 / h; it ends where the integrand has fallen by exp(−40).
    private static Tensor Far(Tensor h, Tensor a)
    {
        var k = h * a;
        var last = (80 / (k + (k.square() + 80).sqrt()));
        var sum = zeros_like(k);
        foreach (var (node, weight) in Rule)
        {
            var s = last * node;
            sum = sum + (s * (s / 2 + k) * -1).exp() / (h.square() + (k + s).square()) * weight;
        }

        return sum * last * h * ((h.square() + k.square()) / -2).exp() / Math.PI;
    }

    // T(h, a) for a > 1 from that with the parts exchanged.
    private static Tensor Near(Tensor h, Tensor a)
    {
        var isSteep = a.gt(1);
        var k = h * a;
        var (below, other) = (Tail(h), Tail(k));
        var t = OwenT(where(isSteep, k, h), where(isSteep, 1 / a.clamp_min(1), a));
        return where(isSteep, 2 * below * other - other + 2 * t, below - 2 * t);
    }

    // For a ≤ 1.
    private static Tensor OwenT(Tensor h, Tensor a)
    {
        var sum = zeros_like(h * a);
        foreach (var (node, weight) in Rule)
        {
            var square = 1 + (a * node).square();
            sum = sum + (h.square() * square / -2).exp() / square * weight;
        }

        return sum * a / (2 * Math.PI);
    }

    private static Tensor Tail(Tensor h) => (h * Math.Sqrt(0.5)).erfc() / 2;
}
