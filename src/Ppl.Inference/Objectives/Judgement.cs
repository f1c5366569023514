using Ppl.Shapes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference;

/// <summary>What a network that tells two distributions apart says of each row.</summary>
internal static class Judgement
{
    /// <summary>One number for each row: [B].</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">[B, ...].</param>
    /// <param name="objective">The objective that asks.</param>
    /// <param name="role">What it calls the network.</param>
    /// <param name="kind">What it calls the rows.</param>
    /// <exception cref="PplShapeException">The network gives neither [B] nor [B, 1], or does not take such rows.</exception>
    public static Tensor Of(Module<Tensor, Tensor> network, Tensor rows, Objective objective, string role, string kind)
    {
        var judged = Call(network, rows, objective, role, kind);
        var count = rows.shape[0];
        if (judged.shape is [var all] && all == count) return judged;
        if (judged.shape is [var ofColumn, 1] && ofColumn == count) return judged.squeeze(1);
        throw new PplShapeException(
            $"{objective.Name}: {role} gives {ShapeText.Of(judged.shape)} for {kind} of shape {ShapeText.Of(rows.shape)}; it must be one number for "
            + $"each, ({count}) or ({count}, 1).");
    }

    /// <summary>Refuses a network whose last layer squeezes its number, where that is a logarithm of odds or has no bounds.</summary>
    /// <param name="network">The network.</param>
    /// <param name="objective">The objective that asks.</param>
    /// <param name="role">What it calls the network.</param>
    /// <exception cref="PplArgumentException">The message names the layer.</exception>
    public static void RefuseSqueezed(Module network, Objective objective, string role)
    {
        var last = network;
        while (last is TorchSharp.Modules.Sequential { Count: > 0 } layers) last = (Module)layers[layers.Count - 1];
        var isSqueezing = last is TorchSharp.Modules.Sigmoid or TorchSharp.Modules.LogSigmoid
            or TorchSharp.Modules.Softmax or TorchSharp.Modules.LogSoftmax;
        if (!isSqueezing) return;
        throw new PplArgumentException(
            $"{objective}: {role} ends in a {last.GetType().Name}, and its number is any real one: the log odds, where the value has a sigmoid of "
            + "its own. Leave that layer out.");
    }

    private static Tensor Call(Module<Tensor, Tensor> network, Tensor rows, Objective objective, string role, string kind)
    {
        try
        {
            return network.call(rows);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            throw LibraryFault.InNetwork(fault, $"{objective.Name}: {role}", kind, rows);
        }
    }
}
