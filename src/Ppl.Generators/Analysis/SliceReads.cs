using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A read of data, observed slice by slice, that come later in the run.</summary>
/// <param name="Anchor">Where the reading statement stands.</param>
/// <param name="Variable">The parameter.</param>
/// <param name="Text">What is read: <c>x[3]</c>, <c>x</c>.</param>
internal sealed record EarlyRead(int Anchor, int Variable, string Text);

/// <summary>Follows one run's reads of data that are observed slice by slice, which a simulation can give only once they have been drawn.</summary>
internal sealed class SliceReads(ProgramSpec program)
{
    // Without such data there is nothing to follow.
    private readonly bool isNeeded = program.Variables.Any(v => v.Slices is not null);
    private readonly HashSet<(int Variable, int Element)> observed = [];
    private readonly List<EarlyRead> early = [];
    private readonly List<(int Anchor, int Variable, int Known)> whole = [];

    /// <summary>All early reads, once the run is over: one of the whole data is early until the last slice is there.</summary>
    public IEnumerable<EarlyRead> Early => early
        .Concat(whole.Where(w => w.Known < Count(w.Variable)).Select(w => new EarlyRead(w.Anchor, w.Variable, program.Variables[w.Variable].Name)))
        .GroupBy(r => (r.Anchor, r.Variable)).Select(g => g.First());

    public void Observe(int variable, int element) => observed.Add((variable, element));

    public void Check(int anchor, EquatableArray<Read> reads, Func<IndexSpec, int> at)
    {
        if (!isNeeded) return;
        foreach (var read in reads)
        {
            if (program.Variables[read.Variable].Slices is null) continue;
            if (read.Index is not { } index) whole.Add((anchor, read.Variable, Count(read.Variable)));
            else if (!observed.Contains((read.Variable, at(index))))
                early.Add(new EarlyRead(anchor, read.Variable, program.Text(read)));
        }
    }

    private int Count(int variable) => observed.Count(o => o.Variable == variable);
}
