using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A network of an objective by its name. It stays the user's: it is not disposed of with this.</summary>
internal sealed class ObjectiveNetworks : nn.Module
{
    private ObjectiveNetworks(string name, nn.Module network) : base(nameof(ObjectiveNetworks)) => register_module(name, network);

    /// <summary>A network, as the engine is told of it.</summary>
    /// <param name="name">What its parameters have in front, after <c>objective.</c>.</param>
    /// <param name="network">The network.</param>
    public static ObjectiveNetworks Of(string name, nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network, name);
        return new(name, network);
    }
}
