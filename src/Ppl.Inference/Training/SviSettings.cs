using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>When a learning rate schedule advances.</summary>
public enum ScheduleUnit
{
    /// <summary>Once at the end of each epoch.</summary>
    Epoch,

    /// <summary>Once after each step.</summary>
    Step,
}

/// <summary>Settings of <see cref="Svi"/> that most programs leave alone.</summary>
public sealed record SviSettings
{
    /// <summary>
    /// Batches, dynamic binarization and the guide's noise are pure functions of this seed and the step. Initial weights are not: they are
    /// drawn when the networks are made, from torch's generator (<c>torch.manual_seed</c>).
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// Makes a schedule for the optimizer's learning rate; none when null. It must be a function of how often it has advanced, since a
    /// resumed run makes it anew and advances it as often: <c>ReduceLROnPlateau</c>, which looks at a metric, is not one.
    /// </summary>
    public Func<Optimizer, lr_scheduler.LRScheduler>? Schedule { get; init; }

    /// <summary>When the schedule advances.</summary>
    public ScheduleUnit ScheduleUnit { get; init; } = ScheduleUnit.Epoch;

    /// <summary>Where progress is shown; the console when null.</summary>
    public ITrainingReporter? Reporter { get; init; }
}

/// <summary>What a fit does about an epoch in progress that was begun with other data, or with batches of another size.</summary>
public enum ChangedData
{
    /// <summary>It is an error that names both: to go on would skip some rows and repeat others.</summary>
    Refuse,

    /// <summary>The epoch begins anew with the data of this fit, whose rows are all seen. The steps done stay done.</summary>
    RestartEpoch,
}

/// <summary>Options of one <see cref="Svi.Fit"/>.</summary>
public sealed record FitOptions
{
    /// <summary>
    /// A file that receives a checkpoint after each <see cref="CheckpointEvery"/> epochs, at the end, and on interruption; none when null.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>Epochs between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Epochs between evaluations of the held-out set, at least 1; the last epoch is always evaluated.</summary>
    public int HeldOutEvery { get; init; } = 1;

    /// <summary>What happens where an epoch is in progress and the data or the batch size have changed since.</summary>
    public ChangedData OnChangedData { get; init; } = ChangedData.Refuse;

    /// <summary>Called at the ends of epochs and steps, in this order.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Ends the fit cleanly after the step in progress, as Ctrl-C does.</summary>
    public CancellationToken Cancellation { get; init; }
}
