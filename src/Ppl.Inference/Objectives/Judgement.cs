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
