using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>How MMD² = E k(x, x') + E k(y, y') − 2 E k(x, y) is estimated from draws.</summary>
public enum MmdEstimator
{
    /// <summary>The U-statistic: means over pairs of different rows. Unbiased, and below 0 now and then; two rows or more are needed.</summary>
    Unbiased,

    /// <summary>The V-statistic: means over all pairs, a row with itself too. Never below 0, and above MMD² by O(1/rows) in the mean.</summary>
    Biased,
}

/// <summary>The squared maximum mean discrepancy of draws: Gretton, Borgwardt, Rasch, Schölkopf and Smola 2012, JMLR 13.</summary>
internal static class Mmd
{
    /// <summary>The mean over particles of the discrepancy of two sets of as many rows, with its graph: [].</summary>
    /// <param name="x">[K, B, D].</param>
    /// <param name="y">[K, B, D].</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="estimator">How the means are taken.</param>
    public static Tensor Of(Tensor x, Tensor y, Kernel kernel, MmdEstimator estimator)
    {
        var (rows, dimensions) = (x.shape[1], x.shape[2]);
        Tensor Sums(Tensor a, Tensor b) => kernel.Of((a.unsqueeze(2) - b.unsqueeze(1)).square().sum([3]), dimensions).sum([1, 2]);
        var within = Within((Sums(x, x) + Sums(y, y)) / 2, rows, kernel, estimator) * 2;
        return (within - (2.0 / ((double)rows * rows) * Sums(x, y))).mean();
    }

    /// <summary>The mean of the kernel over the pairs of one set, from its sum over all of them.</summary>
    public static Tensor Within(Tensor sum, long rows, Kernel kernel, MmdEstimator estimator) => estimator == MmdEstimator.Biased
        ? sum / ((double)rows * rows)
        : (sum - (rows * kernel.AtZero)) / ((double)rows * (rows - 1));

    public static MmdEstimator Known(MmdEstimator estimator) => Enum.IsDefined(estimator) ? estimator
        : throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "not an estimator");
}
