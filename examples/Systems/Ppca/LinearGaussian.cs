using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>The parameters of probabilistic PCA, W [d, q], μ [d] and σ², with what follows from them in closed form.</summary>
/// <remarks>Tipping and Bishop 1999, Probabilistic principal component analysis; the equations are theirs.</remarks>
/// <param name="Loadings">W.</param>
/// <param name="Mean">μ.</param>
/// <param name="Variance">σ².</param>
public sealed record LinearGaussian(Tensor Loadings, Tensor Mean, double Variance)
{
    private long Latents => Loadings.shape[1];

    /// <summary>M = WᵀW + σ² I.</summary>
    private Tensor Inner => Loadings.t().matmul(Loadings) + (Variance * Eye(Latents));

    /// <summary>Maximum likelihood: W = U (Λ − σ² I)^½ of the first q eigenvectors, σ² the mean of the others (equations 7 and 8).</summary>
    /// <param name="rows">x, [n, d].</param>
    /// <param name="latents">q.</param>
    public static LinearGaussian MaximumLikelihood(Tensor rows, int latents)
    {
        var (values, vectors) = linalg.eigh(Covariance(rows));
        var size = rows.shape[1];
        var variance = values.narrow(0, 0, size - latents).mean().item<double>();
        var (first, axes) = (values.narrow(0, size - latents, latents), vectors.narrow(1, size - latents, latents));
        return new(axes * (first - variance).sqrt(), rows.mean([0]), variance);
    }

    /// <summary>Expectation maximization until σ² moves by less than a part in 10¹² (equations 29 and 30).</summary>
    /// <param name="rows">x, [n, d].</param>
    /// <param name="latents">q.</param>
    /// <returns>The estimate, and the log-likelihood of a row at each step, which never falls.</returns>
    public static (LinearGaussian Estimate, IReadOnlyList<double> LogLikelihoods) ExpectationMaximization(Tensor rows, int latents)
    {
        const int Most = 10_000;
        var (covariance, size) = (Covariance(rows), rows.shape[1]);
        var now = new LinearGaussian(randn([size, latents], float64), rows.mean([0]), 1);
        var path = new List<double> { now.LogLikelihood(rows) };
        for (var step = 0; step < Most; step++)
        {
            var (w, inverse) = (now.Loadings, linalg.inv(now.Inner));
            var sw = covariance.matmul(w);
            var loadings = sw.matmul(linalg.inv((now.Variance * Eye(latents)) + inverse.matmul(w.t()).matmul(sw)));
            var variance = (covariance - sw.matmul(inverse).matmul(loadings.t())).diagonal().mean().item<double>();
            var moved = Math.Abs(variance - now.Variance);
            now = now with { Loadings = loadings, Variance = variance };
            path.Add(now.LogLikelihood(rows));
            if (moved < 1e-12 * variance) break;
        }

        return (now, path);
    }

    /// <summary>The mean over rows of log Normal(x; μ, W Wᵀ + σ² I).</summary>
    /// <param name="rows">x, [n, d].</param>
    public double LogLikelihood(Tensor rows) =>
        new MultivariateNormal(Mean, covariance: Loadings.matmul(Loadings.t()) + (Variance * Eye(Mean.shape[0]))).LogProb(rows).mean().item<double>();

    /// <summary>p(z | x) = Normal(M⁻¹ Wᵀ (x − μ), σ² M⁻¹) of each row (their section 3).</summary>
    /// <param name="rows">x, [n, d].</param>
    public MultivariateNormal Posterior(Tensor rows)
    {
        var inverse = linalg.inv(Inner);
        return new((rows - Mean).matmul(Loadings).matmul(inverse), covariance: Variance * inverse);
    }

    /// <summary>The largest angle between the columns' space and another's, in radians.</summary>
    /// <param name="other">[d, q].</param>
    public double LargestAngle(Tensor other)
    {
        // By the sine: of a small angle the cosine keeps half of the digits.
        var (mine, _) = linalg.qr(Loadings);
        var (others, _) = linalg.qr(other);
        var outside = others - mine.matmul(mine.t().matmul(others));
        return Math.Asin(Math.Min(1, linalg.svdvals(outside).max().item<double>()));
    }

    /// <summary>The covariance that maximum likelihood divides by n.</summary>
    /// <param name="rows">x, [n, d].</param>
    public static Tensor Covariance(Tensor rows)
    {
        var centred = rows - rows.mean([0]);
        return centred.t().matmul(centred) / rows.shape[0];
    }

    private static Tensor Eye(long size) => eye(size, dtype: float64);
}
