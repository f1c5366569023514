using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>
/// What the encoder of each step of an inverse sees, of all that the inverse conditions it on. A latent in the rows of data sees everything. One
/// outside of them stands for all the data at once, more than a pass has at hand: its parameters are free, and of its neighbours only the latents
/// drawn before it remain, which a family that models their correlation takes in. What is known of a latent is no input of its own encoder, which
/// draws where nothing is known.
/// </summary>
internal sealed class EncoderInputs(ProgramSpec program)
{
    private readonly List<SiteSpec> masked = [.. program.Sites.Where(s => s.Mask is not null)];
    private readonly HashSet<(int Variable, int Known)> known =
        [.. program.Sites.Where(s => s.Known is not null).Select(s => (s.Variable, s.Known!.Value))];

    private readonly bool?[] locals = new bool?[program.Variables.Count];

    /// <summary>Parameters in the order of the signature, then latents in the order of the model.</summary>
    public IReadOnlyList<GraphNode> Of(DependencyGraph graph, InverseStep step)
    {
        var own = graph.Nodes[step.Node].Variable;
        var inputs = new List<GraphNode>(step.Parents.Count);
        foreach (var parent in step.Parents)
        {
            var node = graph.Nodes[parent];
            if ((IsLocal(own) || node.IsLatent) && !known.Contains((own, node.Variable)) && !IsFactor(node)) inputs.Add(node);
        }

        if (masked.Count > 0) inputs = [.. inputs.Union(inputs.SelectMany(input => Masks(graph, input)))];
        inputs.Sort(static (a, b) => a.IsLatent != b.IsLatent ? a.IsLatent.CompareTo(b.IsLatent)
            : a.IsLatent ? a.Id.CompareTo(b.Id)
            : a.Variable != b.Variable ? a.Variable.CompareTo(b.Variable) : a.Element.CompareTo(b.Element));
        return inputs;
    }

    /// <summary>Whether some input has a row for each particle, so that the distribution does.</summary>
    public bool FollowsLatents(DependencyGraph graph, InverseStep step, IReadOnlyList<GraphNode> inputs)
    {
        if (!IsLocal(graph.Nodes[step.Node].Variable)) return false;
        foreach (var input in inputs)
            if (input.IsLatent && IsLocal(input.Variable)) return true;
        return false;
    }

    /// <summary>A factor is observed and has no value that could be seen.</summary>
    private bool IsFactor(GraphNode node) => node.Site >= 0 && program.Sites[node.Site].Kind == SiteKind.Factor;

    /// <summary>
    /// What says which of some data are there, in whichever arm: whoever sees them needs it, since something stands in the place of missing ones.
    /// </summary>
    private IEnumerable<GraphNode> Masks(DependencyGraph graph, GraphNode data) => data.IsLatent ? []
        : masked.Where(s => s.Data == data.Variable).SelectMany(s => s.Mask!.Variable is { } values
            ? graph.Nodes.Where(n => n.Variable == values && n.Element == data.Element)
            : graph.Nodes.Where(n => !n.IsLatent && s.Mask.Parameters.Contains(n.Variable)));

    private bool IsLocal(int variable) => locals[variable] ??= program.IsLocal(program.PlatesOf(program.Variables[variable]));
}
