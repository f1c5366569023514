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
    /// <exception cref="NonFiniteException">A weight, a running statistic or the optimizer's state is not finite; an older file stays.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (updater is null) throw new PplArgumentException("there is nothing to save before the first step.");
        FollowParameters(updater, forgetGradients: false);
        fit?.SaveStates();
        RequireFinite($"no checkpoint is written to {path}");
        TrainingCheckpoint.Save(path, model, guide, updater.Optimizer, objective.ToString(), settings.Seed, Position, columns, states);
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
        var sized = guide.IsPrepared;
        checkpoint.PrepareGuide(guide);
        try
        {
            checkpoint.CheckGuide(guide);
        }
        catch (CheckpointException) when (!sized)
        {
            guide.Unprepare();
            throw;
        }

        var position = checkpoint.Manifest.Position;
        var fresh = new ParameterUpdater(model, guide, makeOptimizer, settings);
        try
        {
            fresh.AdvanceSchedule(position.Step, position.Epoch);
            checkpoint.LoadOptimizer(fresh.Optimizer);
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        checkpoint.LoadNetworks(model, guide);
        Replace(fresh);
        (step, epoch, batchOfEpoch, totals, source) = (position.Step, position.Epoch, position.Batch, position.Totals, position.Source);
        (columns, lastCheckpoint) = (checkpoint.Manifest.Columns, path);
        states.Clear();
        foreach (var (name, state) in checkpoint.Manifest.States) states[name] = state;
        reporter.Message($"resumed from {path}: step {step}, epoch {epoch} done");
        if (checkpoint.Manifest.Objective == objective.ToString()) return;
        totals = EpochTotals.Empty;
        reporter.Message($"objective: {checkpoint.Manifest.Objective} (checkpoint) -> {objective}; networks and optimizer state kept");
    }

    /// <summary>Refuses to go on, or to save, with a state that is not finite.</summary>
    private void RequireFinite(string consequence)
    {
        if (StateCheck.Fault(updater!, norms!) is not { } fault) return;
        var keep = lastCheckpoint is null ? "" : $" The last good checkpoint is {lastCheckpoint}.";
        throw new NonFiniteException($"after step {step}: {fault}: an update was too large; {consequence}. Lower the learning rate or clip gradients.{keep}");
    }

    private void RememberColumns(Batch batch)
    {
        columns = [.. batch.Tensors.Select((t, i) =>
            new TensorEntry(guide.Plan.Inputs[i].Name, guide.Plan.Inputs[i].IsPlated ? t.shape[1..] : t.shape, t.dtype.ToString()))];
    }
}
