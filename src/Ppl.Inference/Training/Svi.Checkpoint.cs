using Ppl.Contracts;
using Ppl.Inference.Checkpoints;

namespace Ppl.Inference;

/// <content>Checkpoints.</content>
public sealed partial class Svi
{
    private string? lastCheckpoint;

    /// <summary>
    /// Writes everything that training needs to go on: the state of model, guide and optimizer, the position, the seed and torch's random
    /// state. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <exception cref="PplArgumentException">No step has been taken yet, or the optimizer cannot save its state.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (optimizer is null) throw new PplArgumentException("there is nothing to save before the first step.");
        TrainingCheckpoint.Save(path, model, guide, optimizer, objective.ToString(), settings.Seed, Position, columns);
        lastCheckpoint = path;
    }

    /// <summary>
    /// Goes on from a checkpoint, bit for bit as the run that wrote it would have. The objective stays the one set here; a message says so
    /// where the checkpoint's was another.
    /// </summary>
    /// <param name="path">A file written by <see cref="Save"/>, for the same model, guide, optimizer and seed.</param>
    /// <exception cref="CheckpointException">
    /// The file is missing, damaged, foreign, or of another model, guide, optimizer or seed. Nothing has been changed.
    /// </exception>
    public void Restore(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var checkpoint = TrainingCheckpoint.Open(path);
        checkpoint.CheckModel(model, guide, settings.Seed);
        checkpoint.PrepareGuide(guide);
        checkpoint.CheckGuide(guide);

        var position = checkpoint.Manifest.Position;
        var fresh = makeOptimizer(Parameters());
        var freshSchedule = settings.Schedule?.Invoke(fresh);
        try
        {
            checkpoint.LoadOptimizer(fresh, () =>
            {
                var times = settings.ScheduleUnit == ScheduleUnit.Epoch ? position.Epoch : position.Step;
                for (var i = 0L; i < times; i++) freshSchedule?.step();
            });
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        checkpoint.LoadNetworks(model, guide);
        optimizer?.Dispose();
        (optimizer, schedule) = (fresh, freshSchedule);
        (step, epoch, batchOfEpoch, totals, source) = (position.Step, position.Epoch, position.Batch, position.Totals, position.Source);
        (columns, lastCheckpoint) = (checkpoint.Manifest.Columns, path);
        reporter.Message($"resumed from {path}: step {step}, epoch {epoch} done");
        if (checkpoint.Manifest.Objective == objective.ToString()) return;
        totals = EpochTotals.Empty;
        reporter.Message($"objective: {checkpoint.Manifest.Objective} (checkpoint) -> {objective}; networks and optimizer state kept");
    }

    private void RememberColumns(Batch batch)
    {
        columns = [.. batch.Tensors.Select((t, i) =>
            new TensorEntry(guide.Plan.Inputs[i].Name, guide.Plan.Inputs[i].IsPlated ? t.shape[1..] : t.shape, t.dtype.ToString()))];
    }
}
