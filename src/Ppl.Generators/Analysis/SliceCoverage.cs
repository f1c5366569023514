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
        var (shorter, longer) = (Run(program, length), Run(program, length + 1));
        foreach (var variable in program.Variables.Where(v => v.Slices is not null))
        {
            var sites = program.SitesOf(variable).ToList();
            if (sites.Count == 0) continue;
            var plates = program.PlatesOf(variable);
            if (variable.Slices!.Value < plates.Count)
            {
                issues.Add(Issue(
                    Rules.SliceForm, sites[0], sites[0].Element(program.LengthText), variable.Name,
                    $"its dimension {variable.Slices} is that of plate '{program.Plates[plates[variable.Slices.Value]].Name}'"));
                continue;
            }

            var (a, b) = (shorter.Where(s => s.Site.Variable == variable.Id).ToList(), longer.Where(s => s.Site.Variable == variable.Id).ToList());
            if (Fault(a) is (var element, var site, var what))
            {
                var place = IndexSpec.Between(element, Fault(b)?.Element ?? element, length) ?? IndexSpec.Constant(element);
                issues.Add(Issue(Rules.SlicesIncomplete, site, variable.Name, $"{variable.Name}[{place.ToText(program.LengthText)}]", what));
            }
            else if (IndexSpec.Between(a.Count, b.Count, length) is { } count)
            {
                data.Add(new SlicedData(variable.Id, variable.Slices.Value, count));
            }
        }

        return new(data.ToEquatable(), issues.ToEquatable());
    }

    /// <summary>Slices that a run of a given length would read before it has observed them.</summary>
    public static IEnumerable<Issue> EarlyReads(ProgramSpec program, DependencyGraph graph) => graph.EarlyReads.Select(
        r => new Issue(Rules.SliceReadEarly, r.Anchor, new EquatableArray<string>([r.Text, program.Variables[r.Variable].Name])));

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

    private static List<(SiteSpec Site, int Element)> Run(ProgramSpec program, int length)
    {
        var found = new List<(SiteSpec, int)>();
        foreach (var (site, loops) in StatementRun.Of(program, length))
            if (!site.IsLatent && site.Index is not null) found.Add((site, site.Index.At(length, loops)));
        return found;
    }

    private static Issue Issue(string rule, SiteSpec site, params string[] arguments) => new(rule, site.Anchor, arguments.ToEquatable());
}
