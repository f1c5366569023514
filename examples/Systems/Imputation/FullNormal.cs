using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>x ~ Normal(μ, Σ) with any covariance, by EM on what is there of each row (Little and Rubin 1987): the classical filling.</summary>
public static class FullNormal
{
    private const int Steps = 100;

    /// <summary>The conditional means of what is missing, where the likelihood of what is observed is highest.</summary>
    /// <param name="x">[n, d], with any finite numbers where nothing is observed.</param>
    /// <param name="seen">True for what is observed: [n, d].</param>
    public static Tensor ConditionalMean(Tensor x, Tensor seen)
    {
        using var scope = NewDisposeScope();
        var mask = seen.to(float64);
        var observed = x.to(float64) * mask;
        var (mean, covariance) = (zeros(x.shape[1], float64), eye(x.shape[1], dtype: float64));
        var filled = observed;
        for (var step = 0; step < Steps; step++)
        {
            // Rows and columns that are not observed are those of the identity: the inverse is that of what is observed, and nothing beside it.
            var ofSeen = (covariance * mask.unsqueeze(-1) * mask.unsqueeze(-2)) + diag_embed(1 - mask);
            var gain = linalg.solve(ofSeen, mask.unsqueeze(-1) * covariance).transpose(-1, -2);
            var expected = mean + gain.matmul(((observed - mean) * mask).unsqueeze(-1)).squeeze(-1);
            filled = (observed * mask) + (expected * (1 - mask));
            var left = (covariance - gain.matmul(mask.unsqueeze(-1) * covariance)) * (1 - mask).unsqueeze(-1) * (1 - mask).unsqueeze(-2);
            mean = filled.mean([0]);
            covariance = ((filled - mean).t().matmul(filled - mean) + left.sum([0])) / x.shape[0];
        }

        return filled.to(x.dtype).MoveToOuterDisposeScope();
    }
}
