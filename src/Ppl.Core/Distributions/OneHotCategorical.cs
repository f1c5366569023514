using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The categorical distribution over vectors with a 1 at the category and 0 elsewhere.</summary>
/// <remarks>
/// log p(x) = Σ_c x_c log p_c with p = softmax(logits), or the weights normalized to sum to 1. The last dimension is the C categories and one
/// indivisible event. Draws have the parameter's dtype.
/// </remarks>
[Family(Support.OneHot)]
public sealed class OneHotCategorical : OneHotFamily<OneHotCategorical>
{
    /// <summary>A categorical distribution over one-hot vectors from weights or from log-weights: give exactly one.</summary>
    /// <param name="probs">Weights ≥ 0 with a positive sum over the last dimension.</param>
    /// <param name="logits">Logarithms of weights, up to a constant over the last dimension.</param>
    /// <exception cref="PplArgumentException">Both or neither are given.</exception>
    /// <exception cref="PplShapeException">The parameter has no dimension.</exception>
    public OneHotCategorical(Tensor? probs = null, Tensor? logits = null) : base(probs, logits)
    {
    }
}
