using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>A random variable of the program at given lengths of its loops, or a covariate of a plate.</summary>
/// <param name="Id">Its position among the nodes.</param>
/// <param name="Variable">The variable that holds it.</param>
/// <param name="Element">The element of an indexed site, or -1.</param>
/// <param name="Site">The site that draws it, or -1 for a covariate, and for what is known of a latent, which is its one parent.</param>
/// <param name="IsLatent">Whether the guide has to draw it.</param>
/// <param name="Name">Its name: <c>z</c>, <c>h[2]</c>.</param>
internal sealed record GraphNode(int Id, int Variable, int Element, int Site, bool IsLatent, string Name)
{
    /// <summary>How late the guide draws it: inner plates after outer ones, and all that lies in rows of data after all that does not.</summary>
    public int Tier { get; init; }

    /// <summary>The rows of data that it stands in: their plate, or -1 outside of all.</summary>
    public int Rows { get; init; } = -1;
}

/// <summary>An edge that no gradient passes.</summary>
/// <param name="Parent">Its lower node.</param>
/// <param name="Stop">The operation on the way.</param>
internal sealed record StoppedEdge(int Parent, GradientStop Stop);

/// <summary>What one site draws or weighs, of a variable that exclusive arms of a branch may draw at several.</summary>
/// <param name="Node">The variable's node.</param>
/// <param name="Site">The site.</param>
/// <param name="Parents">What its own distribution is computed from, ascending.</param>
/// <param name="Plates">The plates that this distribution is computed inside of, by whatever it reads, ascending.</param>
internal sealed record GraphDraw(int Node, int Site, EquatableArray<int> Parents, EquatableArray<int> Plates)
{
    /// <summary>Those of the plates that it is computed inside of on some ways through the branches only.</summary>
    public EquatableArray<int> Sometimes { get; init; }
}

/// <summary>Rows of data that an index picks out of their own plate: a row that reads others.</summary>
/// <param name="Variable">The variable with the rows.</param>
/// <param name="By">The index.</param>
/// <param name="Plate">The plate of rows.</param>
/// <param name="Anchor">Where it is written.</param>
internal sealed record RowsPick(int Variable, int By, int Plate, int Anchor);

/// <summary>
/// The directed graph of a program: which random variables each one's distribution is computed from, through whatever locals. Nodes stand in
/// the order of execution, covariates first, so that every edge goes from a lower to a higher id. Branches give it all their arms: what a run
/// reaches is a part of it.
/// </summary>
/// <param name="Nodes">Covariates in the order of the signature, then sites as they run.</param>
/// <param name="Parents">For each node its parents, ascending.</param>
internal sealed record DependencyGraph(EquatableArray<GraphNode> Nodes, EquatableArray<EquatableArray<int>> Parents)
{
    /// <summary>For each node the edges to its parents that no gradient passes, on whichever way. The others pass one.</summary>
    public EquatableArray<EquatableArray<StoppedEdge>> Stopped { get; init; } = Nodes.Select(_ => EquatableArray<StoppedEdge>.Empty).ToEquatable();

    /// <summary>The draws and observations that make up the nodes, as they run.</summary>
    public EquatableArray<GraphDraw> Draws { get; init; }

    /// <summary>Branches that depend on what is not known before a pass, and draws that depend on each other in a circle.</summary>
    public EquatableArray<Issue> Faults { get; init; }

    /// <summary>The nodes that a site draws, or observes.</summary>
    public IEnumerable<GraphNode> NodesOf(SiteSpec site) => Draws.Where(d => d.Site == site.Id).Select(d => Nodes[d.Node]);

    /// <summary>Where rows of data are picked out of their plate by an index.</summary>
    public EquatableArray<RowsPick> Picks { get; init; } = EquatableArray<RowsPick>.Empty;

    /// <summary>Reads of slices of data that the run has not observed yet.</summary>
    public EquatableArray<EarlyRead> EarlyReads { get; init; } = EquatableArray<EarlyRead>.Empty;

    /// <summary>The recorded values, each with the plates that it is computed inside of.</summary>
    public EquatableArray<(int Record, EquatableArray<int> Plates)> Records { get; init; } = EquatableArray<(int, EquatableArray<int>)>.Empty;

    public IEnumerable<int> Latents => Nodes.Where(n => n.IsLatent).Select(n => n.Id);

    public IEnumerable<int> Children(int node)
    {
        for (var child = 0; child < Nodes.Count; child++)
            if (Parents[child].Contains(node)) yield return child;
    }

    /// <summary>Nodes that can be reached from <paramref name="node"/> along edges, without itself.</summary>
    public ISet<int> Descendants(int node)
    {
        var found = new SortedSet<int>();
        for (var candidate = node + 1; candidate < Nodes.Count; candidate++)
            if (Parents[candidate].Any(p => p == node || found.Contains(p))) found.Add(candidate);
        return found;
    }

    /// <summary>The variables of the latents that a site's own distribution is computed from, ascending.</summary>
    public IEnumerable<int> LatentParents(SiteSpec site) => Draws.Where(d => d.Site == site.Id).SelectMany(d => d.Parents)
        .Where(n => Nodes[n].IsLatent).Select(n => Nodes[n].Variable).Distinct().OrderBy(v => v);

    /// <summary>The variables of the sites that a site follows along edges, ascending: its own where elements follow each other.</summary>
    public IEnumerable<int> Above(SiteSpec site)
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>(NodesOf(site).Select(n => n.Id));
        while (open.Count > 0)
        {
            foreach (var parent in Parents[open.Pop()].Where(reached.Add)) open.Push(parent);
        }

        return reached.Where(n => Nodes[n].Site >= 0).Select(n => Nodes[n].Variable).Distinct().OrderBy(v => v);
    }

    public string ToText()
    {
        var text = new StringBuilder();
        for (var node = 0; node < Nodes.Count; node++)
        {
            var parents = string.Join(", ", Parents[node].Select(p => Nodes[p].Name));
            var kind = Nodes[node].Site < 0 ? Parents[node].Count > 0 ? "known" : "covariate" : Nodes[node].IsLatent ? "latent" : "observed";
            text.Append($"{kind} {Nodes[node].Name} <- {{{parents}}}\n");
        }

        return text.ToString();
    }

    /// <summary>Runs the program's data flow with every length the same.</summary>
    public static DependencyGraph? Build(ProgramSpec program, int length) => Build(program, [.. program.Lengths.Select(_ => length)]);

    /// <summary>Runs the program's data flow at given lengths.</summary>
    /// <returns>The graph; or null where the program has no such run: an index lies outside its array, or is drawn twice.</returns>
    public static DependencyGraph? Build(ProgramSpec program, IReadOnlyList<int> lengths) => new FlowRun(program, lengths).Build();
}
