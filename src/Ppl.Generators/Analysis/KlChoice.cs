using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>How one latent's divergence is computed.</summary>
/// <param name="ClosedForm">KL(q || p) in closed form, where the objective wants it; otherwise log p - log q at the draw.</param>
/// <param name="Reason">Why, in a sentence without a capital and full stop.</param>
/// <param name="IsWanted">The order would allow a closed form, but none is registered for the pair of families, of which one is the user's. Of a
/// pair of Ppl's own none is known, so that there is nothing to advise.</param>
internal sealed record KlDecision(bool ClosedForm, string Reason, bool IsWanted);

/// <summary>Where KL(q || p) in closed form may stand for log q - log p at the draw.</summary>
/// <remarks>
/// Legal at latent z if and only if no latent parent of z in the model is a descendant of z in the guide. (And a closed form must be registered for
/// the two families.)
/// <para>
/// If: let pa(z) be z's parents in the model and qa(z) in the guide. When no member of pa(z) descends from z in the guide's graph, the guide's
/// latents have a topological order in which all of pa(z) and qa(z) come before z. The guide's joint density does not depend on which of its orders
/// is used, so E_q[log q(z | qa) - log p(z | pa)] = E over what comes before z of E_{q(z | qa)}[log q(z | qa) - log p(z | pa)], and the inner
/// expectation is KL(q(. | qa) || p(. | pa)) because pa and qa are constants in it. Replacing one term by its conditional expectation leaves the
/// other terms of the bound alone, by linearity, and cannot raise the variance of this one (Rao-Blackwell).
/// </para>
/// <para>
/// Only if: when some parent u in pa(z) is drawn from z, its value in p(z | u) is no constant under q(z | qa): u carries information about the
/// very z that the inner expectation integrates over, and the KL at the drawn u is the KL of another bound. Example: z1 -> z2 -> x with the guide
/// q(z2 | x) q(z1 | z2): at z2 the closed form would compare q(z2 | x) with p(z2 | z1) for a z1 drawn from z2.
/// </para>
/// Observed parents and covariates are data, constants everywhere.
/// <para>
/// A run of a model with branches reaches a part of the graph. Its guide is the whole guide without the factors and inputs that are not reached.
/// Every edge of the part, in the model as in the guide, is one of the whole, so what is legal in the whole is legal in every part.
/// </para>
/// </remarks>
internal sealed record KlChoice(EquatableArray<KlDecision> Decisions)
{
    public static KlChoice Of(ProgramSpec program, DependencyGraph graph, GuideGraph guide) =>
        new(program.Sites.Select(s => Decide(program, s, graph, guide)).ToEquatable());

    public string ToText(ProgramSpec program) => string.Concat(program.Sites.Where(s => s.IsLatent).Select(
        s => $"{s.ToText(program)}: {(Decisions[s.Id].ClosedForm ? "closed form" : "sampled")}: {Decisions[s.Id].Reason}\n"));

    /// <summary>The decision about one site.</summary>
    public static KlDecision Decide(ProgramSpec program, SiteSpec site, DependencyGraph graph, GuideGraph guide)
    {
        if (!site.IsLatent) return new(false, "observed", false);
        var draws = graph.Draws.Where(d => d.Site == site.Id).ToList();
        var late = draws.SelectMany(d => LateParents(d, graph, guide)).Select(p => VariableName(program, graph.Nodes[p])).Distinct().ToList();
        if (late.Count > 0)
            return new(false, $"its parent{(late.Count > 1 ? "s" : "")} {string.Join(", ", late)} {(late.Count > 1 ? "are" : "is")} drawn after it",
                false);
        var isPushed = site.Family.GuideType.Length == 0;
        if (site.Divergence is null && !isPushed)
            return new(false, $"no closed form of {site.Family.GuideName} || {site.Family.Name} is registered", !site.Family.IsBuiltIn);
        var latentParents = draws.SelectMany(d => d.Parents).Where(p => graph.Nodes[p].IsLatent).Select(p => graph.Nodes[p]);
        var who = string.Join(", ", latentParents.Select(p => VariableName(program, p)).Distinct());
        var order = who.Length == 0 ? $"{program.Element(site)} has no latent parents"
            : $"its latent parents ({who}) do not descend from it in the guide";
        return new(
            true,
            isPushed ? $"only where the guide's family has one with {site.Family.Name}, else log p - log q at the draw; {order}"
                : $"{order}, and {site.Divergence!.Pair} is registered",
            false);
    }

    /// <summary>Whether the decision about a site is for a closed form: of many lengths, no reason has to be told for most.</summary>
    public static bool IsClosedForm(SiteSpec site, DependencyGraph graph, GuideGraph guide) => site.IsLatent
        && (site.Divergence is not null || site.Family.GuideType.Length == 0)
        && !graph.Draws.Any(d => d.Site == site.Id && LateParents(d, graph, guide).Count > 0);

    /// <summary>The parents of a draw that the guide draws from it.</summary>
    private static List<int> LateParents(GraphDraw draw, DependencyGraph graph, GuideGraph guide)
    {
        // The guide draws latents alone.
        if (!draw.Parents.Any(p => graph.Nodes[p].IsLatent)) return [];
        var descendants = guide.Descendants(draw.Node);
        return [.. draw.Parents.Where(descendants.Contains)];
    }

    /// <summary>Elements of one array are named together, so that a reason does not depend on the length it was found at.</summary>
    private static string VariableName(ProgramSpec program, GraphNode node) => program.Variables[node.Variable].Name;
}
