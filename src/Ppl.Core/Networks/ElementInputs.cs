using System.Globalization;
using Ppl.Contracts;

namespace Ppl.Networks;

/// <summary>From where a recurrent pass comes to a slice.</summary>
internal enum SliceDirection
{
    /// <summary>From the first slice that the factor sees: the state at the last one.</summary>
    Forward,

    /// <summary>From the last slice that the factor sees: the state at the first one.</summary>
    Backward,

    /// <summary>From both ends, where all factors see the same slices: the states at the element's own.</summary>
    Both,
}

/// <summary>Data that one recurrent pass reads side by side, since all factors see the same slices of them.</summary>
/// <param name="Data">The parameters.</param>
/// <param name="Masked">Which of them have a mask, of which the pass sees 1 or 0 for each slice.</param>
/// <param name="Direction">Where the pass starts.</param>
internal sealed record SliceGroup(IReadOnlyList<string> Data, IReadOnlyList<string> Masked, SliceDirection Direction);

/// <summary>
/// What the factors of all elements of an array see, in the terms of one encoder: slices of data, neighbours by how far away they are, and what is
/// the same for all elements. Nothing of it depends on how many elements there are, unless one sees ever more neighbours.
/// </summary>
internal sealed class ElementInputs
{
    private readonly IReadOnlyList<(int Element, IReadOnlyList<EncoderInput> Inputs)> elements;

    private ElementInputs(IReadOnlyList<(int Element, IReadOnlyList<EncoderInput> Inputs)> elements)
    {
        this.elements = elements;
        var all = elements.SelectMany(e => e.Inputs.Select(input => (e.Element, Input: input)));
        var beside = all.Where(seen => seen.Input.SliceDimension is null).ToList();
        Beside =
        [
            .. beside.Where(seen => ElementOf(seen.Input) is null).Select(seen => seen.Input.Name).Distinct()
                .Order(StringComparer.Ordinal).Select(name => new InputKey(name)),
            .. beside.Where(seen => ElementOf(seen.Input) is not null).Select(seen => (seen.Element, Neighbour: ElementOf(seen.Input)!.Value))
                .GroupBy(seen => seen.Neighbour.Variable, seen => (seen.Element, seen.Neighbour.Position))
                .OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(group => Neighbours(group.Key, [.. group])),
        ];
        Lacking = [.. Beside.Where(key => elements.Any(e => Find(e.Element, e.Inputs, key) < 0))];
        Groups = [.. elements.SelectMany(e => Data(e.Inputs)).Distinct().Order(StringComparer.Ordinal).GroupBy(Windows).Select(Group)];
    }

    /// <summary>What enters beside the slices, in order: data by name, then neighbours by their array, position and distance.</summary>
    public IReadOnlyList<InputKey> Beside { get; }

    /// <summary>What of it some elements do not see.</summary>
    public IReadOnlyList<InputKey> Lacking { get; }

    /// <summary>The recurrent passes.</summary>
    public IReadOnlyList<SliceGroup> Groups { get; }

    /// <summary>Reads the inputs of some elements, of those that runs reach.</summary>
    /// <param name="elements">Their positions and inputs.</param>
    public static ElementInputs Of(IEnumerable<(int Element, IReadOnlyList<EncoderInput> Inputs)> elements) =>
        new([.. elements.OrderBy(e => e.Element)]);

    /// <summary>Two elements that see the same, so that one encoder gives both the same factor; null where there are none.</summary>
    public (int First, int Second)? Same
    {
        get
        {
            var seen = new Dictionary<string, int>();
            foreach (var (element, inputs) in elements)
            {
                if (Beside.Any(key => key.Offset is not null && Find(element, inputs, key) >= 0)) continue;
                if (Groups.Any(g => g.Direction == SliceDirection.Both && g.Data.Any(data => Data(inputs).Contains(data)))) continue;
                var text = string.Join(";", inputs.Select(input => input.Name).Order(StringComparer.Ordinal));
                if (!seen.TryAdd(text, element)) return (seen[text], element);
            }

            return null;
        }
    }

    /// <summary>Which of an element's inputs is the one of a key; −1 where it has none.</summary>
    public static int Find(int element, IReadOnlyList<EncoderInput> inputs, InputKey key)
    {
        for (var i = 0; i < inputs.Count; i++)
            if (inputs[i].SliceDimension is null && IsOf(key, element, inputs[i])) return i;
        return -1;
    }

    private static bool IsOf(InputKey key, int element, EncoderInput input) => ElementOf(input) is not var (variable, position)
        ? !key.IsElement && key.Name == input.Name
        : key.IsElement && key.Name == variable && (key.Position ?? element + key.Offset) == position;

    private static (string Variable, int Position)? ElementOf(EncoderInput input)
    {
        var (variable, other) = SiteInfo.Split(input.Name);
        return input.IsLatent && int.TryParse(other, CultureInfo.InvariantCulture, out var position) ? (variable, position) : null;
    }

    /// <summary>
    /// The fewest keys that name all neighbours of an array that elements see: by distance, as z[t - 1] is, or by position, as w[0] is where every
    /// element sees it. Where both are as many it is by distance.
    /// </summary>
    private static List<InputKey> Neighbours(string variable, List<(int Element, int Position)> seen)
    {
        var byOffset = seen.Select(s => AtOffset(s.Position - s.Element)).Distinct().ToList();
        var byPosition = seen.Select(s => AtPosition(s.Position)).Distinct().ToList();
        var (mixed, left) = (new List<InputKey>(), seen);
        while (left.Count > 0)
        {
            var most = left.SelectMany(s => new[] { AtOffset(s.Position - s.Element), AtPosition(s.Position) }).CountBy(key => key)
                .MaxBy(count => (count.Value, count.Key.Offset is not null)).Key;
            mixed.Add(most);
            left = [.. left.Where(s => !Names(most, s))];
        }

        var fewest = new[] { byOffset, mixed, byPosition }.MinBy(keys => keys.Count)!;
        return [.. fewest.OrderBy(key => key.Offset is not null).ThenBy(key => key.Position ?? key.Offset)];

        InputKey AtOffset(int offset) => new(variable) { Offset = offset };

        InputKey AtPosition(int position) => new(variable) { Position = position };

        static bool Names(InputKey key, (int Element, int Position) seen) => (key.Position ?? seen.Element + key.Offset) == seen.Position;
    }

    private static IEnumerable<string> Data(IReadOnlyList<EncoderInput> inputs) =>
        inputs.Where(input => input.SliceDimension is not null && !input.Part.IsMask).Select(input => input.Part.Data);

    /// <summary>Which slices of some data each element sees, as a text to compare.</summary>
    private string Windows(string data) => string.Join(";", elements.Select(e => $"{e.Element}:{Window(e.Inputs, data)}"));

    private static (int From, int? To)? Window(IReadOnlyList<EncoderInput> inputs, string data) =>
        inputs.FirstOrDefault(i => i.SliceDimension is not null && !i.Part.IsMask && i.Part.Data == data) is { } input ? Window(input.Part) : null;

    /// <summary>The slices that a name tells: from the first to the position after the last, null for the end.</summary>
    public static (int From, int? To) Window(InputName part) => (part.From ?? 0, part.From is null ? null : part.To ?? part.From + 1);

    private SliceGroup Group(IGrouping<string, string> group)
    {
        var all = elements.Select(e => Window(e.Inputs, group.First())).OfType<(int From, int? To)>().ToList();
        var ends = all.Select(window => window.To).OfType<int>().Distinct().Count();
        var direction = all.Count > 1 && all.Distinct().Count() == 1 ? SliceDirection.Both
            : all.TrueForAll(window => window.From == 0) || ends > 1 ? SliceDirection.Forward
            : SliceDirection.Backward;
        var masked = group.Where(data => elements.Any(e => e.Inputs.Any(i => i.SliceDimension is not null && i.Part.IsMask && i.Part.Data == data)));
        return new([.. group], [.. masked], direction);
    }
}

/// <summary>
/// An input of an encoder that serves all elements of an array: data or a latent by name, an element so many places away, or one that is the same
/// for all.
/// </summary>
/// <param name="Name">The input's name, of an element its array's.</param>
internal sealed record InputKey(string Name)
{
    /// <summary>How many places after the element whose factor sees it; null for what is none.</summary>
    public int? Offset { get; init; }

    /// <summary>The position of an element that is the same for all; null for what is none.</summary>
    public int? Position { get; init; }

    /// <summary>Whether it is an element of an array of latents.</summary>
    public bool IsElement => Offset is not null || Position is not null;

    /// <summary><c>z[t - 1]</c>, <c>w[0]</c>, <c>u</c>.</summary>
    public override string ToString() => Position is not null ? $"{Name}[{Position}]"
        : Offset is not { } offset ? Name
        : offset == 0 ? $"{Name}[t]" : $"{Name}[t {(offset < 0 ? '-' : '+')} {Math.Abs(offset)}]";
}
