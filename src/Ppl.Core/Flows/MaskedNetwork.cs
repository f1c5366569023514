using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// A network whose outputs for coordinate i depend on the coordinates before i, and on the context, alone: its weights are masked so that one pass
/// gives the parameters of every conditional p(xᵢ | x₁, ..., xᵢ₋₁).
/// </summary>
/// <remarks>
/// Each hidden unit has a degree m and sees coordinates of degree ≤ m; the outputs of a coordinate of degree d see units of degree &lt; d. The
/// context has degree 0. Hidden units are exponential linear. Parameters: <c>weight0</c>, <c>bias0</c>, ...; buffers <c>mask0</c>, ...
/// Source: Germain et al. 2015, arXiv:1502.03509.
/// </remarks>
public sealed class MaskedNetwork : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly int layers;

    /// <summary>A masked network with new weights, in the default type.</summary>
    /// <param name="size">D, the coordinates: at least 1.</param>
    /// <param name="outputs">P, the numbers for each coordinate: at least 1.</param>
    /// <param name="context">C, the numbers of a context; 0 for none.</param>
    /// <param name="hidden">The hidden sizes: none make it linear; two layers of 64 when null.</param>
    /// <param name="isReversed">Whether the last coordinate comes first.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public MaskedNetwork(long size, long outputs, long context = 0, IReadOnlyList<long>? hidden = null, bool isReversed = false)
        : base(nameof(MaskedNetwork))
    {
        if (size < 1 || outputs < 1 || context < 0)
            throw new PplArgumentException($"a masked network of {size} numbers, {outputs} outputs for each and a context of {context} is none.");
        (Size, Outputs, ContextSize, IsReversed) = (size, outputs, context, isReversed);
        var sizes = FlowNetwork.Hidden(hidden, nameof(MaskedNetwork));
        layers = sizes.Count + 1;
        var degrees = Order.Select(place => place + 1).Concat(Enumerable.Repeat(0L, (int)context)).ToArray();
        for (var layer = 0; layer < layers; layer++)
        {
            var isLast = layer == layers - 1;
            var next = isLast
                ? [.. Order.SelectMany(place => Enumerable.Repeat(place + 1, (int)outputs))]
                : Enumerable.Range(0, (int)sizes[layer]).Select(Degree).ToArray();
            Register(layer, degrees, next, isLast);
            degrees = next;
        }
    }

    /// <summary>D, the coordinates.</summary>
    public long Size { get; }

    /// <summary>P, the numbers for each coordinate.</summary>
    public long Outputs { get; }

    /// <summary>C, the numbers of a context.</summary>
    public long ContextSize { get; }

    /// <summary>Whether the last coordinate comes first.</summary>
    public bool IsReversed { get; }

    // The place of each coordinate in the order.
    private IEnumerable<long> Order => Enumerable.Range(0, (int)Size).Select(i => IsReversed ? Size - 1 - i : i);

    /// <summary>The numbers for each coordinate.</summary>
    /// <param name="x">[..., D].</param>
    /// <param name="context">[..., C], with x's leading dimensions; null for a network without one.</param>
    /// <returns>[..., D, P].</returns>
    public override Tensor forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var features = context is null ? x : cat([x, context], -1);
        for (var layer = 0; layer < layers; layer++)
        {
            var weight = get_parameter($"weight{layer}")! * get_buffer($"mask{layer}")!;
            features = nn.functional.linear(features, weight, get_parameter($"bias{layer}")!);
            if (layer < layers - 1) features = nn.functional.elu(features, 1.0);
        }

        return features.reshape([.. x.shape, Outputs]);
    }

    // Units of degree 0 see the context alone, and nothing without one.
    private long Degree(int unit) => ContextSize > 0 || Size == 1 ? unit % Size : 1 + (unit % (Size - 1));

    private void Register(int layer, long[] from, long[] to, bool isLast)
    {
        var plain = nn.Linear(from.Length, to.Length);
        if (isLast) FlowNetwork.StartSmall(plain.weight!, plain.bias!);
        register_parameter($"weight{layer}", plain.weight!);
        register_parameter($"bias{layer}", plain.bias!);
        using var scope = NewDisposeScope();
        var (own, others) = (tensor(to).unsqueeze(1), tensor(from).unsqueeze(0));
        var mask = (isLast ? own.gt(others) : own.ge(others)).to(get_default_dtype());
        register_buffer($"mask{layer}", mask.MoveToOuterDisposeScope());
    }
}
