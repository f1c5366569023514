using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>Rounds features to vectors of the codebook that the model's <see cref="Codeword"/> names.</summary>
/// <remarks>
/// Features that are as many as the event has numbers are the locations as they are, so that a convolutional encoder gives its vectors itself: its
/// outputs, [rows, cells · D], cell by cell. Any other number goes through a linear layer first.
/// </remarks>
public sealed class QuantizerHead() : LinearHead<Quantized>(nameof(QuantizerHead))
{
    // The model's own: not registered here, so that its parameters are the model's alone.
    private Func<Codebook>? codebook;

    /// <inheritdoc/>
    /// <exception cref="PplArgumentException">The prior's vectors are no codebook's.</exception>
    public override void Adapt(Distribution model)
    {
        var own = (model as Codeword)?.Codebook ?? throw new PplArgumentException(
            "a guide rounds to the vectors of a codebook, which the prior does not name: write Sample(Codeword(codebook)) with a Codebook that is a "
            + "field of the model.");
        codebook = () => own;
    }

    /// <summary>Refuses moving averages that several latents would take in, each with its own batch and in the midst of a pass.</summary>
    /// <param name="encoders">All of a guide, prepared.</param>
    /// <exception cref="PplArgumentException">The message names the latents.</exception>
    internal static void RequireOneLatent(IEnumerable<Encoder> encoders)
    {
        var shared = encoders.Where(encoder => encoder.IsPrepared && encoder.Head is QuantizerHead)
            .GroupBy(encoder => ((QuantizerHead)encoder.Head).codebook?.Invoke(), ReferenceEqualityComparer.Instance)
            .FirstOrDefault(group => group.Key is Codebook { Decay: not null } && group.Count() > 1)?.Select(encoder => encoder.Site).ToList();
        if (shared is null) return;
        throw new PplArgumentException(
            $"{string.Join(" and ", shared)} are rounded to one codebook of moving averages, which takes in one latent a pass: let the vectors learn "
            + "by gradient, without a decay, give each latent a codebook of its own, or draw them as one latent, Codeword(codebook).Expand(count).",
            shared[0]);
    }

    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    /// <inheritdoc/>
    private protected override bool NeedsLayer(long features) => features != Count(EventShape);

    /// <inheritdoc/>
    protected override Quantized Build(Tensor outputs)
    {
        if (codebook?.Invoke() is not { } own) throw new InvalidOperationException("Adapt was not called.");
        var location = ToEvent(outputs);
        var result = new Quantized(location, own.Current());
        own.Remember(location, result.Codes);
        return result;
    }
}
