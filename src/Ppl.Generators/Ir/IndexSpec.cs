namespace Ppl.Generators.Ir;

/// <summary>An element's position: loop variable + length + offset, where the first two may be absent.</summary>
/// <param name="LoopVariable">The variable of the enclosing loop, or -1.</param>
/// <param name="Length">Which of the program's lengths is added, <c>layers - 1</c>; -1 without one.</param>
/// <param name="Offset">The constant part.</param>
internal sealed record IndexSpec(int LoopVariable, int Length, int Offset)
{
    /// <summary>Whether it is a number.</summary>
    public bool IsConstant => LoopVariable < 0 && Length < 0;

    public static IndexSpec Constant(int offset) => new(-1, -1, offset);

    /// <summary>
    /// A position that is <paramref name="a"/> where a length has a value and <paramref name="b"/> where it is one longer: from the start, or from
    /// the end.
    /// </summary>
    public static IndexSpec? Between(int a, int b, int length, int value) =>
        a == b ? Constant(a) : b == a + 1 && length >= 0 ? new(-1, length, a - value) : null;

    public int At(IReadOnlyList<int> lengths, IReadOnlyDictionary<int, int> loops) =>
        (LoopVariable < 0 ? 0 : loops[LoopVariable]) + (Length < 0 ? 0 : lengths[Length]) + Offset;

    public string ToText(IReadOnlyList<string> lengths)
    {
        var terms = new List<string>();
        if (LoopVariable >= 0) terms.Add("i");
        if (Length >= 0) terms.Add(Length < lengths.Count ? lengths[Length] : "n");
        if (terms.Count == 0) return Offset.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var text = string.Join(" + ", terms);
        return Offset switch
        {
            0 => text,
            > 0 => $"{text} + {Offset}",
            _ => $"{text} - {-Offset}",
        };
    }
}
