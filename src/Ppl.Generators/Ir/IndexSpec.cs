using System.Globalization;

namespace Ppl.Generators.Ir;

/// <summary>The variable of a loop, times a number, and times a length where a row of an array is that long.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Times">The number, which is not 0.</param>
/// <param name="Length">Which of the program's lengths; -1 without one.</param>
internal sealed record GridTerm(int Variable, int Times, int Length = -1);

/// <summary>An element's position: loop variable + length + offset, where the first two may be absent.</summary>
/// <param name="LoopVariable">The variable of the enclosing loop, or -1.</param>
/// <param name="Length">Which of the program's lengths is added, <c>layers - 1</c>; -1 without one.</param>
/// <param name="Offset">The constant part.</param>
internal sealed record IndexSpec(int LoopVariable, int Length, int Offset)
{
    /// <summary>
    /// Of an element of a grid, or one that several loops count: what is added in place of one loop variable, in the order of the text,
    /// <c>i * 4 + j</c>. Elements of <c>h[i, j]</c> are counted row by row.
    /// </summary>
    public EquatableArray<GridTerm> Grid { get; init; }

    /// <summary>How many times the length is added, <c>2 * steps</c>: rows of an array that are passed over.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Whether it is a number.</summary>
    public bool IsConstant => LoopVariable < 0 && Length < 0 && Grid.Count == 0;

    public static IndexSpec Constant(int offset) => new(-1, -1, offset);

    /// <summary>
    /// A position that is <paramref name="a"/> where a length has a value and <paramref name="b"/> where it is one longer: from the start, or from
    /// the end.
    /// </summary>
    public static IndexSpec? Between(int a, int b, int length, int value) =>
        a == b ? Constant(a) : b == a + 1 && length >= 0 ? new(-1, length, a - value) : null;

    /// <summary>The sum of two positions; null where they have different lengths.</summary>
    public static IndexSpec? Sum(IndexSpec? a, IndexSpec? b)
    {
        if (a is null || b is null || (a.Length >= 0 && b.Length >= 0 && a.Length != b.Length)) return null;
        var times = (a.Length >= 0 ? a.Times : 0) + (b.Length >= 0 ? b.Times : 0);
        return Of(a.Terms.Concat(b.Terms), Math.Max(a.Length, b.Length), times, a.Offset + b.Offset);
    }

    /// <summary>The product of two positions, one of which is a number, or a length plus a number; null for others.</summary>
    public static IndexSpec? Product(IndexSpec? a, IndexSpec? b)
    {
        if (a is null || b is null) return null;
        if (a.IsConstant || b.IsConstant) return a.IsConstant ? Scaled(b, a.Offset) : Scaled(a, b.Offset);
        var (size, other) = a.Length >= 0 ? (a, b) : (b, a);
        if (other.Length >= 0 || size.Terms.Any() || other.Terms.Any(t => t.Length >= 0)) return null;
        var rows = other.Terms.Select(t => t with { Times = t.Times * size.Times, Length = size.Length });
        var rest = other.Terms.Select(t => t with { Times = t.Times * size.Offset });
        return Of(rows.Concat(rest), size.Length, size.Times * other.Offset, size.Offset * other.Offset);
    }

    /// <summary>The variables of loops that it counts by.</summary>
    public IEnumerable<GridTerm> Terms => LoopVariable >= 0 ? [new(LoopVariable, 1)] : Grid;

    public int At(IReadOnlyList<int> lengths, IReadOnlyDictionary<int, int> loops)
    {
        var position = Offset + (Length < 0 ? 0 : Times * lengths[Length]);
        if (LoopVariable >= 0) return position + loops[LoopVariable];
        for (var i = 0; i < Grid.Count; i++)
            position += Grid[i].Times * loops[Grid[i].Variable] * (Grid[i].Length < 0 ? 1 : lengths[Grid[i].Length]);
        return position;
    }

    public string ToText(IReadOnlyList<string> lengths)
    {
        string Name(int length) => length < lengths.Count ? lengths[length] : "n";
        var variables = Terms.Select(t => t.Variable).Distinct().ToList();
        var terms = Terms.Select(t => Factor(((char)('i' + variables.IndexOf(t.Variable))).ToString(), t.Times)
            + (t.Length < 0 ? "" : $" * {Name(t.Length)}")).ToList();
        if (Length >= 0) terms.Add(Factor(Name(Length), Times));
        if (terms.Count == 0) return Offset.ToString(CultureInfo.InvariantCulture);
        var text = string.Join(" + ", terms);
        return Offset switch
        {
            0 => text,
            > 0 => $"{text} + {Offset}",
            _ => $"{text} - {-Offset}",
        };
    }

    /// <summary>A loop's variable as a term: <c>i</c>, <c>i * 4</c>.</summary>
    public static string Factor(string variable, int times) =>
        times == 1 ? variable : $"{variable} * {times.ToString(CultureInfo.InvariantCulture)}";

    private static IndexSpec Scaled(IndexSpec position, int times) => Of(
        position.Terms.Select(t => t with { Times = t.Times * times }), position.Length, position.Times * times, position.Offset * times);

    private static IndexSpec Of(IEnumerable<GridTerm> terms, int length, int times, int offset)
    {
        if (length < 0 || times == 0) (length, times) = (-1, 1);
        var all = terms.GroupBy(t => (t.Variable, t.Length))
            .Select(g => new GridTerm(g.Key.Variable, g.Sum(t => t.Times), g.Key.Length)).Where(t => t.Times != 0).ToList();
        return all is [{ Times: 1, Length: < 0 } only] ? new(only.Variable, length, offset) { Times = times }
            : new(-1, length, offset) { Grid = all.ToEquatable(), Times = times };
    }
}
