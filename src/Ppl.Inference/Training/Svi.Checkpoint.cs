using Ppl.Common;
using Ppl.Inference.Checkpoints;

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
    private readonly HashSet<string> held = [];
    private string? lastCheckpoint;

    /// <summary>
    /// Writes everything that training needs to go on: the state of model, guide, optimizers, average and callbacks, the position, the seed and
    /// torch's random state. The file appears whole or not at all.
    /// </summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <exception cref="PplArgumentException">
    /// No step has been taken yet, the optimizer cannot save its state, or a callback calls this before its step has made the update.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    /// <exception cref="NonFiniteException">A weight, a running statistic or the optimizer's state is not finite; an older file stays.</exception>
    /// <exception cref="IOException">The file cannot be written, or the fit of another program writes it.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require(nameof(Save), duringFit: true);
        using var entered = Enter(Stage.Save);
        if (updater is null) throw new PplArgumentException("there is nothing to save before the first step.");
        if (!held.Contains(Path.GetFullPath(path))) OutputLock.RequireFree("checkpoint", path);
        FollowParameters();
        fit?.SaveStates();
        RequireFinite($"no checkpoint is written to {path}");
        var manifest = new CheckpointManifest
        {
            Format = CheckpointManifest.FormatName,
            Version = CheckpointManifest.CurrentVersion,
            Model = model.GetType().FullName!,
            Guide = guide.GetType().FullName!,
            Optimizer = updater.Name,
            LearningRates = LearningRates.Of(updater.Optimizers),
            InitialLearningRates = LearningRates.InitialOf(updater.Optimizers),
            Objective = objective.ToString(),
            ObjectiveState = objectiveState,
            Seed = settings.Seed,
            Position = Position,
            Columns = columns,
            Totals = rowTotals,
            ModelState = [],
            GuideState = [],
            ObjectiveNetworks = [],
            Frozen = frozen.Entries,
            Average = average is null ? null : new AverageEntry(average.Kind.ToString(), average.Count),
            HighestBound = highestBound,
            States = callbackStates,
        };
        TrainingCheckpoint.Save(path, manifest, networks, updater, average is { Count: > 0 } ? average : null);
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
    /// <exception cref="PplArgumentException">A fit or a step of this engine is running.</exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    public void Restore(string path, RestoredRate rate = RestoredRate.OfCheckpoint)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require(nameof(Restore));
        using var entered = Enter(Stage.Restore);
        using var checkpoint = TrainingCheckpoint.Open(path);
        checkpoint.CheckModel(model, guide, settings.Seed, columns);
        checkpoint.CheckObjective(objective);
        checkpoint.CheckNetworks(objective);
        var isScheduled = settings.Schedule is not null || settings.Groups.Any(group => group.Schedule is not null);
        if (isScheduled) checkpoint.CheckSchedule(settings.ScheduleUnit);

        // Torch's random state is lent to engines on other threads for their steps; here it is the user's.
        using var turn = StepSeed.TakeTurn();
        var random = checkpoint.ReadRandom();
        var loaded = Load(checkpoint, rate);
        using (loaded.Networks) loaded.Networks.Apply();
        random.Apply();
        frozen.Load(checkpoint.Manifest.Frozen);
        Replace(loaded.Updater);
        average?.Dispose();
        average = loaded.Average;
        Continue(checkpoint.Manifest, path, loaded.Message);
    }

    /// <summary>Reads everything into new tensors and a new optimizer. Where that fails, guide and random state are as they were.</summary>
    private (LoadedState Networks, ParameterUpdater Updater, AveragedWeights? Average, string? Message) Load(
        TrainingCheckpoint checkpoint, RestoredRate rate)
    {
        var (random, wasPrepared) = (RandomState.Now(), guide.IsPrepared);
        LoadedState? state = null;
        ParameterUpdater? fresh = null;
        try
        {
            if (!wasPrepared) checkpoint.PrepareGuide(guide);
            checkpoint.CheckGuide(guide);
            state = checkpoint.ReadNetworks(networks);
            var rates = new RestoredRates(checkpoint.Manifest, rate);
            fresh = new ParameterUpdater(networks, makeOptimizer, settings, made => rates.Begin(made, checkpoint.LoadOptimizers));
            fresh.AdvanceSchedule(checkpoint.Manifest.Position.Step, checkpoint.Manifest.Position.Epoch);

            // Nothing may fail once the networks have changed.
            _ = new StepTargets(fresh, settings.Phases);
            return (state, fresh, LoadAverage(checkpoint, fresh), rates.End(fresh));
        }
        catch
        {
            state?.Dispose();
            fresh?.Dispose();
            if (!wasPrepared) guide.Unprepare();
            random.Apply();
            throw;
        }
    }

    private void Continue(CheckpointManifest manifest, string path, string? rateMessage)
    {
        var position = manifest.Position;
        (step, epoch, batchOfEpoch, totals, source) = (position.Step, position.Epoch, position.Batch, position.Totals, position.Source);
        rowTotals = manifest.Totals;
        (columns, lastCheckpoint, restoredFrom, GradientNorm, highestBound) = (manifest.Columns, path, path, null, manifest.HighestBound);
        callbackStates.Clear();
        foreach (var (name, state) in manifest.States) callbackStates[name] = state;
        reporter.Message($"resumed from {path}: step {step}, epoch {epoch} done");
        if (rateMessage is not null) reporter.Message(rateMessage);
        if (AverageMessage(manifest.Average) is { } averageMessage) reporter.Message(averageMessage);
        var isSame = manifest.Objective == objective.ToString();
        objectiveState = isSame ? new(objective.InitialState.Keys.Select(name => KeyValuePair.Create(name, manifest.ObjectiveState[name])))
            : objective.InitialState;
        if (isSame) return;
        totals = EpochTotals.Empty;
        reporter.Message($"objective: {manifest.Objective} (checkpoint) -> {objective}; networks and optimizer state kept");
    }

    /// <summary>Refuses to go on, or to save, with a state that is not finite.</summary>
    private void RequireFinite(string consequence)
    {
        if (StateCheck.Fault(updater!, norms!) is not { } fault) return;
        var keep = lastCheckpoint is null ? "" : $" The last good checkpoint is {lastCheckpoint}.";
        throw new NonFiniteException(
            $"after step {step}: {fault}: an update was too large; {consequence}. Lower the learning rate or clip gradients.{keep}");
    }

    /// <summary>Keeps other programs from a checkpoint of the fit until the result is disposed.</summary>
    private HeldCheckpoint Hold(string path) => new(this, path);

    private sealed class HeldCheckpoint : IDisposable
    {
        private readonly Svi svi;
        private readonly FileLock file;
        private readonly string path;

        public HeldCheckpoint(Svi svi, string path)
        {
            file = OutputLock.Take("checkpoint", path);
            (this.svi, this.path) = (svi, Path.GetFullPath(path));
            svi.held.Add(this.path);
        }

        public void Dispose()
        {
            svi.held.Remove(path);
            file.Dispose();
        }
    }
}
