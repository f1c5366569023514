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
    [InlineData(4, GuideStructure.TopDown)]
    [InlineData(5, GuideStructure.TopDown)]
    public void The_inverse_asserts_no_independence_that_the_model_lacks_and_keeps_no_edge_in_vain(int size, GuideStructure structure = GuideStructure.FaithfulInverse)
    {
        var graphs = 0;
        var redundant = 0;
        foreach (var graph in Graphs(size))
        {
            graphs++;
            var inverse = structure == GuideStructure.TopDown ? FaithfulInversion.TopDown(graph) : FaithfulInversion.Of(graph);
            if (structure == GuideStructure.TopDown) Assert.Equal(graph.Latents, inverse.Steps.Select(s => s.Node));
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

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_mean_field_factor_sees_the_data_that_its_latent_depends_on_and_no_other(int size)
    {
        var graphs = 0;
        foreach (var graph in Graphs(size))
        {
            // A latent without data below it marries its parents for nothing.
            if (!graph.Latents.All(l => graph.Descendants(l).Any(d => !graph.Nodes[d].IsLatent))) continue;
            graphs++;
            var data = Enumerable.Range(0, size).Except(graph.Latents).ToList();
            foreach (var step in MeanField.Of(graph).Steps)
            {
                var needed = data.Where(d => !Separated(graph, step.Node, d, [.. data.Where(other => other != d)]));
                Assert.Equal(needed, step.Parents);
            }
        }

        Assert.True(graphs > 10);
    }

    [Fact]
    public void Mean_field_factors_see_the_data_of_their_own_rows()
    {
        var graph = Graph(5, [(0, 1), (0, 2), (1, 3), (2, 4)], latents: [0, 1, 2]);
        graph = graph with { Nodes = graph.Nodes.Select(n => n with { Tier = n.Id == 0 ? 0 : 1000, Rows = n.Id == 0 ? -1 : (n.Id + 1) % 2 }).ToEquatable() };
        Assert.Equal("q(n0 | )\nq(n1 | n3)\nq(n2 | n4)\n", MeanField.Of(graph).ToText(graph));
    }

    [Fact]
    public void Top_down_a_chain_is_drawn_as_the_model_draws_it()
    {
        var graph = Graph(4, [(0, 1), (1, 2), (2, 3)], latents: [0, 1, 2]);
        Assert.Equal("q(n0 | n3)\nq(n1 | n0, n3)\nq(n2 | n1, n3)\nfill-in n1 - n3\nfill-in n0 - n3\n", FaithfulInversion.TopDown(graph).ToText(graph));
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
