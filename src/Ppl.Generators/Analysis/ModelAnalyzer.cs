using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>Runs the passes in their order: graph, inverse, plates, gradients, divergences; and for loops the search for a repeating guide.</summary>
internal static class ModelAnalyzer
{
    /// <summary>Long enough that the ends of a loop's guide and its repeating middle are told apart.</summary>
    private const int UnrolledLength = 8;

    /// <summary>The plan of a model.</summary>
    public static InferencePlan Analyze(ModelSpec model)
    {
        if (!model.IsSound || model.IsSubmodel) return Empty(model, []);
        var program = model.Program;
        var slices = SliceCoverage.Of(program, UnrolledLength);
        if (slices.Issues.Count > 0) return Empty(model, slices.Issues);
        if (slices.OtherCounts(program).ToList() is { Count: > 0 } others) return Empty(model, others);
        var inverses = new Inverses(program, amongLatents: program.Variables.Any(v => v.OpenSize is not null));
        if (inverses.At(UnrolledLength) is not { Graph: var graph } inverse) return Empty(model, [IndexedIssue(Rules.ElementsIncomplete, program)]);
        if (graph.Faults.Count > 0) return Empty(model, graph.Faults);
        var hasLoops = program.Lengths.Count > 0;
        var guide = hasLoops ? LoopPattern.Find(program, inverses, slices, UnrolledLength) : Straight(inverse);
        if (guide is not null) guide = guide with { Steps = PickedInputs.In(program, guide.Steps) };
        var all = hasLoops && guide is not null ? All(program, inverses, guide.MinimalLength) : [inverse];
        var plates = PlateDependence.Of(program, [.. all.Select(i => i.Graph)]);
        var issues = plates.Issues(program).Concat(SliceCoverage.EarlyReads(program, graph)).ToList();
        if (guide is null) issues.Add(IndexedIssue(Rules.PatternDoesNotRepeat, program));
        issues.AddRange(GradientReach.Of(program, graph).Issues(program));
        if (hasLoops) issues.AddRange(FaultsOfLonger(program, inverses).Take(1));
        return new InferencePlan
        {
            Model = model,
            Guide = guide?.Steps ?? EquatableArray<GuideStep>.Empty,
            MinimalLength = guide?.MinimalLength ?? 0,
            Sites = Sites(program, graph, guide, plates, AtEveryLength(program, all)).ToEquatable(),
            Inputs = Inputs(model).ToEquatable(),
            Sliced = slices.Data,
            Issues = issues.ToEquatable(),
        };
    }

    private static IEnumerable<SitePlan> Sites(
        ProgramSpec program, DependencyGraph graph, LoopPattern? guide, PlateDependence plates, IReadOnlyList<KlDecision> divergences)
    {
        var steps = (guide?.Steps ?? EquatableArray<GuideStep>.Empty)
            .SelectMany<GuideStep, EncodeStep>(s => s is GuideLoop loop ? loop.Body : [(EncodeStep)s]).ToList();
        return program.Sites.Select(site => new SitePlan
        {
            Site = site,
            Depends = plates.Depends[site.Id],
            Kl = divergences[site.Id],
            Parents = graph.LatentParents(site).ToEquatable(),
            Follows = graph.Above(site).ToEquatable(),
            Steps = steps.Where(s => site.IsLatent && s.Target.Variable == site.Variable).ToEquatable(),
            IsLocal = program.IsLocal(site.Plates),
        });
    }

    private static IEnumerable<InputPlan> Inputs(ModelSpec model)
    {
        var program = model.Program;
        var read = ProgramReads.Of(program);
        return program.Parameters.Select(p => new InputPlan(
            p.Id, read.Contains(p.Id), read.Contains(p.Id) || model.IsObserved(p) || program.NamedParameters.Contains(p.Id)));
    }

    /// <summary>The inverses of every length from the shortest at which the guide is right to well past where its pattern was read.</summary>
    private static List<Inverse> All(ProgramSpec program, Inverses inverses, int minimal) =>
        [.. Enumerable.Range(minimal, UnrolledLength + 2 - minimal).SelectMany(n => LoopPattern.Around(program, n, UnrolledLength + 1))
            .Select(inverses.At).OfType<Inverse>()];

    /// <summary>Faults where lengths differ from each other, and where all are longer.</summary>
    private static IEnumerable<Issue> FaultsOfLonger(ProgramSpec program, Inverses inverses) =>
        new[] { UnrolledLength, UnrolledLength + 1 }.SelectMany(n => LoopPattern.Around(program, n, UnrolledLength + 1))
            .Select(inverses.At).OfType<Inverse>().SelectMany(i => i.Graph.Faults);

    /// <summary>
    /// A closed form is taken only where it is legal at every length; otherwise the reason is that of the first length where it is not.
    /// </summary>
    private static IReadOnlyList<KlDecision> AtEveryLength(ProgramSpec program, List<Inverse> inverses) => [.. program.Sites.Select(site =>
    {
        var decisive = inverses.Find(i => !KlChoice.IsClosedForm(site, i.Graph, i.Guide)) ?? inverses[inverses.Count - 1];
        return KlChoice.Decide(program, site, decisive.Graph, decisive.Guide);
    })];

    /// <summary>The guide of a model without loops of unknown length: the inverse as it stands.</summary>
    private static LoopPattern Straight(Inverse inverse)
    {
        var steps = inverse.Unrolled.Steps.Select(step => (GuideStep)new EncodeStep(
            step.Target.ToRead(), step.Inputs.Select(p => p.ToRead()).ToEquatable(), step.FollowsLatents));
        return new(steps.ToEquatable(), 0);
    }

    private static Issue IndexedIssue(string rule, ProgramSpec program)
    {
        var site = program.Sites.FirstOrDefault(s => s.IsLatent && s.Index is not null) ?? program.Sites.First(s => s.Index is not null);
        return new Issue(rule, site.Anchor, new EquatableArray<string>([site.Name]));
    }

    private static InferencePlan Empty(ModelSpec model, IEnumerable<Issue> issues) => new()
    {
        Model = model,
        Guide = EquatableArray<GuideStep>.Empty,
        MinimalLength = 0,
        Sites = EquatableArray<SitePlan>.Empty,
        Inputs = EquatableArray<InputPlan>.Empty,
        Sliced = EquatableArray<SlicedData>.Empty,
        Issues = issues.ToEquatable(),
    };
}
