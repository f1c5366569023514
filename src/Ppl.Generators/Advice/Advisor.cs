using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Advice;

/// <summary>What a sound model may want to change, read off its graph and its plan.</summary>
internal static class Advisor
{
    /// <summary>Long enough that first, last and inner rounds of a loop all occur.</summary>
    private const int Length = 4;

    public static IEnumerable<Issue> Advise(InferencePlan plan)
    {
        if (!plan.IsSound) yield break;
        foreach (var unnamed in plan.Program.Sites.Select(s => s.UnnamedProbs).OfType<UnnamedProbsSpec>())
            yield return new Issue(Rules.UnnamedProbs, unnamed.Anchor, new EquatableArray<string>([unnamed.Argument, unnamed.Family]));

        // What becomes of a submodel's latents is its callers' affair.
        if (plan.Model.IsSubmodel || DependencyGraph.Build(plan.Program, Math.Max(Length, plan.MinimalLength)) is not { } graph) yield break;
        foreach (var reach in GradientReach.Of(plan.Program, graph).Sites)
        {
            // A site in a loop is judged by its best element: a last one that nothing reads is how loops end.
            var site = plan.Program.Sites[reach.Site];
            var below = graph.NodesOf(site).Select(n => graph.Descendants(n.Id)).ToList();
            if (reach.IsUnused && site.Known is null) yield return Of(Rules.UnusedLatent, site, site.Name);
            else if (below.All(d => d.All(n => graph.Nodes[n].IsLatent))) yield return Of(Rules.UnobservedLatent, site, site.Name);
            foreach (var use in reach.Stopped.Where(u => u.Stop.Kind == StopKind.Flat))
                yield return new Issue(Rules.PartialGradient, use.Stop.Anchor, new EquatableArray<string>([site.Name, use.Stop.Operation, use.By]));
            if (plan.Sites[site.Id].Kl.IsWanted) yield return Of(Rules.SampledKl, site, site.Name, plan.Sites[site.Id].Kl.Reason);
        }
    }

    private static Issue Of(string rule, SiteSpec site, params string[] arguments) => new(rule, site.Anchor, arguments.ToEquatable());
}
