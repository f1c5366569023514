using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>What flows with a masked network have in common: an order of the coordinates, and a map of each given those before it.</summary>
public abstract class Autoregressive : Flow
{
    private protected Autoregressive(
        string name, long size, ElementMap? map, long context, IReadOnlyList<long>? hidden, bool isReversed) : base(name, size, context)
    {
        Map = map ?? ElementMap.Affine;
        Network = new MaskedNetwork(size, Map.Parameters, context, hidden, isReversed);
        register_module("network", Network);
    }

    /// <summary>The network; a pass of all coordinates calls it once.</summary>
    public MaskedNetwork Network { get; }

    /// <summary>The map of each number.</summary>
    private protected ElementMap Map { get; }

    /// <summary>Maps all coordinates at once: the network sees <paramref name="seen"/>.</summary>
    private protected (Tensor Value, Tensor LogAbsDet) AtOnce(
        Tensor value, Tensor seen, Tensor? context, Func<Tensor, Tensor, (Tensor, Tensor)> pass)
    {
        var (mapped, slopes) = pass(value, Network.call(seen, context));
        return (mapped, slopes.sum(-1));
    }

    /// <summary>Maps one coordinate after the other: the network sees the results so far. It is called once for each.</summary>
    private protected (Tensor Value, Tensor LogAbsDet) OneByOne(
        Tensor value, Tensor? context, Func<Tensor, Tensor, (Tensor, Tensor)> pass)
    {
        var size = (int)Size;
        var results = new Tensor[size];
        Array.Fill(results, zeros_like(value.select(-1, 0)));
        Tensor? sum = null;
        for (var place = 0; place < size; place++)
        {
            var i = Network.IsReversed ? size - 1 - place : place;
            var parameters = Network.call(stack(results, -1), context).select(-2, i);
            (results[i], var slope) = pass(value.select(-1, i), parameters);
            sum = sum is null ? slope : sum + slope;
        }

        return (stack(results, -1), sum!);
    }
}

/// <summary>
/// yᵢ = f(xᵢ; θᵢ(y₁, ..., yᵢ₋₁, c)): the density of any value costs one pass of the network, a draw one for each coordinate. For priors,
/// likelihoods and density estimation.
/// </summary>
/// <remarks>Source: Papamakarios et al. 2017, arXiv:1705.07057. Parameters: <c>network.*</c>.</remarks>
public sealed class MaskedAutoregressive : Autoregressive
{
    /// <summary>A flow with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="map">The map of each number; <see cref="ElementMap.Affine"/> when null.</param>
    /// <param name="context">C, the numbers of a context; 0 for none.</param>
    /// <param name="hidden">The masked network's hidden sizes; two layers of 64 when null.</param>
    /// <param name="isReversed">Whether the last coordinate comes first, as every other flow of a sequence should have it.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public MaskedAutoregressive(
        long size, ElementMap? map = null, long context = 0, IReadOnlyList<long>? hidden = null, bool isReversed = false)
        : base(nameof(MaskedAutoregressive), size, map, context, hidden, isReversed)
    {
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context) => OneByOne(x, context, Map.Forward);

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) => AtOnce(y, y, context, Map.Inverse);
}

/// <summary>
/// yᵢ = f(xᵢ; θᵢ(x₁, ..., xᵢ₋₁, c)): a draw with its density costs one pass of the network, the density of another value one for each coordinate.
/// For guides.
/// </summary>
/// <remarks>Source: Kingma et al. 2016, arXiv:1606.04934. Parameters: <c>network.*</c>.</remarks>
public sealed class InverseAutoregressive : Autoregressive
{
    /// <inheritdoc cref="MaskedAutoregressive(long, ElementMap?, long, IReadOnlyList{long}?, bool)"/>
    public InverseAutoregressive(
        long size, ElementMap? map = null, long context = 0, IReadOnlyList<long>? hidden = null, bool isReversed = false)
        : base(nameof(InverseAutoregressive), size, map, context, hidden, isReversed)
    {
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context) => AtOnce(x, x, context, Map.Forward);

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) => OneByOne(y, context, Map.Inverse);
}
