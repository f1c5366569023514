using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>How the networks inside flows begin.</summary>
internal static class FlowNetwork
{
    private const double InitialOutput = 0.01;

    /// <summary>Sizes of hidden layers, checked.</summary>
    /// <param name="hidden">The sizes; two layers of 64 when null.</param>
    /// <param name="owner">The flow, for the message.</param>
    public static IReadOnlyList<long> Hidden(IReadOnlyList<long>? hidden, string owner)
    {
        if (hidden?.FirstOrDefault(size => size < 1, 1) is < 1 and var units)
            throw new PplArgumentException($"a hidden layer of {owner} has {units} units; it needs at least 1.");
        return hidden ?? [64, 64];
    }

    /// <summary>Makes the last layer give numbers near 0, where the flow is near the identity, and yet pass gradients on.</summary>
    public static void StartSmall(Tensor weight, Tensor bias)
    {
        using var grad = no_grad();
        weight.normal_(0, InitialOutput);
        bias.fill_(0);
    }

    /// <summary>Linear layers with exponential linear units between them, the last near 0.</summary>
    public static nn.Module<Tensor, Tensor> Dense(long inputs, IReadOnlyList<long> hidden, long outputs)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        foreach (var units in hidden)
        {
            layers.Add(nn.Linear(inputs, units));
            layers.Add(nn.ELU());
            inputs = units;
        }

        var last = nn.Linear(inputs, outputs);
        StartSmall(last.weight!, last.bias!);
        layers.Add(last);
        return nn.Sequential(layers);
    }
}
