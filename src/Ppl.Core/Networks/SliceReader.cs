using Ppl.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>A recurrent pass over slices of data: gated recurrent units, whose state is what a factor sees of its slices.</summary>
/// <remarks>Source of the units: Cho et al. 2014, arXiv:1406.1078, as libtorch has them. The state is 0 before the first slice.</remarks>
internal sealed class SliceReader
{
    private readonly SliceGroup group;
    private readonly IReadOnlyList<PlateInfo> plates;
    private readonly IReadOnlyDictionary<string, (long Before, long After)> numbers;
    private readonly ScalarType dtype;

    /// <summary>Creates a pass, whose parameters are random.</summary>
    /// <param name="group">What it reads.</param>
    /// <param name="plates">The plates of the latent, and of the data where one pass over them serves all factors.</param>
    /// <param name="numbers">For each of the data the numbers of the dimensions before and after that of the slices.</param>
    /// <param name="units">The size of a state in one direction.</param>
    /// <param name="dtype">The parameters' dtype.</param>
    /// <param name="device">The parameters' device.</param>
    public SliceReader(
        SliceGroup group, IReadOnlyList<PlateInfo> plates, IReadOnlyDictionary<string, (long Before, long After)> numbers, long units,
        ScalarType dtype, Device device)
    {
        (this.group, this.plates, this.numbers, this.dtype) = (group, plates, numbers, dtype);
        var isBoth = group.Direction == SliceDirection.Both;
        var inputs = group.Data.Sum(data => numbers[data].Before * numbers[data].After) + group.Masked.Count;
        Network = nn.GRU(inputs, units, batchFirst: true, bidirectional: isBoth, device: device, dtype: dtype);
        Width = isBoth ? 2 * units : units;
    }

    /// <summary>Its parameters.</summary>
    public GRU Network { get; }

    /// <summary>The numbers of a state.</summary>
    public long Width { get; }

    /// <summary>Its name among passes: the data that it reads.</summary>
    public string Name => string.Join("_", group.Data);

    /// <summary>The state that a factor sees: [rows, width].</summary>
    /// <param name="element">The element of the array that the factor is of.</param>
    /// <param name="inputs">What the factor sees.</param>
    /// <param name="seen">The same as tensors.</param>
    /// <param name="rows">How many rows they have, all plates and particles.</param>
    /// <param name="pass">Knows the data as a whole.</param>
    /// <exception cref="PplShapeException">The element has no slice of its own.</exception>
    public Tensor State(Encoder element, IReadOnlyList<EncoderInput> inputs, IReadOnlyList<Tensor> seen, long rows, PassFeatures pass)
    {
        var first = inputs.FirstOrDefault(input => IsOf(input, group.Data[0], isMask: false));
        if (first is null) return zeros([rows, Width], dtype, Network.parameters().First().device);
        var window = ElementInputs.Window(first.Part);
        if (pass.Slices(this, () => Whole(first, pass)) is { } whole && IsServed(window, whole.shape[1]))
        {
            var all = pass.States(this, () => Run(whole));
            var state = all.select(1, Position(element, (window.From, window.To ?? all.shape[1])));
            return state.shape[0] == rows ? state : state.unsqueeze(0).expand([rows / state.shape[0], .. state.shape]).flatten(0, 1);
        }

        var slices = Slices(inputs, seen, rows);
        return Run(slices).select(1, Position(element, (window.From, window.From + slices.shape[1])) - window.From);
    }

    /// <summary>The slice at which the state is: the last that the pass comes to, or the element's own.</summary>
    private long Position(Encoder element, (int From, long To) window)
    {
        if (group.Direction != SliceDirection.Both) return group.Direction == SliceDirection.Forward ? window.To - 1 : window.From;
        if (element.Element >= window.From && element.Element < window.To) return element.Element;
        throw new PplShapeException(
            $"all elements see the same slices of {string.Join(" and ", group.Data)}, {window.From} to {window.To - 1}, and none of them is its own, "
            + "so that one encoder cannot tell it from others: leave Shared out.",
            element.Site);
    }

    /// <summary>Whether a pass over all slices comes to the state of some of them.</summary>
    private bool IsServed((int From, int? To) window, long count) => group.Direction switch
    {
        SliceDirection.Forward => window.From == 0,
        SliceDirection.Backward => (window.To ?? count) == count,
        _ => window.From == 0 && (window.To ?? count) == count,
    };

    /// <summary>States at all slices: [rows, slices, numbers] to [rows, slices, width].</summary>
    private Tensor Run(Tensor slices)
    {
        if (group.Direction != SliceDirection.Backward) return Network.call(slices).Item1;
        return Network.call(slices.flip(1)).Item1.flip(1);
    }

    /// <summary>
    /// All slices over the rows of the data, [rows, slices, numbers]; null where the pass does not know them, or they have other plates.
    /// </summary>
    private Tensor? Whole(EncoderInput first, PassFeatures pass)
    {
        if (!first.Plates.SequenceEqual(plates)) return null;
        var parts = new List<Tensor>();
        foreach (var data in group.Data)
        {
            if (pass.Find(data) is not { } tensor) return null;
            var rows = tensor.shape.Take(plates.Count).Aggregate(1L, (product, size) => product * size);
            parts.Add(ToSlices(data, tensor, rows));
            if (!group.Masked.Contains(data)) continue;
            if (pass.Find($"where({data})") is not { } mask) return null;
            parts.Add(mask.reshape(rows, -1, 1).to(dtype));
        }

        return parts.TrueForAll(part => part.shape[0] == parts[0].shape[0]) ? cat([.. parts], -1) : null;
    }

    /// <summary>The slices of a factor: [rows, slices, numbers].</summary>
    private Tensor Slices(IReadOnlyList<EncoderInput> inputs, IReadOnlyList<Tensor> seen, long rows)
    {
        var parts = new List<Tensor>();
        foreach (var data in group.Data)
        {
            var place = Place(inputs, data, isMask: false);
            parts.Add(ToSlices(data, seen[place], rows));
            if (group.Masked.Contains(data)) parts.Add(MaskOf(data, inputs, seen, rows, parts[^1].shape[1], inputs[place].Part.From ?? 0));
        }

        return cat([.. parts], -1);
    }

    /// <summary>1 or 0 for each slice; slices of which the mask says nothing are there.</summary>
    private Tensor MaskOf(string data, IReadOnlyList<EncoderInput> inputs, IReadOnlyList<Tensor> seen, long rows, long count, int from)
    {
        var place = Place(inputs, data, isMask: true);
        if (place < 0) return ones([rows, count, 1], dtype, seen[0].device);
        var mask = seen[place].reshape(rows, -1, 1).to(dtype);
        var before = (inputs[place].Part.From ?? 0) - from;
        var after = count - before - mask.shape[1];
        return cat([ones([rows, before, 1], dtype, mask.device), mask, ones([rows, after, 1], dtype, mask.device)], 1);
    }

    /// <summary>[plates..., before, slices, after] to [rows, slices, numbers].</summary>
    private Tensor ToSlices(string data, Tensor tensor, long rows)
    {
        var (before, after) = numbers[data];
        return tensor.reshape(rows, before, -1, after).transpose(1, 2).flatten(2).to(dtype);
    }

    private static int Place(IReadOnlyList<EncoderInput> inputs, string data, bool isMask) =>
        inputs.ToList().FindIndex(input => IsOf(input, data, isMask));

    private static bool IsOf(EncoderInput input, string data, bool isMask) =>
        input.SliceDimension is not null && input.Part.IsMask == isMask && input.Part.Data == data;
}
