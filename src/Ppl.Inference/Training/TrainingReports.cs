namespace Ppl.Inference;

/// <summary>A fit about to start.</summary>
/// <param name="FirstEpoch">The number of the first epoch to run, from 1.</param>
/// <param name="LastEpoch">The number of the last.</param>
/// <param name="StepsPerEpoch">Batches in an epoch.</param>
/// <param name="Objective">The objective, as it prints.</param>
/// <param name="Bound">The objective's short name, such as <c>ELBO</c>.</param>
/// <param name="Parameters">How many numbers are trained: the model's and the guide's.</param>
public sealed record FitReport(int FirstEpoch, int LastEpoch, int StepsPerEpoch, string Objective, string Bound, long Parameters);

/// <summary>A step just done.</summary>
/// <param name="Step">Steps taken so far, this one included.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Batch">The batch's number in its epoch, from 1.</param>
/// <param name="Bound">The batch's mean bound.</param>
/// <param name="Totals">Sums over the epoch so far; <see cref="EpochTotals.Mean"/> gives the bound and its parts.</param>
/// <param name="StepsPerSecond">The rate since the epoch began.</param>
public sealed record StepReport(long Step, int Epoch, int Batch, double Bound, EpochTotals Totals, double StepsPerSecond);

/// <summary>An epoch just done.</summary>
/// <param name="Step">Steps taken so far.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Objective">The objective's short name, such as <c>ELBO</c>.</param>
/// <param name="Training">The mean over the epoch's batches, each before its update.</param>
/// <param name="HeldOut">The same objective on the held-out set, if one was given, after the last update.</param>
/// <param name="StepsPerSecond">Steps a second, the held-out evaluation excluded.</param>
/// <param name="Seconds">Seconds of training in the epoch.</param>
public sealed record EpochReport(
    long Step, int Epoch, string Objective, BoundValue Training, BoundValue? HeldOut, double StepsPerSecond, double Seconds);

/// <summary>Where a fit ended.</summary>
/// <param name="Epochs">A report for each epoch completed in this call.</param>
/// <param name="Interrupted">Whether Ctrl-C or the cancellation token stopped it.</param>
/// <param name="Checkpoint">The checkpoint written last, if any.</param>
public sealed record FitResult(IReadOnlyList<EpochReport> Epochs, bool Interrupted, string? Checkpoint)
{
    /// <summary>The last completed epoch's report.</summary>
    public EpochReport? Last => Epochs.Count == 0 ? null : Epochs[^1];

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Epochs.Count} epochs{(Last is { } last ? $", {last.Objective} {last.Training}" : "")}{(Interrupted ? ", interrupted" : "")}";
}
