using System.Globalization;

namespace Ppl.Generators.Ir;

/// <summary>The variable of a loop whose range is constant, times a number.</summary>
/// <param name="Variable">The variable.</param>
/// <param name="Times">The number, which is not 0.</param>
internal sealed record GridTerm(int Variable, int Times);

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

    /// <summary>Whether it is a number.</summary>
    public bool IsConstant => LoopVariable < 0 && Length < 0 && Grid.Count == 0;

    public static IndexSpec Constant(int offset) => new(-1, -1, offset);

    /// <summary>
    /// A position that is <paramref name="a"/> where a length has a value and <paramref name="b"/> where it is one longer: from the start, or from
    /// the end.
    /// </summary>
    public static IndexSpec? Between(int a, int b, int length, int value) =>
        a == b ? Constant(a) : b == a + 1 && length >= 0 ? new(-1, length, a - value) : null;

    /// <summary>The sum of two positions; null where both have a length.</summary>
    public static IndexSpec? Sum(IndexSpec? a, IndexSpec? b) => a is null || b is null || (a.Length >= 0 && b.Length >= 0) ? null
        : Of(a.Terms.Concat(b.Terms), Math.Max(a.Length, b.Length), a.Offset + b.Offset);

    /// <summary>The product of two positions, one of which is a number; null for others.</summary>
    public static IndexSpec? Product(IndexSpec? a, IndexSpec? b)
    {
        if (a is null || b is null || (!a.IsConstant && !b.IsConstant)) return null;
        var (times, other) = a.IsConstant ? (a.Offset, b) : (b.Offset, a);
        if (other.Length >= 0 && times != 1) return null;
        return Of(other.Terms.Select(t => t with { Times = t.Times * times }), other.Length, other.Offset * times);
    }

    /// <summary>The variables of loops that it counts by.</summary>
    public IEnumerable<GridTerm> Terms => LoopVariable >= 0 ? [new(LoopVariable, 1)] : Grid;

    public int At(IReadOnlyList<int> lengths, IReadOnlyDictionary<int, int> loops) =>
        Terms.Sum(t => t.Times * loops[t.Variable]) + (Length < 0 ? 0 : lengths[Length]) + Offset;

    public string ToText(IReadOnlyList<string> lengths)
    {
        var terms = Terms.Select((t, i) => Factor(((char)('i' + i)).ToString(), t.Times)).ToList();
        if (Length >= 0) terms.Add(Length < lengths.Count ? lengths[Length] : "n");
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

    private static IndexSpec Of(IEnumerable<GridTerm> terms, int length, int offset)
    {
        var all = terms.GroupBy(t => t.Variable).Select(g => new GridTerm(g.Key, g.Sum(t => t.Times))).Where(t => t.Times != 0).ToList();
        return all is [{ Times: 1 } only] ? new(only.Variable, length, offset) : new(-1, length, offset) { Grid = all.ToEquatable() };
    }
}
