using System.Text;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>One latent of the guide.</summary>
/// <param name="Node">The latent's node.</param>
/// <param name="Parents">What q(latent | ...) is conditioned on, ascending: data, covariates and latents drawn before it.</param>
internal sealed record InverseStep(int Node, EquatableArray<int> Parents);

/// <summary>The structure of the guide at one length of the program's loops.</summary>
/// <param name="Steps">The latents in the order in which the guide draws them.</param>
/// <param name="FillIn">Edges added while eliminating, each (lower, higher), in the order they appeared.</param>
internal sealed record GuideGraph(EquatableArray<InverseStep> Steps, EquatableArray<(int, int)> FillIn)
{
    public static GuideGraph Of(ProgramSpec program, DependencyGraph graph, bool amongLatents = false) => program.Structure switch
    {
        GuideStructure.TopDown => FaithfulInversion.TopDown(graph),
        GuideStructure.MeanField => MeanField.Of(graph),
        _ => FaithfulInversion.Of(graph, amongLatents),
    };

    /// <summary>The latents that the guide draws after <paramref name="node"/> and from it, directly or through others.</summary>
    public NumberSet Descendants(int node)
    {
        var found = new NumberSet();
        foreach (var step in Steps)
        {
            foreach (var parent in step.Parents)
            {
                if (parent != node && !found.Contains(parent)) continue;
                found.Add(step.Node);
                break;
            }
        }

        return found;
    }

    public string ToText(DependencyGraph graph)
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
            text.Append($"q({graph.Nodes[step.Node].Name} | {string.Join(", ", step.Parents.Select(p => graph.Nodes[p].Name))})\n");
        foreach (var (a, b) in FillIn) text.Append($"fill-in {graph.Nodes[a].Name} - {graph.Nodes[b].Name}\n");
        return text.ToString();
    }
}
