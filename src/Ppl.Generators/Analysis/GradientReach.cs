using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A latent, and a variable whose distribution depends on it only through an operation that no gradient passes.</summary>
/// <param name="By">The name of the variable that depends on the latent.</param>
/// <param name="Stop">The operation.</param>
internal sealed record StoppedUse(string By, GradientStop Stop);

/// <summary>Where the gradient of one latent comes from.</summary>
/// <param name="Site">The latent's site.</param>
/// <param name="From">Variables whose log-densities have a derivative by the latent.</param>
/// <param name="Stopped">Variables that depend on it and have none.</param>
internal sealed record SiteReach(int Site, EquatableArray<string> From, EquatableArray<StoppedUse> Stopped)
{
    /// <summary>Whether nothing depends on the latent's value.</summary>
    public bool IsUnused => From.Count == 0 && Stopped.Count == 0;

    /// <summary>Whether the latent has an effect that its encoder cannot learn.</summary>
    public bool IsCutOff => From.Count == 0 && Stopped.Count > 0;
}

/// <summary>
/// Which log-densities pass a gradient to each latent, and by it to the latent's encoder. A derivative that is zero everywhere, as that of a rounded
/// value, is none: the true gradient of the bound is not zero, and no draw shows it. An array's elements are judged together, as the elements at the ends
/// of a loop are read by less.
/// </summary>
internal sealed record GradientReach(EquatableArray<SiteReach> Sites)
{
    public static GradientReach Of(ModelSpec model, DependencyGraph graph) =>
        new(model.Sites.Where(s => s.IsLatent).Select(s => Of(s, model, graph)).ToEquatable());

    /// <summary>Latents that no gradient reaches, although something depends on them.</summary>
    public IEnumerable<Issue> Issues(ModelSpec model) => Sites.Where(s => s.IsCutOff).Select(s =>
    {
        var use = s.Stopped[0];
        return new Issue(Rules.NoGradient, use.Stop.Anchor, new EquatableArray<string>([model.Sites[s.Site].Name, use.Stop.Operation, use.By]));
    });

    public string ToText(ModelSpec model)
    {
        var text = new StringBuilder();
        foreach (var site in Sites)
        {
            text.Append($"{model.Sites[site.Site].ToText()}: from {{{string.Join(", ", site.From)}}}");
            foreach (var use in site.Stopped) text.Append($", not from {use.By} ({use.Stop.Operation})");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static SiteReach Of(SiteSpec site, ModelSpec model, DependencyGraph graph)
    {
        var uses = new List<(string By, GradientStop? Stop)>();
        foreach (var latent in graph.Nodes.Where(n => n.Site == site.Id).Select(n => n.Id))
        {
            foreach (var child in graph.Children(latent))
                uses.Add((model.Variables[graph.Nodes[child].Variable].Name, graph.Stopped[child].FirstOrDefault(e => e.Parent == latent)?.Stop));
        }

        // Elements of one variable count as one: the free way is that of the whole array.
        var best = uses.GroupBy(u => u.By).Select(g => (By: g.Key, Stop: g.Select(u => u.Stop).Aggregate(GradientStop.Best))).ToList();
        return new SiteReach(
            site.Id, best.Where(u => u.Stop is null).Select(u => u.By).ToEquatable(),
            best.Where(u => u.Stop is { Kind: not StopKind.Layout }).Select(u => new StoppedUse(u.By, u.Stop!)).ToEquatable());
    }
}
