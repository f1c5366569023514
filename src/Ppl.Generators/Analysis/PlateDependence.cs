using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// On which of its plates each site's distribution depends: those of whatever it is computed from, a latent, data or a covariate. Of the others
/// the distribution has the same parameters in every row, and a draw asks for the rows.
/// </summary>
/// <param name="Depends">For each site, for each of its plates.</param>
/// <param name="Mixed">Sites in loops whose first rounds differ in this from later ones: no single text can be emitted for them.</param>
/// <param name="Outside">Sites that are computed from the rows of data without standing in their plate, each with that plate.</param>
/// <param name="Picks">Reads of rows by an index that is no other rows'.</param>
internal sealed record PlateDependence(
    EquatableArray<EquatableArray<bool>> Depends, EquatableArray<int> Mixed, EquatableArray<(int Site, int Plate)> Outside,
    EquatableArray<RowsPick> Picks)
{
    /// <summary>Sites that are computed from something inside a plate on some ways through the branches only, each with that plate.</summary>
    public EquatableArray<(int Site, int Plate)> Sometimes { get; init; }

    /// <summary>Values that are recorded inside rows that they do not have, or outside rows that they have.</summary>
    public EquatableArray<Issue> Records { get; init; }

    private static IEnumerable<Issue> RecordIssues(ProgramSpec program, RecordSpec record, EquatableArray<int> plates)
    {
        foreach (var plate in program.Plates.Where(p => p.IsRows && plates.Contains(p.Id) != record.Plates.Contains(p.Id)))
        {
            var rule = plates.Contains(plate.Id) ? Rules.RowsOutside : Rules.RecordWithoutRows;
            yield return new(rule, record.Anchor, new EquatableArray<string>([record.Name, plate.Name]));
        }
    }

    public static PlateDependence Of(ProgramSpec program, IReadOnlyList<DependencyGraph> graphs)
    {
        var depends = new List<EquatableArray<bool>>();
        var (mixed, outside) = (new List<int>(), new List<(int, int)>());
        var drawn = graphs.SelectMany(g => g.Draws).ToLookup(d => d.Site, d => d.Plates);
        foreach (var site in program.Sites)
        {
            var instances = drawn[site.Id].Distinct().ToList();
            var each = instances.Select(plates => site.Plates.Select(plates.Contains).ToEquatable()).Distinct().ToList();
            depends.Add(Enumerable.Range(0, site.Plates.Count).Select(i => each.Any(e => e[i])).ToEquatable());
            if (each.Count > 1) mixed.Add(site.Id);
            outside.AddRange(instances.SelectMany(p => p).Distinct().Where(p => program.Plates[p].IsRows && !site.Plates.Contains(p))
                .Select(p => (site.Id, p)));
        }

        var sometimes = graphs.SelectMany(g => g.Draws)
            .SelectMany(d => d.Sometimes.Where(program.Sites[d.Site].Plates.Contains).Select(p => (d.Site, p)));
        var records = graphs.SelectMany(g => g.Records).Distinct()
            .SelectMany(r => RecordIssues(program, program.Records[r.Record], r.Plates)).Distinct();
        return new(depends.ToEquatable(), mixed.ToEquatable(), outside.ToEquatable(), graphs.SelectMany(g => g.Picks).Distinct().ToEquatable())
        {
            Sometimes = sometimes.Distinct().ToEquatable(),
            Records = records.ToEquatable(),
        };
    }

    public IEnumerable<Issue> Issues(ProgramSpec program)
    {
        foreach (var site in Mixed) yield return Of(Rules.MixedPlating, program.Sites[site]);
        foreach (var (site, plate) in Sometimes) yield return Of(Rules.PlatedOnSomeWays, program.Sites[site], program.Plates[plate].Name);
        foreach (var pick in Picks) yield return Of(pick, program);
        foreach (var issue in Records) yield return issue;
        foreach (var (site, plate) in Outside) yield return Of(Rules.RowsOutside, program.Sites[site], program.Plates[plate].Name);
    }

    private static Issue Of(RowsPick pick, ProgramSpec program)
    {
        var plate = program.Plates[pick.Plate];
        var data = string.Join(", ", plate.Sources.Select(s => program.Variables[s.Parameter].Name));
        var text = program.Text(new Read(pick.Variable, null) { By = pick.By });
        return new(Rules.RowsMixed, pick.Anchor, new EquatableArray<string>([text, plate.Name, data]));
    }

    private static Issue Of(string rule, SiteSpec site, params string[] more) =>
        new(rule, site.Anchor, new[] { site.Name }.Concat(more).ToEquatable());
}
