using static TorchSharp.torch;

namespace Ppl.Examples.Density;

/// <summary>A mixture of equally likely normals of one spread in every direction, whose density is known.</summary>
internal sealed record NormalMixture(Tensor Centres, double Spread)
{
    private const int OnArc = 40;

    /// <summary>Two half circles that reach into each other, as forty normals along each.</summary>
    public static NormalMixture Moons()
    {
        var angle = linspace(0, Math.PI, OnArc);
        var upper = stack([angle.cos(), angle.sin()], 1);
        var lower = stack([1 - angle.cos(), 0.5 - angle.sin()], 1);
        return new(cat([upper, lower]), 0.1);
    }

    /// <summary>Rows of the mixture.</summary>
    public Tensor Draw(int count)
    {
        var which = randint(0, Centres.shape[0], [count], dtype: ScalarType.Int64);
        return Centres.index_select(0, which) + (Spread * randn(count, Centres.shape[1]));
    }

    /// <summary>log p of each row.</summary>
    public Tensor LogDensity(Tensor rows)
    {
        var distance = (rows.unsqueeze(1) - Centres).square().sum(-1) / (Spread * Spread);
        return (-distance / 2).logsumexp(1) - Math.Log(Centres.shape[0]) - (Centres.shape[1] * Math.Log(Spread * Math.Sqrt(2 * Math.PI)));
    }
}
