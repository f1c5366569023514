using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// What the encoder of each step of an inverse sees, of all that the inverse conditions it on. A latent in the rows of data sees everything. One
/// outside of them stands for all the data at once, more than a pass has at hand: its parameters are free, and of its neighbours only the latents
/// drawn before it remain, which a family that models their correlation takes in. What is known of a latent is no input of its own encoder, which
/// draws where nothing is known.
/// </summary>
internal sealed class EncoderInputs(ProgramSpec program, DependencyGraph graph)
{
    private readonly List<SiteSpec> masked = [.. program.Sites.Where(s => s.Mask is not null)];

    /// <summary>Parameters in the order of the signature, then latents in the order of the model.</summary>
    public IReadOnlyList<GraphNode> Of(InverseStep step)
    {
        var isLocal = IsLocal(graph.Nodes[step.Node]);
        var own = program.SitesOf(program.Variables[graph.Nodes[step.Node].Variable]).Select(s => s.Known).ToList();
        var parents = step.Parents.Select(p => graph.Nodes[p])
            .Where(n => (isLocal || n.IsLatent) && !own.Contains(n.Variable) && !IsFactor(n)).ToList();
        var inputs = masked.Count == 0 ? parents : parents.Union(parents.SelectMany(Masks));
        return [.. inputs.OrderBy(n => n.IsLatent).ThenBy(n => n.IsLatent ? n.Id : n.Variable).ThenBy(n => n.IsLatent ? 0 : n.Element)];
    }

    /// <summary>A factor is observed and has no value that could be seen.</summary>
    private bool IsFactor(GraphNode node) => node.Site >= 0 && program.Sites[node.Site].Kind == SiteKind.Factor;

    /// <summary>
    /// What says which of some data are there, in whichever arm: whoever sees them needs it, since something stands in the place of missing ones.
    /// </summary>
    private IEnumerable<GraphNode> Masks(GraphNode data) => data.IsLatent ? []
        : masked.Where(s => s.Data == data.Variable).SelectMany(s => s.Mask!.Variable is { } values
            ? graph.Nodes.Where(n => n.Variable == values && n.Element == data.Element)
            : graph.Nodes.Where(n => !n.IsLatent && s.Mask.Parameters.Contains(n.Variable)));

    /// <summary>Whether some input has a row for each particle, so that the distribution does.</summary>
    public bool FollowsLatents(InverseStep step, IEnumerable<GraphNode> inputs) =>
        IsLocal(graph.Nodes[step.Node]) && inputs.Any(n => n.IsLatent && IsLocal(n));

    private bool IsLocal(GraphNode node) => program.IsLocal(program.PlatesOf(program.Variables[node.Variable]));
}
