using Ppl.Data;

namespace Ppl.Inference;

/// <summary>A fit about to start.</summary>
/// <param name="FirstEpoch">The number of the first epoch to run, from 1.</param>
/// <param name="LastEpoch">The number of the last.</param>
/// <param name="StepsPerEpoch">Steps in an epoch: its batches, or as many as <see cref="FitOptions.BatchesPerStep"/> makes of them.</param>
/// <param name="Objective">The objective, as it prints.</param>
/// <param name="Bound">The objective's short name, such as <c>ELBO</c>.</param>
/// <param name="Parameters">How many numbers are trained: the model's and the guide's.</param>
public sealed record FitReport(int FirstEpoch, int LastEpoch, int StepsPerEpoch, string Objective, string Bound, long Parameters)
{
    /// <summary>The held-out set; null where there is none.</summary>
    public DataIdentity? HeldOut { get; init; }

    /// <summary>What the bound is one number for.</summary>
    public BoundUnit Unit { get; init; }

    /// <summary>Whether it is a fit by steps on all data: what stands for the epoch's steps is how many they are.</summary>
    public bool IsBySteps { get; init; }
}

/// <summary>A step just done.</summary>
/// <param name="Step">Steps taken so far, this one included.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Batch">The batch's number in its epoch, from 1; of several batches the last one's.</param>
/// <param name="Bound">The mean bound of the step's rows.</param>
/// <param name="Totals">Sums over the epoch so far; <see cref="EpochTotals.Mean"/> gives the bound and its parts.</param>
/// <param name="StepsPerSecond">The rate since the epoch began.</param>
public sealed record StepReport(long Step, int Epoch, int Batch, double Bound, EpochTotals Totals, double StepsPerSecond)
{
    /// <summary>The L2 norm of the gradient, all parameters taken together, before it was clipped.</summary>
    public double GradientNorm { get; init; }

    /// <summary>The rate of the step, for the first group of parameters.</summary>
    public double LearningRate { get; init; }

    /// <summary>The name of the step's phase; null without <see cref="SviSettings.Phases"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>What the objective remembers after it, by the names of <see cref="Inference.ObjectiveState"/>: empty for most.</summary>
    public ObjectiveState ObjectiveState { get; init; } = Inference.ObjectiveState.None;

    /// <summary>The step, its bound, its gradient's norm, and what the objective remembers.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"step {Step}: {Bound:F3}, gradient norm {GradientNorm:G4}")
            + (ObjectiveState.Count == 0 ? "" : $", {ObjectiveState}");
}

/// <summary>The held-out set just evaluated.</summary>
/// <param name="Step">Steps taken so far.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Batch">Batches done of the epoch; 0 at its end.</param>
/// <param name="Objective">The short name of what is measured, <see cref="Objective.Measured"/>, such as <c>ELBO</c>.</param>
/// <param name="Training">The mean over the epoch's batches so far, each before its update: of the objective with its weights.</param>
/// <param name="HeldOut"><see cref="Objective.Measured"/> on the held-out set: the same objective, unless it is one with weights.</param>
public sealed record HeldOutReport(long Step, int Epoch, int Batch, string Objective, BoundValue Training, BoundValue HeldOut);

/// <summary>An epoch just done.</summary>
/// <param name="Step">Steps taken so far.</param>
/// <param name="Epoch">The epoch's number, from 1.</param>
/// <param name="Objective">The objective's short name, such as <c>ELBO</c>.</param>
/// <param name="Training">The mean over the epoch's batches, each before its update.</param>
/// <param name="HeldOut">
/// <see cref="Objective.Measured"/> on the held-out set, if one was given, after the last update: the same objective, unless it is one with weights.
/// </param>
/// <param name="StepsPerSecond">Steps a second, the held-out evaluation excluded; 0 where this fit made none of them.</param>
/// <param name="Seconds">Seconds of training in the epoch.</param>
public sealed record EpochReport(
    long Step, int Epoch, string Objective, BoundValue Training, BoundValue? HeldOut, double StepsPerSecond, double Seconds)
{
    /// <summary>What the objective remembers after it, by the names of <see cref="Inference.ObjectiveState"/>: empty for most.</summary>
    public ObjectiveState ObjectiveState { get; init; } = Inference.ObjectiveState.None;

    /// <summary>The epoch, its bound with the parts, the held-out bound, and what the objective remembers.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"epoch {Epoch}: {Objective} {Training}{(HeldOut is null ? "" : $", held out {HeldOut.Bound:F3}")}")
            + (ObjectiveState.Count == 0 ? "" : $", {ObjectiveState}");
}

/// <summary>Why a fit ended.</summary>
public enum FitEnd
{
    /// <summary>All its epochs are done.</summary>
    Epochs,

    /// <summary>All its steps are done: of a fit by steps.</summary>
    Steps,

    /// <summary><see cref="FitOptions.MaxSteps"/> is reached.</summary>
    MaxSteps,

    /// <summary>A callback asked for it by <see cref="Svi.RequestStop"/>, as <see cref="EarlyStopping"/> does.</summary>
    Stopped,

    /// <summary>Ctrl-C, or the cancellation token.</summary>
    Interrupted,
}

/// <summary>Where a fit ended.</summary>
/// <param name="Epochs">A report for each epoch completed in this call.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Checkpoint">The checkpoint written last to <see cref="FitOptions.Checkpoint"/>, if any.</param>
public sealed record FitResult(IReadOnlyList<EpochReport> Epochs, FitEnd End, string? Checkpoint)
{
    /// <summary>Whether Ctrl-C or the cancellation token stopped it.</summary>
    public bool Interrupted => End == FitEnd.Interrupted;

    /// <summary>What the callback that stopped it said; null where none did.</summary>
    public string? Reason { get; init; }

    /// <summary>The highest bound on the held-out set, those of before a resume included; null where there is none.</summary>
    public BestBound? Best { get; init; }

    /// <summary>The mean over the last tenth of a fit by steps, or over the last completed epoch; null where there is none.</summary>
    public BoundValue? Training { get; init; }

    /// <summary>What the objective remembers after it, by the names of <see cref="Inference.ObjectiveState"/>: empty for most.</summary>
    public ObjectiveState ObjectiveState { get; init; } = Inference.ObjectiveState.None;

    /// <summary>The last completed epoch's report.</summary>
    public EpochReport? Last => Epochs.Count == 0 ? null : Epochs[^1];

    /// <inheritdoc/>
    public override string ToString() =>
        (Last is { } last ? $"{Epochs.Count} epochs, {last.Objective} {last.Training}"
            : Training is { } training ? $"by steps, {training}" : "0 epochs") + (Interrupted ? ", interrupted" : "");
}
