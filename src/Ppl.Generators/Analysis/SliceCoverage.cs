using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A parameter that is observed slice by slice.</summary>
/// <param name="Variable">The parameter.</param>
/// <param name="Dimension">The dimension of which they are slices.</param>
/// <param name="Count">How many there are: all that the data may have.</param>
internal sealed record SlicedData(int Variable, int Dimension, IndexSpec Count);

/// <summary>
/// Whether loops and single statements observe each element of the data exactly once. The data's own size is known at run time only, and is compared
/// with the count there; what is left out or twice before that shows here.
/// </summary>
internal sealed record SliceCoverage(EquatableArray<SlicedData> Data, EquatableArray<Issue> Issues)
{
    public static SliceCoverage Of(ProgramSpec program, int length)
    {
        var data = new List<SlicedData>();
        var issues = new List<Issue>();
        int[] lengths = [.. program.Lengths.Select(_ => length)];
        var run = Run(program, lengths);
        var longer = lengths.Select((_, i) => Run(program, [.. lengths.Select((l, k) => k == i ? l + 1 : l)])).ToList();
        foreach (var variable in program.Variables.Where(v => v.Slices is not null))
        {
            var sites = program.SitesOf(variable).ToList();
            if (sites.Count == 0) continue;
            var plates = program.PlatesOf(variable);
            if (variable.Slices!.Value < plates.Count)
            {
                issues.Add(Issue(
                    Rules.SliceForm, sites[0], program.Element(sites[0]), variable.Name,
                    $"its dimension {variable.Slices} is that of plate '{program.Plates[plates[variable.Slices.Value]].Name}'"));
                continue;
            }

            List<(SiteSpec Site, int Element)> Own(List<(SiteSpec Site, int Element)> all) => [.. all.Where(s => s.Site.Variable == variable.Id)];
            var own = Own(run);
            if (Fault(own) is (var element, var site, var what))
            {
                var place = Between(element, longer.Select(l => Fault(Own(l))?.Element ?? element), length) ?? IndexSpec.Constant(element);
                issues.Add(Issue(Rules.SlicesIncomplete, site, variable.Name, $"{variable.Name}[{place.ToText(program.LengthTexts)}]", what));
            }
            else if (Between(own.Count, longer.Select(l => Own(l).Count), length) is { } count)
            {
                data.Add(new SlicedData(variable.Id, variable.Slices.Value, count));
            }
            else
            {
                issues.Add(Issue(
                    Rules.SliceForm, sites[0], program.Element(sites[0]), variable.Name, "several lengths together count its slices"));
            }
        }

        return new(data.ToEquatable(), issues.ToEquatable());
    }

    /// <summary>Lengths that are read off data of which the model observes another number of slices: a simulation could not be told both.</summary>
    public IEnumerable<Issue> OtherCounts(ProgramSpec program)
    {
        foreach (var length in program.DataLengths)
        {
            var counted = Data.FirstOrDefault(d => d.Variable == length.Parameter && d.Dimension == length.Dimension);
            if (counted is null || counted.Count == new IndexSpec(-1, length.Length, 0)) continue;
            var (data, count) = (program.Variables[length.Parameter], counted.Count.ToText(program.LengthTexts));
            yield return Issue(
                Rules.LengthForm, program.SitesOf(data).First(), length.ToText(program), data.Name,
                $"the model observes {count} slices of '{data.Name}', whatever this is");
        }
    }

    /// <summary>Slices that a run of a given length would read before it has observed them.</summary>
    public static IEnumerable<Issue> EarlyReads(ProgramSpec program, DependencyGraph graph) => graph.EarlyReads.Select(
        r => new Issue(Rules.SliceReadEarly, r.Anchor, new EquatableArray<string>([r.Text, program.Variables[r.Variable].Name])));

    /// <summary>A number as a position: where one of the lengths is one longer, it is one more.</summary>
    private static IndexSpec? Between(int number, IEnumerable<int> longer, int length)
    {
        var moved = longer.Select((n, i) => (Number: n, Length: i)).Where(n => n.Number != number).ToList();
        return moved.Count == 0 ? IndexSpec.Constant(number)
            : moved.Count == 1 ? IndexSpec.Between(number, moved[0].Number, moved[0].Length, length) : null;
    }

    /// <summary>The first element that is no element, is observed twice, or is left out between others.</summary>
    private static (int Element, SiteSpec Site, string What)? Fault(List<(SiteSpec Site, int Element)> slices)
    {
        var seen = new HashSet<int>();
        foreach (var (site, element) in slices)
        {
            if (element < 0) return (element, site, "no element");
            if (!seen.Add(element)) return (element, site, "observed twice");
        }

        var missing = Enumerable.Range(0, slices.Count).Where(i => !seen.Contains(i)).ToList();
        return missing.Count == 0 ? null : (missing[0], slices[0].Site, "not observed");
    }

    private static List<(SiteSpec Site, int Element)> Run(ProgramSpec program, IReadOnlyList<int> lengths)
    {
        var found = new List<(SiteSpec Site, int Element)>();
        var seen = new Dictionary<(int Variable, int Element), List<(SiteSpec Site, Dictionary<int, int> Round)>>();
        foreach (var (site, loops) in StatementRun.Of(program, lengths))
        {
            if (site.IsLatent || site.Index is null) continue;
            var element = site.Index.At(lengths, loops);
            if (!seen.TryGetValue((site.Variable, element), out var others)) seen[(site.Variable, element)] = others = [];

            // Arms of a branch that exclude each other: the slice is observed in one of them.
            var isOther = others.Count > 0 && others.TrueForAll(o => GuardSpec.Exclude(o.Site.Guards, o.Round, site.Guards, loops));
            if (!isOther) found.Add((site, element));
            others.Add((site, loops.ToDictionary(l => l.Key, l => l.Value)));
        }

        return found;
    }

    private static Issue Issue(string rule, SiteSpec site, params string[] arguments) => new(rule, site.Anchor, arguments.ToEquatable());
}
