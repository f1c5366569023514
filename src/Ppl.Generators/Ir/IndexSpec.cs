namespace Ppl.Generators.Ir;

/// <summary>An element's position: loop variable + length + offset, where the first two may be absent.</summary>
/// <param name="LoopVariable">The variable of the enclosing loop, or -1.</param>
/// <param name="FromLength">Whether the model's length symbol is added: <c>layers - 1</c>.</param>
/// <param name="Offset">The constant part.</param>
internal sealed record IndexSpec(int LoopVariable, bool FromLength, int Offset)
{
    public static IndexSpec Constant(int offset) => new(-1, false, offset);

    public int At(int length, IReadOnlyDictionary<int, int> loops) =>
        (LoopVariable < 0 ? 0 : loops[LoopVariable]) + (FromLength ? length : 0) + Offset;

    /// <summary>A position that is <paramref name="a"/> at a length and <paramref name="b"/> at the next: from the start, or from the end.</summary>
    public static IndexSpec? Between(int a, int b, int length) => a == b ? Constant(a) : b == a + 1 ? new(-1, true, a - length) : null;

    public string ToText(string length)
    {
        var terms = new List<string>();
        if (LoopVariable >= 0) terms.Add("i");
        if (FromLength) terms.Add(length.Length == 0 ? "n" : length);
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
