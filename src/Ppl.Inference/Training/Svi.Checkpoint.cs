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
    private string? lastCheckpoint;
    private string? heldPath;

    /// <summary>
    /// Named texts that callbacks want to find again, such as the best bound so far: <see cref="Save"/> writes them, <see cref="Restore"/>
    /// replaces all of them. Under a name of its own each callback writes what it likes.
    /// </summary>
    public IDictionary<string, string> States { get; } = new Dictionary<string, string>();

    /// <summary>
    /// Writes everything that training needs to go on: the state of model, guide and optimizer, the position, the seed, torch's random
    /// state and <see cref="States"/>. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <exception cref="PplArgumentException">No step has been taken yet, or the optimizer cannot save its state.</exception>
    /// <exception cref="IOException">The file cannot be written, or the fit of another program writes it.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (optimizer is null) throw new PplArgumentException("there is nothing to save before the first step.");
        if (Path.GetFullPath(path) != heldPath) CheckpointLock.RequireFree(path);
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.FormatName,
            Version = CheckpointManifest.CurrentVersion,
            Model = model.GetType().FullName!,
            Guide = guide.GetType().FullName!,
            Optimizer = optimizer.GetType().Name,
            LearningRates = [.. optimizer.ParamGroups.Select(g => g.LearningRate)],
            InitialLearningRates = [.. optimizer.ParamGroups.Select(g => g.InitialLearningRate)],
            Objective = objective.ToString(),
            Seed = settings.Seed,
            Position = Position,
            Columns = columns,
            ModelState = [],
            GuideState = [],
            States = States.AsReadOnly(),
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
        optimizer?.Dispose();
        (optimizer, schedule) = (fresh.Optimizer, fresh.Schedule);
        Continue(checkpoint.Manifest, path, fresh.Message);
    }

    /// <summary>Reads everything into new tensors and a new optimizer. Where that fails, guide and random state are as they were.</summary>
    private (LoadedState Networks, RestoredOptimizer Optimizer) Load(TrainingCheckpoint checkpoint, RestoredRate rate)
    {
        var random = RandomState.Now();
        LoadedState? networks = null;
        Optimizer? fresh = null;
        try
        {
            if (!guide.IsPrepared) checkpoint.PrepareGuide(guide);
            checkpoint.CheckGuide(guide);
            networks = checkpoint.ReadNetworks(model, guide);
            fresh = makeOptimizer(Parameters());
            return (networks, RestoredOptimizer.Load(checkpoint, fresh, settings, rate));
        }
        catch
        {
            networks?.Dispose();
            fresh?.Dispose();
            random.Apply();
            throw;
        }
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
        private readonly FileLock held;

        public CheckpointHold(Svi svi, string path)
        {
            held = CheckpointLock.Take(path);
            this.svi = svi;
            svi.heldPath = Path.GetFullPath(path);
        }

        public void Dispose()
        {
            svi.heldPath = null;
            held.Dispose();
        }
    }
}
