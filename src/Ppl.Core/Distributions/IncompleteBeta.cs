using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// A number x of the unit interval with what is left to 1 and both logarithms, in float64: none of them is made of another one's rounding.
/// </summary>
/// <param name="X">x.</param>
/// <param name="Y">1 − x.</param>
/// <param name="LogX">log x.</param>
/// <param name="LogY">log(1 − x).</param>
internal readonly record struct UnitPoint(Tensor X, Tensor Y, Tensor LogX, Tensor LogY)
{
    /// <summary>A point by itself and by what is left to 1, which no sum of the two has to know.</summary>
    public static UnitPoint Of(Tensor x, Tensor y)
    {
        // The logarithm of the larger of the two, by the smaller one.
        var isLow = x.lt(y);
        return new(x, y, where(isLow, x.log(), (-y).log1p()), where(isLow, (-x).log1p(), y.log()));
    }

    /// <summary>A point by log(x / (1 − x)).</summary>
    public static UnitPoint OfLogit(Tensor logit)
        => new(logit.sigmoid(), (-logit).sigmoid(), -Bernoulli.Softplus(-logit), -Bernoulli.Softplus(logit));
}

/// <summary>
/// The regularized incomplete beta function I_x(a, b) and its complement, on the logarithm's scale, in float64: the distribution function of
/// the beta distribution, and by it those of Student's t, the binomial and the negative binomial.
/// </summary>
/// <remarks>
/// With f = x^a (1 − x)^b / B(a, b) it is f Σ_k t_k + I_x(a + 8, b), where the sum has the eight positive terms of DLMF 8.17.20. What is left is an
/// integral over the logit of the variable to the left of x's, of a function that falls without a bend sharper than the interval: a Gauss–Legendre
/// rule of 32 nodes, up to where it has fallen by exp(−40), knows it to 1e-13. To the right of the mean it is the complement with the arguments
/// exchanged. The relative error is below 1e-11 for a and b from 1e-5 to 1e7, and grows with their root beyond. The gradient is by a and b; the one
/// by x is the density, which the families add.
/// </remarks>
internal static class IncompleteBeta
{
    private const int Shift = 8;

    // By how much the integrand falls over the interval of the quadrature.
    private const double Fall = 40;

    // The sides are exchanged at (a + c) / (a + b + 2c): small, so that the complement of a side is not what rounding has left.
    private const double Offset = 0.02;

    private const int QuantileSteps = 100;

    // Of the logarithm: the step that begins so close ends at its rounding error.
    private const double Settled = 1e-8;

    private static readonly (double Node, double Weight)[] Rule = GaussLegendre.Of(32);

    /// <summary>log I_x(a, b) and log(1 − I_x(a, b)), with the gradient by a and b.</summary>
    /// <param name="a">&gt; 0, in float64.</param>
    /// <param name="b">&gt; 0, in float64.</param>
    /// <param name="point">x. It broadcasts with the others.</param>
    public static (Tensor Lower, Tensor Upper) Logs(Tensor a, Tensor b, UnitPoint point)
    {
        var (x, y) = (point.X.detach(), point.Y.detach());
        var (logX, logY) = (point.LogX.detach(), point.LogY.detach());
        var (isLeft, isRight) = (logX.eq(double.NegativeInfinity), logY.eq(double.NegativeInfinity));
        var isInside = isLeft.logical_or(isRight).logical_not();
        (x, y, logX, logY) = (x.Or(isInside, 0.5), y.Or(isInside, 0.5), logX.Or(isInside, Math.Log(0.5)), logY.Or(isInside, Math.Log(0.5)));
        var isFar = (x * (b.detach() + Offset)).gt(y * (a.detach() + Offset));
        var side = LogSide(
            where(isFar, b, a), where(isFar, a, b), new(where(isFar, y, x), where(isFar, x, y), where(isFar, logY, logX), where(isFar, logX, logY)));
        side = side.clamp_max(-1e-300);
        var other = DensityMath.LogOneMinusExp(-side);
        var (lower, upper) = (where(isFar, other, side), where(isFar, side, other));
        return (AtEnds(lower, isLeft, isRight), AtEnds(upper, isRight, isLeft));
    }

    /// <summary>log(x^(a − 1) (1 − x)^(b − 1) / B(a, b)): the density in x.</summary>
    /// <param name="a">&gt; 0, in float64.</param>
    /// <param name="b">&gt; 0, in float64.</param>
    /// <param name="x">In [0, 1], in float64.</param>
    /// <param name="y">1 − x.</param>
    public static Tensor LogDensity(Tensor a, Tensor b, Tensor x, Tensor y)
        => DensityMath.PowerLog(a - 1, x) + DensityMath.PowerLog(b - 1, y) - LogBeta(a, b);

    /// <summary>log(x^a (1 − x)^b / B(a, b)) with x = 1 / (1 + exp(−logit)): the density in the logit.</summary>
    /// <param name="a">&gt; 0, in float64.</param>
    /// <param name="b">&gt; 0, in float64.</param>
    /// <param name="logit">log(x / (1 − x)), in float64.</param>
    public static Tensor LogDensityOfLogit(Tensor a, Tensor b, Tensor logit) => LogPower(a, b, UnitPoint.OfLogit(logit));

    /// <summary>The logit of the x with I_x(a, b) = lower, without a gradient.</summary>
    /// <remarks>
    /// Newton's method on the logarithm, which is concave in the logit, from exp(a · logit) / (a B(a, b)) ≥ I_x(a, b): each step ends to the left of
    /// the root and to the right of the last one. Above 1/2 it is the complement's root.
    /// </remarks>
    /// <param name="a">&gt; 0, in float64.</param>
    /// <param name="b">&gt; 0, in float64.</param>
    /// <param name="lower">In [0, 1], in float64.</param>
    /// <param name="upper">1 − lower.</param>
    public static Tensor QuantileLogit(Tensor a, Tensor b, Tensor lower, Tensor upper)
    {
        using var grad = no_grad();
        var isFar = lower.gt(0.5);
        var (left, right) = (where(isFar, b, a), where(isFar, a, b));
        var target = where(isFar, upper, lower).log();
        var logBeta = LogBeta(left, right);
        var logit = (target + left.log() + logBeta) / left;
        var isEnd = logit.eq(double.NegativeInfinity);
        logit = logit.Or(isEnd.logical_not(), 0);
        target = target.Or(isEnd.logical_not(), Math.Log(0.5));
        for (var step = 0; step < QuantileSteps; step++)
        {
            using var scope = NewDisposeScope();
            var point = UnitPoint.OfLogit(logit);
            var (value, _) = Logs(left, right, point);
            var missing = target - value;
            logit = (logit + missing / (LogPower(left, right, point) - value).exp()).MoveToOuterDisposeScope();
            if (!missing.gt(Settled).logical_and(isEnd.logical_not()).any().ToBoolean()) break;
        }

        logit = where(isEnd, double.NegativeInfinity, logit);
        return where(isFar, -logit, logit);
    }

    // log I for x up to the mean or little more.
    private static Tensor LogSide(Tensor a, Tensor b, UnitPoint point)
    {
        var (x, y, _, _) = point;
        var term = 1 / a;
        var sum = term;
        for (var k = 1; k < Shift; k++)
        {
            term = term * x * ((a + b + (k - 1)) / (a + k));
            sum = sum + term;
        }

        var first = term * x * (a + b + (Shift - 1));
        return LogPower(a, b, point) + (sum + first * Integral(a + Shift, b, x, y)).log();
    }

    // Of the integrand relative to its value at x, over the distance s to the left of x's logit.
    private static Tensor Integral(Tensor a, Tensor b, Tensor x, Tensor y)
    {
        var width = Width(a.detach(), b.detach(), x, y);
        var sum = zeros_like(width);
        foreach (var (node, weight) in Rule)
        {
            using var scope = NewDisposeScope();
            var s = width * node;
            sum = (sum + weight * (-Depth(a, b, x, y, s)).exp()).MoveToOuterDisposeScope();
        }

        return sum * width;
    }

    private static Tensor Depth(Tensor a, Tensor b, Tensor x, Tensor y, Tensor s) => a * (s.expm1() * y).log1p() + b * ((-s).expm1() * x).log1p();

    // The depth is convex: from its parabola Newton's method needs few steps, of which the first may lead too far and none to the left.
    private static Tensor Width(Tensor a, Tensor b, Tensor x, Tensor y)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var (slope, bend) = (a * y - b * x, (a + b) * x * y);
        var s = 2 * Fall / (slope + (slope.square() + 2 * Fall * bend).sqrt());
        for (var step = 0; step < 6; step++)
        {
            var (far, near) = (s.exp(), (-s).exp());
            var steepness = a * y * far / (1 + (far - 1) * y) - b * x * near / (1 + (near - 1) * x);
            s = s + (Fall - Depth(a, b, x, y, s)) / steepness;
        }

        return s.MoveToOuterDisposeScope();
    }

    // log(x^a y^b / B(a, b)). For large a and b by the distance of x from the mean, since the three terms cancel.
    private static Tensor LogPower(Tensor a, Tensor b, UnitPoint point)
    {
        var isLarge = minimum(a, b).gt(CountMath.LeastStirling).detach();
        var plain = a.Or(isLarge.logical_not()) * point.LogX + b.Or(isLarge.logical_not()) * point.LogY - LogBeta(a.Or(isLarge.logical_not()), b);
        if (!isLarge.any().ToBoolean()) return plain;
        var (largeA, largeB) = (a.Or(isLarge, 2 * CountMath.LeastStirling), b.Or(isLarge, 2 * CountMath.LeastStirling));
        var excess = (point.X * largeB - point.Y * largeA).Or(isLarge, 0);
        var (up, down) = (excess / largeA, -excess / largeB);
        var sum = largeA + largeB;
        var large = largeA * (up.log1p() - up) + largeB * (down.log1p() - down)
            + (largeA.log() + (largeB / sum).log() - Math.Log(2 * Math.PI)) / 2
            + CountMath.Remainder(sum) - CountMath.Remainder(largeA) - CountMath.Remainder(largeB);
        return where(isLarge, large, plain);
    }

    // log B(a, b), where the larger argument may be any.
    private static Tensor LogBeta(Tensor a, Tensor b)
    {
        var (least, most) = (minimum(a, b), maximum(a, b));
        return least.lgamma() - CountMath.LogRising(most, least);
    }

    private static Tensor AtEnds(Tensor log, Tensor isNone, Tensor isAll)
        => where(isNone, double.NegativeInfinity, where(isAll, 0.0, log));
}
