using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>Roots of increasing functions, elementwise: Newton's steps, and bisection where these leave the bracket.</summary>
internal static class MonotoneRoot
{
    private const int Most = 200;

    /// <summary>x between two bounds with f(x) = 0, without a derivative.</summary>
    /// <param name="function">f and its slope, elementwise.</param>
    /// <param name="low">Where f ≤ 0.</param>
    /// <param name="high">Where f ≥ 0.</param>
    public static Tensor Find(Func<Tensor, (Tensor Value, Tensor Slope)> function, Tensor low, Tensor high)
    {
        using var grad = no_grad();
        var x = (low + high) / 2;
        var precision = finfo(x.dtype).eps;
        for (var step = 0; step < Most; step++)
        {
            using var scope = NewDisposeScope();
            var (value, slope) = function(x);
            var isAbove = value.gt(0);
            var (newLow, newHigh) = (where(isAbove, low, x), where(isAbove, x, high));
            var newton = x - (value / slope);
            var next = where(newton.gt(newLow).logical_and(newton.lt(newHigh)), newton, (newLow + newHigh) / 2);
            next = where(value.eq(0), x, next);
            var isDone = (next - x).abs().le(precision * x.abs().clamp_min(1)).all().ToBoolean();
            (low, high, x) = (newLow.MoveToOuterDisposeScope(), newHigh.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
            if (isDone) break;
        }

        return x;
    }

    /// <summary>a with a + gain · tanh(slope · a + shift) = target, for gain · slope &gt; −1; with derivatives by all four.</summary>
    public static Tensor OfTanh(Tensor target, Tensor gain, Tensor slope, Tensor shift)
    {
        Tensor a;
        using (no_grad())
        {
            var reach = gain.abs() * (1 + finfo(target.dtype).eps);
            a = Find(x => Residual(x), (target - reach).broadcast_to(target.shape), target + reach);
        }

        if (!is_grad_enabled()) return a;

        // At the root a step of Newton's changes nothing but gives the first derivative, and a second step the next two.
        for (var step = 0; step < 2; step++)
        {
            var (value, derivative) = Residual(a);
            a = a - (value / derivative);
        }

        return a;

        (Tensor Value, Tensor Slope) Residual(Tensor x)
        {
            var bent = ((slope * x) + shift).tanh();
            return (x + (gain * bent) - target, 1 + (gain * slope * (1 - bent.square())));
        }
    }
}
