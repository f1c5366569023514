using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Codes of the plane, and how they fill it.</summary>
/// <param name="Points">[n, 2].</param>
public sealed record Codes(Tensor Points)
{
    /// <summary>Cells of equal probability in each direction.</summary>
    public const int Side = 20;

    private Tensor Mean => Points.mean([0]);

    private Tensor Factor => linalg.cholesky((Points - Mean).t().matmul(Points - Mean) / Points.shape[0]);

    /// <summary>
    /// The share of Side × Side cells, of equal probability under the normal with the codes' mean and covariance, that hold no code. For n normal
    /// points it is (1 − 1/Side²)ⁿ.
    /// </summary>
    public double EmptyCells()
    {
        var white = linalg.solve(Factor, (Points - Mean).t());
        var cells = (0.5 * (1 + (white / Math.Sqrt(2)).erf()) * Side).floor().clamp(0, Side - 1).to(ScalarType.Int64);
        var taken = zeros([Side * Side], ScalarType.Float64);
        taken.index_fill_(0, (cells.select(0, 0) * Side) + cells.select(0, 1), 1);
        return 1 - taken.mean().item<double>();
    }

    /// <summary>The centres of the cells: [Side², 2], the second coordinate falls from row to row and the first rises along it.</summary>
    public Tensor Centres()
    {
        var quantiles = ((2 * (arange(Side, dtype: ScalarType.Float64) + 0.5) / Side) - 1).erfinv() * Math.Sqrt(2);
        var white = stack([quantiles.repeat(Side), quantiles.flip(0).repeat_interleave(Side, 0)], 1).to(Points.dtype);
        return white.matmul(Factor.t()) + Mean;
    }

    /// <summary>The two codes, among some, whose middle is the farthest from any code.</summary>
    /// <param name="among">How many of the first codes are looked at.</param>
    public (int First, int Second) AcrossGap(int among)
    {
        var some = Points.narrow(0, 0, Math.Min(among, Points.shape[0]));
        var middles = ((some.unsqueeze(0) + some.unsqueeze(1)) / 2).reshape(-1, 2);
        var at = (int)cdist(middles, Points).amin([1]).argmax().item<long>();
        return (at / (int)some.shape[0], at % (int)some.shape[0]);
    }

    /// <summary>The distance of a point to the nearest code, in standard deviations of the codes along their widest axis.</summary>
    /// <param name="point">[2].</param>
    public double Distance(Tensor point) =>
        (cdist(point.unsqueeze(0), Points).min() / linalg.svdvals(Factor).max()).to(ScalarType.Float64).item<double>();
}
