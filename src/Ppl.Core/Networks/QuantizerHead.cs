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
