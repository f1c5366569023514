using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The networks of an objective by name. They stay the user's: none is disposed of with it.</summary>
internal sealed class ObjectiveNetworks : nn.Module
{
    /// <param name="networks">Each with the name that its parameters have in front.</param>
    public ObjectiveNetworks(params IReadOnlyList<(string Name, nn.Module Network)> networks) : base(nameof(ObjectiveNetworks))
    {
        foreach (var (name, network) in networks) register_module(name, network);
    }
}
