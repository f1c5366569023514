using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// Half of the coordinates stay, and a network of them gives the maps of the others: y₁ = x₁, y₂ᵢ = f(x₂ᵢ; θᵢ(x₁, c)). Both directions cost one
/// pass.
/// </summary>
/// <remarks>
/// Affine: RealNVP, Dinh et al. 2017, arXiv:1605.08803; splines: Durkan et al. 2019, arXiv:1906.04032. Flows after each other take turns:
/// <c>Flow.Sequence(4, i => new Coupling(2, isSwapped: i % 2 == 1))</c>. Parameters: <c>network.*</c>.
/// </remarks>
public sealed class Coupling : Flow
{
    private readonly ElementMap map;
    private readonly nn.Module<Tensor, Tensor> network;
    private readonly (long From, long Count) kept;
    private readonly (long From, long Count) moved;

    /// <summary>A coupling with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 2.</param>
    /// <param name="map">The map of each number; <see cref="ElementMap.Affine"/> when null.</param>
    /// <param name="context">C, the numbers of a context; 0 for none.</param>
    /// <param name="hidden">The network's hidden sizes; two layers of 64 when null.</param>
    /// <param name="isSwapped">Whether the second half stays, and not the first.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public Coupling(long size, ElementMap? map = null, long context = 0, IReadOnlyList<long>? hidden = null, bool isSwapped = false)
        : base(nameof(Coupling), size, context)
    {
        if (size < 2) throw new PplArgumentException("a coupling needs at least 2 numbers: one that stays, and one that is mapped.");
        this.map = map ?? ElementMap.Affine;
        var first = size / 2;
        kept = isSwapped ? (first, size - first) : (0, first);
        moved = isSwapped ? (0, first) : (first, size - first);
        network = FlowNetwork.Dense(kept.Count + context, FlowNetwork.Hidden(hidden, nameof(Coupling)), moved.Count * this.map.Parameters);
        register_module("network", network);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context) => Run(x, context, map.Forward);

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) => Run(y, context, map.Inverse);

    private (Tensor Value, Tensor LogAbsDet) Run(Tensor value, Tensor? context, Func<Tensor, Tensor, (Tensor, Tensor)> pass)
    {
        ArgumentNullException.ThrowIfNull(value);
        var stays = value.narrow(-1, kept.From, kept.Count);
        var raw = network.call(context is null ? stays : cat([stays, context], -1));
        var (mapped, slopes) = pass(value.narrow(-1, moved.From, moved.Count), raw.reshape([.. value.shape[..^1], moved.Count, map.Parameters]));
        return (kept.From == 0 ? cat([stays, mapped], -1) : cat([mapped, stays], -1), slopes.sum(-1));
    }
}
