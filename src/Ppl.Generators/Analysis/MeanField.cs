using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// The guide whose factors see no latent. A latent in the rows of data sees the data and covariates that an open path of those rows joins it to:
/// those next to it in the moral graph, and next to the latents of the same rows that it hangs together with. Steps stand in the model's order.
/// </summary>
internal static class MeanField
{
    public static GuideGraph Of(DependencyGraph graph)
    {
        var neighbours = FaithfulInversion.Moralize(graph);

        // No factor sees a latent, so that a plate's latents need not wait for what stands outside of it; the rows of data wait for all others.
        var steps = graph.Latents.OrderBy(v => graph.Nodes[v].Rows >= 0).ThenBy(v => v)
            .Select(v => new InverseStep(v, Data(graph, neighbours, v).ToEquatable()));
        return new(steps.ToEquatable(), []);
    }

    private static NumberSet Data(DependencyGraph graph, NumberSet[] neighbours, int latent)
    {
        var (data, seen, next) = (new NumberSet(), new HashSet<int> { latent }, new Queue<int>());
        next.Enqueue(latent);
        while (next.Count > 0)
        {
            foreach (var neighbour in neighbours[next.Dequeue()])
            {
                if (!graph.Nodes[neighbour].IsLatent) data.Add(neighbour);
                else if (graph.Nodes[neighbour].Rows == graph.Nodes[latent].Rows && seen.Add(neighbour)) next.Enqueue(neighbour);
            }
        }

        return data;
    }
}
