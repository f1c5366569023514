using Ppl.Common;
using Ppl.Inference.Checkpoints;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>Whose learning rate a restored run goes on with.</summary>
public enum RestoredRate
{
    /// <summary>The checkpoint's, as the run that wrote it would have.</summary>
    OfCheckpoint,

    /// <summary>That of this run's optimizer, with its schedule at the checkpoint's position: after a rate that was too high, for example.</summary>
    OfThisRun,
}

/// <content>Checkpoints.</content>
public sealed partial class Svi
{
    private readonly HashSet<string> heldPaths = [];
    private string? lastCheckpoint;

    /// <summary>
    /// What callbacks and the loop remember, by name: of the checkpoint restored, and of the fits since. <see cref="Save"/> writes it,
    /// <see cref="Restore"/> replaces all of it.
    /// </summary>
    internal Dictionary<string, string> States { get; } = [];

    /// <summary>
    /// Writes everything that training needs to go on: the state of model, guide and optimizer, the position, the seed, torch's random
    /// state and the states of callbacks. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <exception cref="PplArgumentException">No step has been taken yet, or the optimizer cannot save its state.</exception>
    /// <exception cref="NonFiniteException">A weight, a running statistic or the optimizer's state is not finite; an older file stays.</exception>
    /// <exception cref="IOException">The file cannot be written, or the fit of another program writes it.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (updater is null) throw new PplArgumentException("there is nothing to save before the first step.");
        if (!heldPaths.Contains(Path.GetFullPath(path))) CheckpointLock.RequireFree(path);
        FollowParameters(updater, forgetGradients: false);
        fit?.SaveStates();
        RequireFinite($"no checkpoint is written to {path}");
        var optimizer = updater.Optimizer;
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.FormatName,
            Version = CheckpointManifest.CurrentVersion,
            Model = model.GetType().FullName!,
            Guide = guide.GetType().FullName!,
            Optimizer = updater.Name,
            LearningRates = Inference.LearningRates.Of(optimizer),
            InitialLearningRates = Inference.LearningRates.First(optimizer),
            Objective = objective.ToString(),
            Seed = settings.Seed,
            Position = Position,
            Columns = columns,
            ModelState = [],
            GuideState = [],
            States = States,
        };
        TrainingCheckpoint.Save(path, manifest, model, guide, optimizer);
        lastCheckpoint = path;
    }

    /// <summary>
    /// Goes on from a checkpoint, bit for bit as the run that wrote it would have. The objective stays the one set here, and the learning
    /// rate is the one that <paramref name="rate"/> chooses; messages say so where the checkpoint's are others.
    /// </summary>
    /// <param name="path">A file written by <see cref="Save"/>, for the same model, guide, optimizer and seed.</param>
    /// <param name="rate">Whose learning rate training goes on with.</param>
    /// <exception cref="CheckpointException">
    /// The file is missing, damaged, foreign, or of another model, guide, optimizer or seed. Nothing has been changed: everything is read
    /// and checked before the first tensor is touched.
    /// </exception>
    public void Restore(string path, RestoredRate rate = RestoredRate.OfCheckpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var checkpoint = TrainingCheckpoint.Open(path);
        checkpoint.CheckModel(model, guide, settings.Seed, columns);
        var random = checkpoint.ReadRandom();
        var (networks, fresh) = Load(checkpoint, rate);
        using (networks) networks.Apply();
        random.Apply();
        Replace(new ParameterUpdater(model, guide, makeOptimizer, settings, fresh.Optimizer, fresh.Schedule));
        Continue(checkpoint.Manifest, path, fresh.Message);
    }

    /// <summary>Reads everything into new tensors and a new optimizer. Where that fails, guide and random state are as they were.</summary>
    private (LoadedState Networks, RestoredOptimizer Optimizer) Load(TrainingCheckpoint checkpoint, RestoredRate rate)
    {
        var random = RandomState.Now();
        var sized = guide.IsPrepared;
        LoadedState? networks = null;
        Optimizer? fresh = null;
        try
        {
            if (!sized) checkpoint.PrepareGuide(guide);
            checkpoint.CheckGuide(guide);
            networks = checkpoint.ReadNetworks(model, guide);
            fresh = ParameterUpdater.MakeOptimizer(model, guide, makeOptimizer);
            return (networks, RestoredOptimizer.Load(checkpoint, fresh, settings, rate));
        }
        catch
        {
            networks?.Dispose();
            fresh?.Dispose();
            if (!sized) guide.Unprepare();
            random.Apply();
            throw;
        }
    }

    /// <summary>Refuses to go on, or to save, with a state that is not finite.</summary>
    private void RequireFinite(string consequence)
    {
        if (StateCheck.Fault(updater!, norms!) is not { } fault) return;
        var keep = lastCheckpoint is null ? "" : $" The last good checkpoint is {lastCheckpoint}.";
        throw new NonFiniteException($"after step {step}: {fault}: an update was too large; {consequence}. Lower the learning rate or clip gradients.{keep}");
    }

    /// <summary>Holds the checkpoint of a fit, so that no other program writes it at the same time.</summary>
    private CheckpointHold? Hold(string? path)
    {
        if (path is null) return null;
        TrainingCheckpoint.RequireWritable(path);
        return new CheckpointHold(this, path);
    }

    private void Continue(CheckpointManifest manifest, string path, string? rateMessage)
    {
        var position = manifest.Position;
        (step, epoch, batchOfEpoch, totals, source) = (position.Step, position.Epoch, position.Batch, position.Totals, position.Source);
        (columns, lastCheckpoint) = (manifest.Columns, path);
        States.Clear();
        foreach (var (name, value) in manifest.States) States[name] = value;
        reporter.Message($"resumed from {path}: step {step}, epoch {epoch} done");
        if (rateMessage is not null) reporter.Message(rateMessage);
        if (manifest.Objective == objective.ToString()) return;
        totals = EpochTotals.Empty;
        reporter.Message($"objective: {manifest.Objective} (checkpoint) -> {objective}; networks and optimizer state kept");
    }

    private sealed class CheckpointHold : IDisposable
    {
        private readonly Svi svi;
        private readonly string path;
        private readonly FileLock held;

        public CheckpointHold(Svi svi, string path)
        {
            held = CheckpointLock.Take(path);
            (this.svi, this.path) = (svi, Path.GetFullPath(path));
            svi.heldPaths.Add(this.path);
        }

        public void Dispose()
        {
            svi.heldPaths.Remove(path);
            held.Dispose();
        }
    }
}
