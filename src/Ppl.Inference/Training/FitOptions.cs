using Ppl.Common;
using Ppl.Data;
using Ppl.Inference.Checkpoints;

namespace Ppl.Inference;

/// <summary>What a fit does about an epoch in progress that was begun with other data, or with batches of another size.</summary>
public enum ChangedData
{
    /// <summary>It is an error that names both: to go on would skip some rows and repeat others.</summary>
    Refuse,

    /// <summary>The epoch begins anew with the data of this fit, whose rows are all seen. The steps done stay done.</summary>
    RestartEpoch,
}

/// <summary>Options of one <c>Svi.Fit</c>.</summary>
public sealed record FitOptions
{
    /// <summary>
    /// A file that receives the last checkpoint: after each <see cref="CheckpointEvery"/> epochs, at the end, and on interruption; none when
    /// null.
    /// </summary>
    public string? Checkpoint { get; init; }

    /// <summary>Epochs between checkpoints, at least 1.</summary>
    public int CheckpointEvery { get; init; } = 1;

    /// <summary>Steps between checkpoints, beside those of <see cref="CheckpointEvery"/>, at least 1; none when null.</summary>
    public int? CheckpointEverySteps { get; init; }

    /// <summary>
    /// A file that receives a checkpoint whenever the bound on the held-out set is higher than at any evaluation before; none when null.
    /// <see cref="FitResult.Best"/> tells which it was. The highest bound survives a resume.
    /// </summary>
    public string? BestCheckpoint { get; init; }

    /// <summary>Epochs between evaluations of the held-out set, at least 1; the fit's last epoch is always evaluated.</summary>
    public int HeldOutEvery { get; init; } = 1;

    /// <summary>
    /// Steps between evaluations of the held-out set inside epochs, at least 1, counted from the first step of training; none when null.
    /// They come beside those at the ends of epochs.
    /// </summary>
    public int? HeldOutEverySteps { get; init; }

    /// <summary>
    /// The number of steps since the parameters were created, <see cref="Svi.Steps"/>, at which the fit ends, at least 1; no bound when
    /// null. The epoch in progress is finished by the next fit.
    /// </summary>
    public long? MaxSteps { get; init; }

    /// <summary>Whether an epoch leaves out its last batch where that has fewer rows. Other rows are left out in the next epoch.</summary>
    public bool DropLast { get; init; }

    /// <summary>
    /// How many batches of an epoch make one step, at least 1: its gradient is the mean over their rows, as if they were one batch, in the
    /// memory of one. The last step of an epoch has the batches that are left. Each batch has noise of its own; statistics, as of batch
    /// norm, are a batch's.
    /// </summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>What happens where an epoch is in progress and the data, the batch size or <see cref="DropLast"/> have changed since.</summary>
    public ChangedData OnChangedData { get; init; } = ChangedData.Refuse;

    /// <summary>Enter the stages of the loop, in this order: <see cref="EarlyStopping"/>, <see cref="CsvLog"/>, or one's own.</summary>
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Ends the fit cleanly after the step in progress, as Ctrl-C does.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses values outside their domains, by name, before anything else happens.</summary>
    internal void Check(Dataset? data, int batchSize, Dataset? heldOut)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEvery, 1, "options.CheckpointEvery");
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEverySteps ?? 1, 1, "options.CheckpointEverySteps");
        ArgumentOutOfRangeException.ThrowIfLessThan(HeldOutEvery, 1, "options.HeldOutEvery");
        ArgumentOutOfRangeException.ThrowIfLessThan(HeldOutEverySteps ?? 1, 1, "options.HeldOutEverySteps");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps ?? 1, 1, "options.MaxSteps");
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchesPerStep, 1, "options.BatchesPerStep");
        ArgumentNullException.ThrowIfNull(Callbacks, "options.Callbacks");
        if (heldOut is null && (HeldOutEverySteps is not null || BestCheckpoint is not null))
        {
            var option = BestCheckpoint is null ? nameof(HeldOutEverySteps) : nameof(BestCheckpoint);
            throw new PplArgumentException($"options.{option} needs a held-out set to evaluate; the fit has none.");
        }

        if (data is not null && DropLast && data.Count > 0 && data.Count < batchSize)
            throw new PplArgumentException($"options.DropLast leaves no batch: '{data.Name}' has {data.Count} rows, a batch {batchSize}.");
        CheckFiles();
        CheckNames();
    }

    private void CheckFiles()
    {
        CheckPaths();
        foreach (var path in new[] { Checkpoint, BestCheckpoint })
        {
            if (path is not null) TrainingCheckpoint.RequireWritable(path);
        }
    }

    /// <summary>Refuses two outputs in one file.</summary>
    private void CheckPaths()
    {
        var outputs = new[] { ("options.Checkpoint", Checkpoint), ("options.BestCheckpoint", BestCheckpoint) }
            .Concat(Callbacks.Select((callback, i) => ($"options.Callbacks[{i}] ({callback?.GetType().Name})", (callback as TrainingLog)?.Path)));
        var owners = new Dictionary<string, string>();
        foreach (var (owner, path) in outputs)
        {
            if (path is null || owners.TryAdd(TargetFile.AfterLinks(path), owner)) continue;
            var other = owners[TargetFile.AfterLinks(path)];
            throw new PplArgumentException($"{other} and {owner} are one file, {path}: either would overwrite the other.");
        }
    }

    private void CheckNames()
    {
        var names = new HashSet<string>();
        foreach (var callback in Callbacks)
        {
            ArgumentNullException.ThrowIfNull(callback, "options.Callbacks");
            if (callback is ICheckpointedState state && !names.Add(state.StateName))
            {
                throw new PplArgumentException(
                    $"options.Callbacks has several callbacks whose state is named '{state.StateName}': a checkpoint could not tell them apart.");
            }
        }
    }
}
