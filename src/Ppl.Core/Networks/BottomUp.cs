using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl;

/// <summary>
/// A deterministic pass from the data up, which several factors of a guide share: d₁ = f₁(data), d₂ = f₂(d₁), ... A factor that stands
/// above a level sees its features in place of the data:
/// <c>CreateGuide(h1: Posterior.Diagonal().Above(up, 1), h2: Posterior.Diagonal().Above(up, 2))</c>.
/// </summary>
/// <remarks>
/// With a guide in the model's order (<see cref="GuideStructure.TopDown"/>) this is a ladder: q(h2 | d₂) q(h1 | h2, d₁). In a pass of the guide
/// each level runs once for each row of data, however many factors and particles there are. Its parameters are the guide's, under
/// <c>bottom_up</c>, once. Source: Sønderby et al. 2016, arXiv:1602.02282, section 2.1; with
/// <see cref="Posterior.MergedWithPrior"/> their merging with the prior, else a factor's own network sees both.
/// </remarks>
public sealed class BottomUp : nn.Module
{
    private readonly Module<Tensor, Tensor>[] levels;

    /// <summary>Creates a pass.</summary>
    /// <param name="levels">
    /// From the data up. The first gets a single input of the factors as it is, [rows, ...], and several flattened to [rows, −1] and
    /// concatenated; each gives [rows, ...], which the next gets.
    /// </param>
    /// <exception cref="PplArgumentException">There is no level.</exception>
    public BottomUp(params Module<Tensor, Tensor>[] levels) : base(nameof(BottomUp))
    {
        ArgumentNullException.ThrowIfNull(levels);
        if (levels.Length == 0) throw new PplArgumentException("A bottom-up pass needs at least one level.");
        this.levels = [.. levels];
        for (var i = 0; i < levels.Length; i++) register_module(i.ToString(CultureInfo.InvariantCulture), levels[i]);
    }

    /// <summary>How many levels there are.</summary>
    public int Count => levels.Length;

    /// <summary>The features of a level from those of the level below.</summary>
    /// <param name="level">1 and up.</param>
    /// <param name="below">Of level 0, the data.</param>
    internal Tensor Rise(int level, Tensor below) => levels[level - 1].call(below);

    /// <summary>The levels.</summary>
    public override string ToString() => Count == 1 ? "bottom-up pass of level 1" : $"bottom-up pass of levels 1 to {Count}";
}
