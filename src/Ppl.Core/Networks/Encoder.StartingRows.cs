using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <content>Parameters of rows that start at what a network says.</content>
public sealed partial class Encoder
{
    /// <summary>Sets the parameters of the batch's rows so that the factor is that of an encoder of the same latent.</summary>
    /// <param name="amortized">The encoder.</param>
    /// <param name="layout">The pass: its batch knows the rows' numbers.</param>
    /// <param name="shared">What encoders have in common in the pass.</param>
    /// <param name="inputs">What the encoder sees.</param>
    /// <exception cref="PplArgumentException">No set of numbers for each row is that factor.</exception>
    internal void StartFrom(Encoder amortized, Layout layout, PassFeatures shared, Tensor[] inputs)
    {
        var why = amortized.KeepsRows ? "the other guide's factor has parameters for each row itself"
            : amortized.Shared is not null ? "the other guide's encoder is shared by the elements of an array"
            : amortized.Posterior.IsMerged ? "the other guide's factor is merged with the prior"
            : amortized.areLatents?.Contains(true) == true ? "the other guide's factor follows latents, and numbers for each row do not: "
                + "[Model(Guide = GuideStructure.MeanField)] gives factors that see data alone"
            : head is not IOutputHead || head.GetType() != amortized.Head.GetType()
                ? $"it is of the family {Posterior.Family.Name}, and the other guide's of {amortized.Posterior.Family.Name}" : null;
        if (why is not null) throw new PplArgumentException($"its rows' parameters cannot start at the other guide's answers: {why}.", Site);
        var plates = amortized.PlatesOf(layout, inputs);
        var features = amortized.Features(amortized.Seen(inputs, plates), Count(plates), shared);
        ((IOutputHead)head!).SetRows(RowNumbers(layout, Info!.Plates[0])!, ((IOutputHead)amortized.Head).Outputs(features));
    }
}
