using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// Which sites' distributions begin with the plate's rows: those computed from anything inside the plate, a latent, data or a covariate. The others
/// have the same parameters in every row, and a draw from them asks for the rows.
/// </summary>
/// <param name="IsPlated">For each site whether it is plated.</param>
/// <param name="Mixed">Sites in loops whose first rounds differ in this from later ones: no single text can be emitted for them.</param>
internal sealed record PlatedAnalysis(EquatableArray<bool> IsPlated, EquatableArray<int> Mixed)
{
    public static PlatedAnalysis Of(ModelSpec model, DependencyGraph graph)
    {
        var plated = new bool[model.Sites.Count];
        var mixed = new List<int>();
        foreach (var site in model.Sites)
        {
            var instances = graph.Nodes.Where(n => n.Site == site.Id).Select(n => graph.Parents[n.Id].Count > 0).Distinct().ToList();
            plated[site.Id] = instances.Contains(true);
            if (instances.Count > 1) mixed.Add(site.Id);
        }

        return new(plated.ToEquatable(), mixed.ToEquatable());
    }

    public string ToText(ModelSpec model) =>
        string.Concat(model.Sites.Select(s => $"{s.ToText()}: {(IsPlated[s.Id] ? "plated" : "the same for every row")}\n"));
}
