using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>What the families around the gamma function share: double precision inside, and draws on the logarithm's scale.</summary>
/// <remarks>
/// The log-gamma functions of such a density nearly cancel for large parameters: at a concentration of 1e6 each is about 1e7, which float32 knows
/// to the nearest 1. So densities, entropies and divergences are computed in float64 and rounded once at the end, gradients included.
/// </remarks>
internal static class GammaMath
{
    // Below it a draw in float32 could round to 0. From it on a draw rounds to 0 with a chance of less than 1e-11.
    private const double LeastDirect = 0.3;

    /// <summary>A parameter in float64, on the device of <paramref name="like"/>.</summary>
    public static Tensor Wide(this TensorOrScalar parameter, Tensor? like)
        => parameter.IsScalar ? tensor(parameter.Scalar, ScalarType.Float64, like?.device) : parameter.Tensor.to(ScalarType.Float64);

    /// <summary>The type of a result of a value and parameters: that of operations on them.</summary>
    public static ScalarType ResultType(Tensor value, Tensor? like)
    {
        var real = is_floating_point(value) ? value.dtype : like?.dtype ?? get_default_dtype();
        return like is null ? real : promote_types(real, like.dtype);
    }

    /// <summary>log B(a, b).</summary>
    public static Tensor LogBeta(Tensor a, Tensor b) => a.lgamma() + b.lgamma() - (a + b).lgamma();

    /// <summary>
    /// The logarithm of a draw from Gamma(concentration, 1), with its pathwise gradient by implicit differentiation (Figurnov, Mohamed and Mnih
    /// 2018, arXiv:1805.08498), which libtorch's draw has.
    /// </summary>
    /// <remarks>
    /// For a small concentration a it is log G(a + 1) + log(U) / a with U uniform, which has the same distribution and does not round to −∞.
    /// </remarks>
    /// <param name="concentration">The concentration, expanded to the shape of the draw.</param>
    /// <param name="generator">Where the randomness comes from.</param>
    public static Tensor LogDraw(Tensor concentration, Generator? generator)
    {
        var isSmall = concentration.lt(LeastDirect);
        var exponential = empty_like(concentration).exponential_(1, generator);
        var gamma = _standard_gamma(concentration + isSmall.to(concentration.dtype), generator);
        return gamma.log() - where(isSmall, exponential / concentration, zeros_like(concentration));
    }
}
