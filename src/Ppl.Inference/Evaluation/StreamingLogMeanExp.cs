using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// log (1/K) Σ_k w_k for each datum over chunks of log weights, in double precision. Beside it the second moment, for the error of the
/// estimate and the effective sample size. The sums are kept on the CPU: not every device has double precision.
/// </summary>
internal sealed class StreamingLogMeanExp : IDisposable
{
    private Tensor? logSum;
    private Tensor? logSumOfSquares;

    /// <summary>Weights seen for each datum.</summary>
    public long Count { get; private set; }

    /// <summary>log Σ w of each datum: [B], in double precision on the CPU.</summary>
    public Tensor LogSum => logSum!;

    /// <summary>Adds log weights of shape [K', B].</summary>
    public void Add(Tensor logWeights)
    {
        using var scope = NewDisposeScope();
        var chunk = logWeights.cpu().to(ScalarType.Float64);
        Replace(ref logSum, chunk.logsumexp(0), scope);
        Replace(ref logSumOfSquares, (2 * chunk).logsumexp(0), scope);
        Count += logWeights.shape[0];
    }

    /// <summary>The estimates, one for each datum.</summary>
    public double[] LogMean()
    {
        using var result = logSum! - Math.Log(Count);
        return result.data<double>().ToArray();
    }

    /// <summary>(Σ w)² / Σ w² for each datum: between 1 and K.</summary>
    public double[] EffectiveSampleSize()
    {
        using var scope = NewDisposeScope();
        return ((2 * logSum!) - logSumOfSquares!).exp().data<double>().ToArray();
    }

    public void Dispose()
    {
        logSum?.Dispose();
        logSumOfSquares?.Dispose();
    }

    private static void Replace(ref Tensor? total, Tensor chunk, TorchSharp.DisposeScope scope)
    {
        var next = total is null ? chunk : logaddexp(total, chunk);
        total?.Dispose();
        total = scope.Detach(next);
    }
}
