using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// The guide of a model with loops. Inversion knows only graphs of a fixed size, so it runs on the loop unrolled at two lengths; where the longer
/// guide has one more round of the same shape, that round becomes a loop of the guide, and the steps around it stay single. Before it is used, the
/// result is run at every length up to a few more than those two, and compared with the inverse there.
/// </summary>
/// <param name="Steps">The guide.</param>
/// <param name="MinimalLength">The shortest length, of all loops, at which running these steps gives exactly the inverse.</param>
internal sealed record LoopPattern(EquatableArray<GuideStep> Steps, int MinimalLength)
{
    /// <summary>Finds the repeating guide; null where the inverse does not repeat with the index.</summary>
    public static LoopPattern? Find(ProgramSpec program, Inverses inverses, SliceCoverage slices, int length)
    {
        if (inverses.At(length) is not { } shorter || inverses.At(length + 1) is not { } longer) return null;
        var lanes = new Lanes(program);
        var (one, other) = (lanes.Split(shorter.Unrolled, Same(program, length)), lanes.Split(longer.Unrolled, Same(program, length + 1)));
        if (new LoopSearch(program, slices, lanes, length).Generalize(one, other) is not { } found) return null;
        var steps = lanes.Join(found);
        return MinimalLengthOf(program, inverses, steps, length + 3) is { } minimal && minimal <= length ? new(steps, minimal) : null;
    }

    private static IReadOnlyList<int> Same(ProgramSpec program, int length) => [.. program.Lengths.Select(_ => length)];

    /// <summary>
    /// The shortest length from which on, up to <paramref name="upTo"/>, the steps give the inverse, also where one loop has another length than the
    /// others; null when the last one does not.
    /// </summary>
    private static int? MinimalLengthOf(ProgramSpec program, Inverses inverses, EquatableArray<GuideStep> steps, int upTo)
    {
        int? minimal = null;
        for (var length = upTo; length >= 1 && Around(program, length, upTo).All(IsInverse); length--) minimal = length;
        return minimal;

        bool IsInverse(IReadOnlyList<int> lengths) =>
            inverses.At(lengths) is { } truth && Unrolled.Of(steps, lengths).SequenceEqual(truth.Unrolled.Steps);
    }

    /// <summary>All lengths the same, and one of them as long as can be, or all others.</summary>
    public static IEnumerable<IReadOnlyList<int>> Around(ProgramSpec program, int length, int longest)
    {
        yield return Same(program, length);
        if (program.Lengths.Count < 2 || length == longest) yield break;
        for (var i = 0; i < program.Lengths.Count; i++)
        {
            yield return [.. program.Lengths.Select((_, k) => k == i ? longest : length)];
            if (program.Lengths.Count > 2) yield return [.. program.Lengths.Select((_, k) => k == i ? length : longest)];
        }
    }
}
