using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// Guides that assert no independence the model lacks: the inverse of its graph, after NaMI: Webb, Golinski, Zinkov, Siddharth, Rainforth, Teh,
/// Wood (2018), "Faithful Inversion of Generative Models for Effective Amortized Inference", arXiv:1712.00287; and the factors of the exact
/// posterior in the model's own order.
/// </summary>
/// <remarks>
/// The graph is moralized, then latents are eliminated one by one. The neighbours that a latent still has when it is eliminated are its parents in
/// the guide, and become neighbours of each other (fill-in). By construction they separate it from everything that is not yet eliminated, so the
/// guide's factor loses nothing. The guide draws in the reverse order, so the latents of inner plates are eliminated before those of outer ones,
/// whose values all the rows share. Within a tier, an inverse takes them in a topological order of the model, each as soon as its latent parents are
/// gone; among those that may go next, the one that causes the least fill-in goes first, in a grid with an open side the least between latents, and
/// the earlier one where that ties. A top-down guide takes them from the last to the first.
/// <para>
/// Where every latent has an observed descendant, no parent is in vain: the moral graph is then that of the ancestors of the data, in which two nodes
/// are separated exactly when the model makes them independent, and a neighbour at elimination is one that an open path reaches. A latent without
/// observed descendants (PPL0102) still gives a correct guide, but it marries its parents for nothing.
/// </para>
/// <para>
/// Branches: the graph is that of all arms. Two nodes are neighbours after eliminating others exactly where a path of these joins them, and every
/// such path of the part that a run reaches is one of the whole graph. So the guide without what is not reached conditions each latent on at least
/// what its own inverse would, and still asserts no independence that the run's model lacks.
/// </para>
/// </remarks>
internal static class FaithfulInversion
{
    /// <summary>From the data up.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="amongLatents">
    /// Whether only fill-in between latents counts. In a grid of latents the data that a latent has come to see are more with each step, so that the
    /// other count takes another order at first; this one goes along the grid's open side from the start.
    /// </param>
    public static GuideGraph Of(DependencyGraph graph, bool amongLatents = false)
    {
        var counted = new NumberSet();
        counted.UnionWith(amongLatents ? graph.Latents : graph.Nodes.Select(n => n.Id));
        return Eliminate(graph, (inner, neighbours) =>
        {
            var (next, least) = (-1, int.MaxValue);
            foreach (var candidate in inner)
            {
                if (inner.Overlaps(graph.Parents[candidate])) continue;
                var missing = CountMissing(neighbours, candidate, counted);
                if (missing < least) (next, least) = (candidate, missing);
            }

            return next;
        });
    }

    /// <summary>In the model's order, within a tier: the last latent is eliminated first.</summary>
    public static GuideGraph TopDown(DependencyGraph graph) => Eliminate(graph, (inner, _) => inner.Last());

    private static GuideGraph Eliminate(DependencyGraph graph, Func<NumberSet, NumberSet[], int> choose)
    {
        var neighbours = Moralize(graph);
        var remaining = graph.Latents.ToList();
        var steps = new List<InverseStep>();
        var fillIn = new List<(int, int)>();
        while (remaining.Count > 0)
        {
            var tier = remaining.Max(v => graph.Nodes[v].Tier);
            var inner = new NumberSet();
            inner.UnionWith(remaining.Where(v => graph.Nodes[v].Tier == tier));
            var next = choose(inner, neighbours);
            foreach (var edge in MissingEdges(neighbours, next).ToList())
            {
                Connect(neighbours, edge.Item1, edge.Item2);
                fillIn.Add(edge);
            }

            steps.Add(new InverseStep(next, neighbours[next].ToEquatable()));
            foreach (var neighbour in neighbours[next]) neighbours[neighbour].Remove(next);
            remaining.Remove(next);
        }

        steps.Reverse();
        return new(steps.ToEquatable(), fillIn.ToEquatable());
    }

    /// <summary>Drops directions and marries the parents of each node.</summary>
    public static NumberSet[] Moralize(DependencyGraph graph)
    {
        var neighbours = graph.Nodes.Select(_ => new NumberSet()).ToArray();
        for (var node = 0; node < graph.Nodes.Count; node++)
        {
            foreach (var parent in graph.Parents[node])
            {
                Connect(neighbours, parent, node);
                foreach (var other in graph.Parents[node])
                    if (other < parent) Connect(neighbours, other, parent);
            }
        }

        return neighbours;
    }

    private static void Connect(NumberSet[] neighbours, int a, int b)
    {
        neighbours[a].Add(b);
        neighbours[b].Add(a);
    }

    private static IEnumerable<(int, int)> MissingEdges(NumberSet[] neighbours, int node)
    {
        foreach (var a in neighbours[node])
            foreach (var b in neighbours[node])
                if (a < b && !neighbours[a].Contains(b)) yield return (a, b);
    }

    /// <summary>How many edges are missing, of those between two of the nodes that count: each is missed from both its ends.</summary>
    private static int CountMissing(NumberSet[] neighbours, int node, NumberSet counted)
    {
        var ends = 0;
        foreach (var neighbour in neighbours[node])
            if (counted.Contains(neighbour)) ends += neighbours[node].CountIn(counted, neighbours[neighbour]) - 1;
        return ends / 2;
    }
}
