using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>Runs the passes in their order: graph, inverse, plates, gradients, divergences; and for loops the search for a repeating guide.</summary>
internal static class ModelAnalyzer
{
    /// <summary>Long enough that the ends of a loop's guide and its repeating middle are told apart.</summary>
    private const int UnrolledLength = 8;

    public static InferencePlan Analyze(ModelSpec model)
    {
        if (model.Issues.Count > 0 || model.CompilerError.Length > 0) return Empty(model, []);
        var graph = DependencyGraph.Build(model, UnrolledLength);
        if (graph is null) return Empty(model, [ElementsIssue(model)]);
        var inverse = FaithfulInversion.Of(graph);
        var hasLoops = model.Length.Length > 0;
        var guide = hasLoops ? LoopPattern.Find(model, UnrolledLength) : Straight(graph, inverse);
        var graphs = hasLoops && guide is not null ? Graphs(model, guide.MinimalLength) : [graph];
        var plates = graphs.Select(g => PlatedAnalysis.Of(model, g)).ToList();
        var issues = plates.SelectMany(p => p.Mixed).Distinct()
            .Select(site => new Issue(Rules.MixedPlating, model.Sites[site].Anchor, new EquatableArray<string>([model.Sites[site].Name]))).ToList();
        if (guide is null) issues.Add(PatternIssue(model));
        issues.AddRange(GradientReach.Of(model, graph).Issues(model));
        return new InferencePlan
        {
            Model = model,
            Guide = guide?.Steps ?? EquatableArray<GuideStep>.Empty,
            MinimalLength = guide?.MinimalLength ?? 0,
            IsPlated = model.Sites.Select(s => plates.Any(p => p.IsPlated[s.Id])).ToEquatable(),
            Kl = AtEveryLength(model, graphs),
            Issues = issues.ToEquatable(),
        };
    }

    /// <summary>The graphs of every length from the shortest at which the guide is right to well past where its pattern was read.</summary>
    private static List<DependencyGraph> Graphs(ModelSpec model, int minimal) =>
        [.. Enumerable.Range(minimal, UnrolledLength + 2 - minimal).Select(n => DependencyGraph.Build(model, n)).Where(g => g is not null)
            .Select(g => g!)];

    /// <summary>
    /// A closed form is taken only where it is legal at every length; otherwise the reason is that of the first length where it is not.
    /// </summary>
    private static EquatableArray<KlDecision> AtEveryLength(ModelSpec model, List<DependencyGraph> graphs)
    {
        var choices = graphs.Select(g => KlChoice.Of(model, g, FaithfulInversion.Of(g)).Decisions).ToList();
        return model.Sites.Select(s => choices.Select(c => c[s.Id]).FirstOrDefault(d => !d.ClosedForm) ?? choices[choices.Count - 1][s.Id])
            .ToEquatable();
    }

    /// <summary>The guide of a model without loops of unknown length: the inverse as it stands.</summary>
    private static LoopPattern Straight(DependencyGraph graph, FaithfulInversion inverse)
    {
        var steps = inverse.Steps.Select(step => (GuideStep)new EncodeStep(
            Constant(graph.Nodes[step.Node]), step.Parents.Select(p => graph.Nodes[p]).InInputOrder().Select(Constant).ToEquatable(),
            step.Parents.Any(p => graph.Nodes[p].IsLatent)));
        return new(steps.ToEquatable(), 0);
    }

    private static Read Constant(GraphNode node) => new(node.Variable, node.Element < 0 ? null : IndexSpec.Constant(node.Element));

    /// <summary>Parameters in the order of the signature, then latents in the order of the model.</summary>
    public static IEnumerable<GraphNode> InInputOrder(this IEnumerable<GraphNode> nodes) =>
        nodes.OrderBy(n => n.IsLatent).ThenBy(n => n.IsLatent ? n.Id : n.Variable);

    private static Issue ElementsIssue(ModelSpec model)
    {
        var site = model.Sites.First(s => s.Index is not null);
        return new Issue(Rules.ElementsIncomplete, site.Anchor, new EquatableArray<string>([site.Name]));
    }

    private static Issue PatternIssue(ModelSpec model)
    {
        var site = model.Sites.First(s => s.Index is not null);
        return new Issue(Rules.PatternDoesNotRepeat, site.Anchor, new EquatableArray<string>([site.Name]));
    }

    private static InferencePlan Empty(ModelSpec model, IEnumerable<Issue> issues) => new()
    {
        Model = model,
        Guide = EquatableArray<GuideStep>.Empty,
        MinimalLength = 0,
        IsPlated = model.Sites.Select(_ => true).ToEquatable(),
        Kl = model.Sites.Select(_ => new KlDecision(false, "", false)).ToEquatable(),
        Issues = issues.ToEquatable(),
    };
}
