using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>What an engine trains: the model, its guide, and the networks of the objective that is raised now.</summary>
/// <param name="model">The model.</param>
/// <param name="guide">Its guide.</param>
/// <param name="objective">Tells the objective of now, whose networks may be none.</param>
internal sealed class TrainedNetworks(GenerativeModel model, Guide guide, Func<Objective> objective)
{
    /// <summary>The model's name.</summary>
    public string Name => guide.Plan.Model;

    /// <summary>Each network with the name that its parameters have in front.</summary>
    public IEnumerable<(string Owner, nn.Module Network)> All
    {
        get
        {
            yield return ("model", model);
            yield return ("guide", guide);
            if (objective().Networks is { } own) yield return ("objective", own);
        }
    }

    /// <summary>Every parameter, as the modules list them.</summary>
    public IEnumerable<TorchSharp.Modules.Parameter> Parameters() => All.SelectMany(pair => pair.Network.parameters());

    /// <summary>The name, and whose networks there are.</summary>
    public override string ToString() => $"{Name}: {string.Join(", ", All.Select(pair => pair.Owner))}";
}
