using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Tests;

/// <summary>The inverse of every graph of up to five nodes against d-separation, decided by brute force over paths.</summary>
public class InversionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_inverse_asserts_no_independence_that_the_model_lacks_and_keeps_no_edge_in_vain(int size)
    {
        var graphs = 0;
        var redundant = 0;
        foreach (var graph in Graphs(size))
        {
            graphs++;
            var inverse = FaithfulInversion.Of(graph);
            Assert.Equal(graph.Latents.Order(), inverse.Steps.Select(s => s.Node).Order());
            var known = Enumerable.Range(0, size).Except(graph.Latents).ToHashSet();
            foreach (var step in inverse.Steps)
            {
                // What the guide knows when it draws this latent, and does not use, must be independent of it given what it uses.
                Assert.All(step.Parents, parent => Assert.Contains(parent, known));
                var others = known.Except(step.Parents).ToList();
                if (others.Any(other => !Separated(graph, step.Node, other, [.. step.Parents])))
                    Assert.Fail($"unsound:\n{graph.ToText()}{inverse.ToText(graph)}");

                // Minimal where data reach every latent: without any one parent the factor would lose a dependence.
                if (graph.Latents.All(l => graph.Descendants(l).Any(d => !graph.Nodes[d].IsLatent))) redundant += step.Parents.Count(parent => Separated(graph, step.Node, parent, [.. step.Parents.Where(p => p != parent)]));
                known.Add(step.Node);
            }
        }

        Assert.True(graphs >= 1 << (size - 1));
        Assert.Equal(0, redundant);
    }

    [Fact]
    public void A_chain_is_inverted_from_the_data_up()
    {
        var graph = Graph(4, [(0, 1), (1, 2), (2, 3)], latents: [0, 1, 2]);
        Assert.Equal("q(n2 | n3)\nq(n1 | n2)\nq(n0 | n1)\n", FaithfulInversion.Of(graph).ToText(graph));
    }

    [Fact]
    public void Explaining_away_makes_causes_dependent()
    {
        var graph = Graph(3, [(0, 2), (1, 2)], latents: [0, 1]);
        Assert.Equal("q(n1 | n2)\nq(n0 | n1, n2)\n", FaithfulInversion.Of(graph).ToText(graph));
    }

    [Fact]
    public void Eliminating_a_common_cause_fills_in()
    {
        var graph = Graph(4, [(0, 1), (0, 2), (1, 3), (2, 3)], latents: [0, 1, 2]);
        Assert.Equal("q(n2 | n3)\nq(n1 | n2, n3)\nq(n0 | n1, n2)\n", FaithfulInversion.Of(graph).ToText(graph));
    }

    /// <summary>Every graph whose edges go upwards, with every choice of latents; observed nodes without parents stand for covariates too.</summary>
    private static IEnumerable<DependencyGraph> Graphs(int size)
    {
        var pairs = (from child in Enumerable.Range(0, size) from parent in Enumerable.Range(0, child) select (parent, child)).ToList();
        for (var edges = 0; edges < 1 << pairs.Count; edges++)
        {
            var chosen = pairs.Where((_, i) => (edges >> i & 1) == 1).ToList();
            for (var latents = 0; latents < 1 << size; latents++)
                yield return Graph(size, chosen, [.. Enumerable.Range(0, size).Where(n => (latents >> n & 1) == 1)]);
        }
    }

    private static DependencyGraph Graph(int size, IReadOnlyList<(int Parent, int Child)> edges, int[] latents) => new(
        Enumerable.Range(0, size).Select(n => new GraphNode(n, n, -1, n, latents.Contains(n), $"n{n}")).ToEquatable(),
        Enumerable.Range(0, size).Select(n => edges.Where(e => e.Child == n).Select(e => e.Parent).Order().ToEquatable()).ToEquatable());

    /// <summary>Whether every path between two nodes is blocked given a set: walks all simple paths and applies the definition to each.</summary>
    private static bool Separated(DependencyGraph graph, int from, int to, HashSet<int> given)
    {
        bool Edge(int a, int b) => graph.Parents[b].Contains(a);
        bool Open(int before, int at, int after) => Edge(before, at) && Edge(after, at)
            ? given.Contains(at) || graph.Descendants(at).Overlaps(given)
            : !given.Contains(at);
        bool Reaches(List<int> path)
        {
            var last = path[^1];
            if (last == to) return true;
            for (var next = 0; next < graph.Nodes.Count; next++)
            {
                if (path.Contains(next) || !(Edge(last, next) || Edge(next, last))) continue;
                if (path.Count > 1 && !Open(path[^2], last, next)) continue;
                path.Add(next);
                if (Reaches(path)) return true;
                path.RemoveAt(path.Count - 1);
            }

            return false;
        }

        return !Reaches([from]);
    }
}
