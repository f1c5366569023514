using Ppl.Contracts;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl;

/// <content>Per-datum factors that start at an encoder's answers.</content>
public abstract partial class Guide
{
    /// <summary>
    /// Lets the factors with parameters for each row, <see cref="Posterior.Free"/>, start where the encoders of another guide of the same model are:
    /// q(z | row n) becomes q(z | x_n) of the other guide. Steps on these parameters are then the second half of semi-amortized inference.
    /// </summary>
    /// <remarks>
    /// To be called before training: an optimizer that has made steps remembers those of the parameters before. Encoders run in evaluation mode.
    /// The other guide's factor sees data alone, and is of the same family. Source: Kim, Wiseman, Miller, Sontag and Rush 2018, arXiv:1802.02550,
    /// without their gradient through the steps.
    /// </remarks>
    /// <param name="amortized">The other guide, prepared.</param>
    /// <param name="batch">The data, or some of their rows with their numbers. It sizes this guide where nothing has yet.</param>
    /// <exception cref="PplArgumentException">
    /// The guides are of different models; this one has no parameters for rows; the other's factor is of another family, follows latents, is merged
    /// with the prior or shared, or has parameters for each row itself.
    /// </exception>
    public void StartFrom(Guide amortized, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(amortized);
        ArgumentNullException.ThrowIfNull(batch);
        if (!ReferenceEquals(Model, amortized.Model))
            throw new PplArgumentException($"the guide that this one starts from is of another {amortized.Plan.Model}.", nameof(amortized));
        if (!modules().OfType<Encoder>().Any(encoder => encoder.KeepsRows))
            throw new PplArgumentException("no factor of this guide has parameters for each row: make one by Posterior.Free().");
        amortized.RequirePrepared();
        Prepare(batch);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var mode = new EvaluationMode(amortized);
        amortized.Infer(new GuidePass(amortized, batch, amortized.LayoutOf(batch, 1)) { Starts = this });
    }
}
