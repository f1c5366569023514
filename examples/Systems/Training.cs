using Ppl.Data;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Fits that a user can interrupt: the step in progress is finished, and the program ends without a result.</summary>
internal static class Training
{
    /// <summary>Passes over data in batches.</summary>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public static FitResult Fit(this Svi svi, Dataset data, int epochs, int batchSize, SystemRun run)
    {
        var fit = svi.Fit(data, epochs, batchSize, options: new FitOptions { Cancellation = run.Cancellation });
        run.Cancellation.ThrowIfCancellationRequested();
        return fit;
    }

    /// <summary>Steps on all data.</summary>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public static FitResult Fit(this Svi svi, IReadOnlyList<Tensor> data, int steps, SystemRun run)
    {
        var fit = svi.Fit(data, steps, new FitOptions { Cancellation = run.Cancellation });
        run.Cancellation.ThrowIfCancellationRequested();
        return fit;
    }
}
