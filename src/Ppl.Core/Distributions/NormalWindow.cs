using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// A standard normal variable between two bounds, in float64. It is turned round where the interval lies more to the left, so that its lower bound
/// a is the one nearer to 0, and everything is counted from r = max(a, 0): the densest point. What is exp(−r² / 2) never appears, so that nothing
/// underflows or cancels in the far tails.
/// </summary>
/// <param name="A">The lower bound, with a + b ≥ 0; −40 stands for none.</param>
/// <param name="Width">b − a; null where there is no upper bound.</param>
internal sealed record NormalWindow(Tensor A, Tensor? Width)
{
    // Below this product of width and distance the mass is integrated numerically, above no difference of tails cancels.
    private const double Narrow = 2;

    // Within this product the density is that of a truncated exponential: what its curve adds is less than 1e-11.
    private const double Tiny = 1e-5;

    // In place of a missing lower bound: the tail beyond it has a mass of 1e-350.
    public const double NoBound = -40;

    private static readonly (double Node, double Weight)[] NarrowRule = GaussLegendre.Of(16);

    private static readonly (double Node, double Weight)[] MomentRule = GaussLegendre.Of(48);

    // One rule for both parts of a = r + start: at a = 0 only one of them may move with it.
    private Tensor IsBeyond => A.gt(0);

    /// <summary>r: the densest point.</summary>
    public Tensor R => where(IsBeyond, A, 0);

    /// <summary>The distance from r to a, which is negative or 0.</summary>
    private Tensor Start => where(IsBeyond, 0, A);

    /// <summary>The logarithm of the integral of exp((r² − t²) / 2) over t from a to b.</summary>
    public Tensor LogMass()
    {
        var tail = (special.erfcx(R * Math.Sqrt(0.5)) * Math.Sqrt(Math.PI / 2)).log();
        var below = Start * Math.Sqrt(0.5);
        if (Width is not { } width) return where(IsBeyond, tail, (below.erfc() * Math.Sqrt(Math.PI / 2)).log());
        var isNarrow = (width * (A + width / 2 + 1)).le(Narrow);
        var b = where(isNarrow, 2, A + width);
        var drop = where(isNarrow, 1, Drop());
        var far = tail + (-(-drop).exp()).log1p();
        var around = ((where(isNarrow, -1, below).erfc() - (b * Math.Sqrt(0.5)).erfc()) * Math.Sqrt(Math.PI / 2)).log();
        return where(isNarrow, LogNarrow(where(isNarrow, width, 1)), where(IsBeyond, far, around));
    }

    /// <summary>The mean of t − r, the variance of t, and the mean of t² − r².</summary>
    public (Tensor Offset, Tensor Variance, Tensor Squares) Moments()
    {
        var logMass = LogMass();
        var (r, start) = (R, Start);

        // φ(a) and φ(b) over the mass.
        var lower = (start.square() / -2 - logMass).exp();
        var (upper, mean, squares) = (zeros_like(lower), lower, 1 + A * lower);
        if (Width is { } width)
        {
            var b = A + width;
            upper = ((b - r) * (b + r) / -2 - logMass).exp();
            (mean, squares) = (lower - upper, squares - b * upper);
        }

        var isDirect = A.lt(2);
        if (Width is not null) isDirect = isDirect.logical_and(Width.gt(2));
        var (offset, variance, rest) = ByQuadrature(isDirect);
        return (where(isDirect, mean - r, offset), where(isDirect, squares - mean.square(), variance), where(isDirect, squares - r.square(), rest));
    }

    /// <summary>t − r at which the share u of the mass lies below; without a gradient.</summary>
    /// <param name="u">In [0, 1], in float64.</param>
    public Tensor Quantile(Tensor u)
    {
        using var grad = no_grad();
        var drop = Width is null ? null : Drop().clamp_min(0);
        var log = drop is null ? (-u).log1p() : (u * (-drop).expm1()).log1p();
        var offset = where(A.ge(2), Far(-log), Around(u));
        if (Width is not { } width) return offset.maximum(Start);
        var isTiny = (width * (1 + A.abs())).le(Tiny);
        var slope = (A + width / 2).clamp_min(Tiny);
        offset = where(isTiny, Start - (u * (-slope * width).expm1()).log1p() / slope, offset);
        return offset.maximum(Start).minimum(Start + width);
    }

    /// <summary>What a draw moves by with each bound, and with u: (1 − F) φ(a) / φ(t), F φ(b) / φ(t) and mass / φ(t).</summary>
    /// <param name="offset">t − r.</param>
    /// <param name="u">F, the share below.</param>
    public (Tensor Lower, Tensor? Upper, Tensor Share) Slopes(Tensor offset, Tensor u)
    {
        var (r, start) = (R, Start);
        var lower = ((offset - start) * (offset + 2 * r + start) / 2).exp() * (1 - u);
        var share = (LogMass() + offset * (offset + 2 * r) / 2).exp();
        if (Width is not { } width) return (lower, null, share);
        var upper = ((width + start - offset) * (A + width + r + offset) / -2).exp() * u;
        return (lower, upper, share);
    }

    // log Φ(−a) − log Φ(−b) for a ≥ 0.
    private Tensor Drop()
    {
        var r = R;
        var b = A + Width!;
        return (b - r) * (b + r) / 2 + NormalMath.LogScaledTail(r) - NormalMath.LogScaledTail(b.clamp_min(0));
    }

    private Tensor LogNarrow(Tensor width)
    {
        var (start, twice) = (Start.clamp_min(-2), 2 * R);
        var sum = zeros_like(width * start);
        foreach (var (node, weight) in NarrowRule)
        {
            var y = start + width * node;
            sum = sum + (y * (y + twice) / -2).exp() * weight;
        }

        return (sum * width).log();
    }

    private (Tensor Offset, Tensor Variance, Tensor Squares) ByQuadrature(Tensor isElsewhere)
    {
        var start = where(isElsewhere, 0, Start);
        var twice = 2 * where(isElsewhere, 1, R);

        // The density falls by exp(−40) at most.
        var length = 80 / twice.clamp_min(2);
        if (Width is not null) length = length.minimum(Width);
        var points = Array.ConvertAll(MomentRule, rule => start + length * rule.Node);
        var weights = Array.ConvertAll(points, y => (y * (y + twice) / -2).exp());
        var total = Sum(y => ones_like(y));
        var offset = Sum(y => y) / total;
        return (offset, Sum(y => (y - offset).square()) / total, Sum(y => y * (y + twice)) / total);

        Tensor Sum(Func<Tensor, Tensor> of)
        {
            var sum = zeros_like(length * start);
            for (var i = 0; i < points.Length; i++) sum = sum + of(points[i]) * weights[i] * MomentRule[i].Weight;
            return sum;
        }
    }

    // Newton's method for log Φ(−a) − log Φ(−a − y) = distance, which is convex in y, from beyond the solution.
    private Tensor Far(Tensor distance)
    {
        var a = A.clamp_min(2);
        var level = NormalMath.LogScaledTail(a);
        var y = 2 * distance / (a + (a.square() + 2 * distance).sqrt());
        for (var step = 0; step < 6; step++)
        {
            var tail = NormalMath.LogScaledTail(a + y);
            var excess = y * (a + y / 2) + level - tail - distance;
            y = y - excess * (tail + NormalMath.HalfLogTwoPi).exp();
        }

        return y;
    }

    // By the smaller of both tails.
    private Tensor Around(Tensor u)
    {
        var a = A.clamp_max(2);
        var (before, after) = (Tail(-a), Tail(a));
        var (below, above) = ((1 - u) * before, (1 - u) * after);
        if (Width is { } width) (below, above) = (below + u * Tail(-(a + width)), above + u * Tail(a + width));
        else below = below + u;
        return where(below.lt(above), special.ndtri(below), -special.ndtri(above)) - R;
    }

    private static Tensor Tail(Tensor x) => (x * Math.Sqrt(0.5)).erfc() / 2;
}
