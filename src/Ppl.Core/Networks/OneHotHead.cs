using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>Logits of a <see cref="OneHotCategoricalStraightThrough"/>: as many as the last dimension of the event has categories.</summary>
public sealed class OneHotHead() : LinearHead<OneHotCategoricalStraightThrough>(nameof(OneHotHead))
{
    /// <inheritdoc/>
    protected override long Outputs(IReadOnlyList<long> eventShape) => Count(eventShape);

    /// <inheritdoc/>
    protected override OneHotCategoricalStraightThrough Build(Tensor outputs) => new(logits: ToEvent(outputs));
}
