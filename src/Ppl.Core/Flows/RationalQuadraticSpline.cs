using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// Monotone rational-quadratic splines (Gregory and Delbourgo 1982) as in Durkan et al. 2019, arXiv:1906.04032, section 3.1 and equations 4 to 8:
/// K bins between ±bound, the slopes at the inner knots free, those at the ends 1, and the identity outside.
/// </summary>
internal sealed class RationalQuadraticSpline : ElementMap
{
    // Shares of the width and the height that each bin has, and slopes, at least: what a spline in float32 can be inverted with.
    private const double LeastShare = 1e-3;
    private const double LeastSlope = 1e-3;

    // softplus of it is 1 − LeastSlope, so that parameters of 0 are the identity.
    private static readonly double UnitSlope = Math.Log(Math.Exp(1 - LeastSlope) - 1);

    private readonly int bins;
    private readonly double bound;

    public RationalQuadraticSpline(int bins, double bound)
    {
        if (bins < 1 || bins * LeastShare >= 1)
            throw new PplArgumentException($"a spline has {bins} bins; it needs from 1 to {(int)(1 / LeastShare) - 1}.");
        if (!(bound > 0 && double.IsFinite(bound)))
            throw new PplArgumentException($"a spline ends at ±{bound}; it needs a finite number above 0.");
        (this.bins, this.bound) = (bins, bound);
    }

    public override int Parameters => (3 * bins) - 1;

    public override (Tensor Y, Tensor LogSlope) Forward(Tensor x, Tensor parameters)
    {
        var (isInside, at) = Inside(x);
        var piece = Find(at, parameters, isInverse: false);
        var t = (at - piece.X) / piece.Width;
        var between = t * (1 - t);
        var divisor = piece.Secant + ((piece.Left + piece.Right - (2 * piece.Secant)) * between);
        var y = piece.Y + (piece.Height * ((piece.Secant * t.square()) + (piece.Left * between)) / divisor);
        return (where(isInside, y, x), where(isInside, LogSlope(piece, t, between, divisor), zeros_like(x)));
    }

    public override (Tensor X, Tensor LogSlope) Inverse(Tensor y, Tensor parameters)
    {
        var (isInside, at) = Inside(y);
        var piece = Find(at, parameters, isInverse: true);

        // The root in [0, 1] of a t² + b t + c, by the formula that does not cancel.
        var rise = at - piece.Y;
        var bend = piece.Left + piece.Right - (2 * piece.Secant);
        var a = (piece.Height * (piece.Secant - piece.Left)) + (rise * bend);
        var b = (piece.Height * piece.Left) - (rise * bend);
        var c = -piece.Secant * rise;
        var root = (b.square() - (4 * a * c)).clamp_min(finfo(y.dtype).tiny).sqrt();
        var t = 2 * c / (-b - root);
        var between = t * (1 - t);
        var divisor = piece.Secant + (bend * between);
        var x = piece.X + (t * piece.Width);
        return (where(isInside, x, y), where(isInside, LogSlope(piece, t, between, divisor), zeros_like(y)));
    }

    public override string ToString() => $"spline of {bins} bins";

    private static Tensor LogSlope(Piece piece, Tensor t, Tensor between, Tensor divisor) => (2 * piece.Secant.log()) - (2 * divisor.log())
        + ((piece.Right * t.square()) + (2 * piece.Secant * between) + (piece.Left * (1 - t).square())).log();

    // Outside of the spline a value inside stands in, so that no derivative is 0 · ∞.
    private (Tensor IsInside, Tensor At) Inside(Tensor value)
    {
        var isInside = value.ge(-bound).logical_and(value.le(bound));
        return (isInside, where(isInside, value, zeros_like(value)));
    }

    private Piece Find(Tensor at, Tensor parameters, bool isInverse)
    {
        var knotsX = Knots(parameters.narrow(-1, 0, bins));
        var knotsY = Knots(parameters.narrow(-1, bins, bins));
        var inner = (parameters.narrow(-1, 2 * bins, bins - 1) + UnitSlope).softplus() + LeastSlope;
        var end = ones([.. at.shape, 1], inner.dtype, inner.device);
        var slopes = cat([end, inner, end], -1);
        Tensor bin;
        using (no_grad())
        {
            // How many inner knots are not above: the bin's number.
            bin = (isInverse ? knotsY : knotsX).narrow(-1, 1, bins - 1).le(at.unsqueeze(-1)).sum(-1, keepdim: true);
        }

        Tensor At(Tensor knots, Tensor index) => knots.gather(-1, index).squeeze(-1);
        var next = bin + 1;
        var (x, y) = (At(knotsX, bin), At(knotsY, bin));
        var (width, height) = (At(knotsX, next) - x, At(knotsY, next) - y);
        return new(x, y, width, height, height / width, At(slopes, bin), At(slopes, next));
    }

    private Tensor Knots(Tensor free)
    {
        var shares = LeastShare + ((1 - (LeastShare * bins)) * free.softmax(-1));
        var inner = (shares.cumsum(-1).narrow(-1, 0, bins - 1) * (2 * bound)) - bound;
        var end = full([.. free.shape[..^1], 1], bound, free.dtype, free.device);
        return cat([-end, inner, end], -1);
    }

    private readonly record struct Piece(Tensor X, Tensor Y, Tensor Width, Tensor Height, Tensor Secant, Tensor Left, Tensor Right);
}
