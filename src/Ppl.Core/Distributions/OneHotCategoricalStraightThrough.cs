using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The categorical distribution over one-hot vectors, whose draws have the gradient of the probabilities.</summary>
/// <remarks>
/// The distribution is that of <see cref="OneHotCategorical"/>. A draw is x + p − p', where p' is p without gradient: its value is the one-hot x, its
/// gradient that of p = Probs. That estimator is biased: Bengio, Léonard and Courville (2013), arXiv:1308.3432.
/// </remarks>
[Family(Support.OneHot, Reparameterized = true, Head = typeof(OneHotHead))]
public sealed class OneHotCategoricalStraightThrough : OneHotFamily<OneHotCategoricalStraightThrough>
{
    /// <summary>A categorical distribution over one-hot vectors from weights or from log-weights: give exactly one.</summary>
    /// <param name="probs">Weights ≥ 0 with a positive sum over the last dimension.</param>
    /// <param name="logits">Logarithms of weights, up to a constant over the last dimension.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    /// <exception cref="PplShapeException">The parameter has no dimension.</exception>
    public OneHotCategoricalStraightThrough(Tensor? probs = null, Tensor? logits = null) : base(probs, logits)
    {
    }

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator)
    {
        var probs = Probs;

        // The difference is 0 exactly, so that the draw is one-hot exactly.
        return Sample(sampleShape, generator) + (probs - probs.detach());
    }
}
