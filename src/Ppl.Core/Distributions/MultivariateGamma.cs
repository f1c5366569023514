using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>The gamma function of matrices, and what densities of positive definite matrices share, in the type of the argument.</summary>
internal static class MultivariateGamma
{
    // Where Stirling's series, cut after the seventh power, is exact in float64.
    private const double LeastForSeries = 20;

    /// <summary>log Γ_D(a) = D (D − 1) log(π) / 4 + Σⱼ log Γ(a − j / 2) for j = 0, ..., D − 1.</summary>
    public static Tensor LogGamma(Tensor a, long size) => Shifted(a, size).lgamma().sum(-1) + size * (size - 1) * Math.Log(Math.PI) / 4;

    /// <summary>The derivative of <see cref="LogGamma"/>: Σⱼ ψ(a − j / 2).</summary>
    public static Tensor Digamma(Tensor a, long size) => Shifted(a, size).digamma().sum(-1);

    /// <summary>log Γ(a + k) − log Γ(a), which does not cancel for large a.</summary>
    /// <param name="a">&gt; 0.</param>
    /// <param name="k">&gt; 0, of ordinary size.</param>
    public static Tensor LogRatio(Tensor a, Tensor k)
    {
        return DensityMath.InPieces(a, LeastForSeries, small => (small + k).lgamma() - small.lgamma(), Series);

        Tensor Series(Tensor large)
            => (large - 0.5) * (k / large).log1p() + k * (large + k).log() - k + Stirling(large + k) - Stirling(large);
    }

    /// <summary>Σᵢ (log Γ(aᵢ + kᵢ) − log Γ(aᵢ)) over the last dimension, for sums aᵢ + kᵢ that are all the same.</summary>
    /// <param name="a">&gt; 0: [..., n].</param>
    /// <param name="k">&gt; 0, of ordinary size: [n].</param>
    /// <param name="total">The sum: [...].</param>
    public static Tensor SumOfLogRatios(Tensor a, Tensor k, Tensor total)
        => total.IsWithin(0, LeastForSeries) ? total.lgamma() * k.numel() - a.lgamma().sum(-1) : LogRatio(a, k).sum(-1);

    /// <summary>
    /// The lower triangular factor T of a draw T Tᵀ from Wishart(df, I), by Bartlett (1933): standard normal numbers below the diagonal, and the
    /// root of a chi-squared number with df − i degrees of freedom at (i, i), i = 0, ..., D − 1, with its implicit gradient.
    /// </summary>
    /// <param name="df">Degrees of freedom: &gt; D − 1.</param>
    /// <param name="shape">[..., D, D].</param>
    /// <param name="isReversed">Whether (i, i) has df − (D − 1 − i) instead, which makes Tᵀ T the draw.</param>
    /// <param name="generator">Where the randomness comes from.</param>
    public static Tensor Bartlett(Tensor df, long[] shape, bool isReversed, Generator? generator)
    {
        var size = shape[^1];
        var less = arange(size, dtype: df.dtype, device: df.device);
        if (isReversed) less = less.flip(-1);
        var concentration = ((df.unsqueeze(-1) - less) * 0.5).expand(shape[..^1]);
        var diagonal = ((GammaMath.LogDraw(concentration, generator) + Math.Log(2)) * 0.5).exp().clamp_min(finfo(df.dtype).tiny);
        return randn(shape, df.dtype, df.device, generator: generator).tril(-1) + diagonal.diag_embed();
    }

    /// <summary>
    /// The Cholesky factor of each matrix, and where there is one; the identity's elsewhere, so that gradients stay finite. A matrix that is not
    /// symmetric has none.
    /// </summary>
    /// <param name="matrix">[..., D, D].</param>
    public static (Tensor Factor, Tensor IsDefinite) Cholesky(Tensor matrix)
    {
        var (factor, info) = linalg.cholesky_ex(matrix);
        var isDefinite = info.eq(0).logical_and(PositiveDefiniteConstraint.IsSymmetric(matrix.detach()).all(-1).all(-1));
        if (isDefinite.all().ToBoolean()) return (factor, isDefinite);
        var identity = eye(matrix.shape[^1], dtype: matrix.dtype, device: matrix.device);
        return (linalg.cholesky(where(isDefinite.unsqueeze(-1).unsqueeze(-1), matrix, identity)), isDefinite);
    }

    /// <summary>Σᵢ log Lᵢᵢ.</summary>
    public static Tensor HalfLogDeterminant(Tensor factor) => factor.diagonal(0, -2, -1).log().sum(-1);

    /// <summary>|A⁻¹ B|², which is the trace of (A Aᵀ)⁻¹ B Bᵀ.</summary>
    /// <param name="left">A, lower triangular: [..., D, D].</param>
    /// <param name="right">B: [..., D, n].</param>
    public static Tensor SquaredRatio(Tensor left, Tensor right) => linalg.solve_triangular(left, right, upper: false).square().sum(-2, -1);

    /// <summary>The first entry of degrees of freedom that is not above D − 1.</summary>
    public static ValueFault? FindFault(TensorOrScalar df, long size, string owner) => ValueCheck.Entries(
        df, x => x > size - 1, x => x.gt(size - 1), "df", $"{owner} needs df > {size - 1}, one less than the dimension");

    private static Tensor Shifted(Tensor a, long size) => a.unsqueeze(-1) - arange(size, dtype: a.dtype, device: a.device) * 0.5;

    private static Tensor Stirling(Tensor z)
    {
        var inverse = 1 / z;
        var square = inverse.square();
        return inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)));
    }
}
