using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A latent, and a variable whose distribution depends on it only through an operation that no gradient passes.</summary>
/// <param name="By">The name of the variable that depends on the latent.</param>
/// <param name="Stop">The operation.</param>
internal sealed record StoppedUse(string By, GradientStop Stop);

/// <summary>Where the gradient of one latent comes from.</summary>
/// <param name="Site">The latent's site.</param>
/// <param name="From">Variables whose log-densities have a derivative by the latent, by any element of it.</param>
/// <param name="Stopped">Variables that depend on it and have none.</param>
/// <param name="CutOff">A use of the latent, or of an element, that has no other but such ones, so that its encoder cannot learn; null without
/// one.</param>
internal sealed record SiteReach(int Site, EquatableArray<string> From, EquatableArray<StoppedUse> Stopped, StoppedUse? CutOff)
{
    /// <summary>Whether nothing depends on the latent's value.</summary>
    public bool IsUnused => From.Count == 0 && Stopped.Count == 0;
}

/// <summary>
/// Which log-densities pass a gradient to each latent, and by it to the latent's encoder. A derivative that is zero everywhere, as that of a rounded
/// value, is none: the true gradient of the bound is not zero, and no draw shows it.
/// </summary>
internal sealed record GradientReach(EquatableArray<SiteReach> Sites)
{
    public static GradientReach Of(ProgramSpec program, DependencyGraph graph) =>
        new(program.Sites.Where(s => s.IsLatent).Select(s => Of(s, program, graph)).ToEquatable());

    /// <summary>Latents that no gradient reaches, although something depends on them.</summary>
    public IEnumerable<Issue> Issues(ProgramSpec program) => Sites.Where(s => s.CutOff is not null).Select(s => new Issue(
        Rules.NoGradient, s.CutOff!.Stop.Anchor, new EquatableArray<string>([program.Sites[s.Site].Name, s.CutOff.Stop.Operation, s.CutOff.By])));

    public string ToText(ProgramSpec program)
    {
        var text = new StringBuilder();
        foreach (var site in Sites)
        {
            text.Append($"{program.Sites[site.Site].ToText(program)}: from {{{string.Join(", ", site.From)}}}");
            foreach (var use in site.Stopped) text.Append($", not from {use.By} ({use.Stop.Operation})");
            text.Append('\n');
        }

        return text.ToString();
    }

    private static SiteReach Of(SiteSpec site, ProgramSpec program, DependencyGraph graph)
    {
        var elements = graph.NodesOf(site).Select(n => Uses(n.Id, program, graph)).ToList();

        // Elements of one variable count as one: the free way is that of the whole array.
        var best = elements.SelectMany(u => u).GroupBy(u => u.By)
            .Select(g => (By: g.Key, Stop: g.Select(u => u.Stop).Aggregate(GradientStop.Best))).ToList();
        var cutOff = elements.FirstOrDefault(uses => uses.Count > 0 && uses.All(u => u.Stop is not null) && uses.Any(IsOfValue))?.First(IsOfValue);
        return new SiteReach(
            site.Id, best.Where(u => u.Stop is null).Select(u => u.By).ToEquatable(),
            best.Where(IsOfValue).Select(u => new StoppedUse(u.By, u.Stop!)).ToEquatable(),
            cutOff is (var by, { } stop) ? new StoppedUse(by, stop) : null);
    }

    private static List<(string By, GradientStop? Stop)> Uses(int latent, ProgramSpec program, DependencyGraph graph) =>
        [.. graph.Children(latent).Where(child => graph.Nodes[child].Site >= 0).Select(child =>
            (program.Variables[graph.Nodes[child].Variable].Name, graph.Stopped[child].FirstOrDefault(e => e.Parent == latent)?.Stop))];

    private static bool IsOfValue((string By, GradientStop? Stop) use) => use.Stop is { Kind: not StopKind.Layout };
}
