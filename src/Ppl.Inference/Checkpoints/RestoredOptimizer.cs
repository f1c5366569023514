using System.Globalization;
using static TorchSharp.torch.optim;

namespace Ppl.Inference.Checkpoints;

/// <summary>A new optimizer with a checkpoint's state, and its schedule where training stood.</summary>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Schedule">Its schedule, if the run has one.</param>
/// <param name="Message">Says whose learning rate goes on, where the checkpoint's and this run's differ; else null.</param>
internal sealed record RestoredOptimizer(Optimizer Optimizer, lr_scheduler.LRScheduler? Schedule, string? Message)
{
    /// <summary>Loads the state, and makes the schedule from the rates that it began with.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="fresh">The new optimizer, which is to be disposed of where this fails.</param>
    /// <param name="settings">The schedule.</param>
    /// <param name="rate">Whose learning rate goes on.</param>
    /// <exception cref="CheckpointException">The state is another optimizer's.</exception>
    public static RestoredOptimizer Load(TrainingCheckpoint checkpoint, Optimizer fresh, SviSettings settings, RestoredRate rate)
    {
        var own = fresh.ParamGroups.Select(group => group.InitialLearningRate).ToList();
        checkpoint.LoadOptimizer(fresh);
        var manifest = checkpoint.Manifest;
        var first = rate == RestoredRate.OfCheckpoint ? manifest.InitialLearningRates : own;
        foreach (var (group, value) in fresh.ParamGroups.Zip(first)) (group.InitialLearningRate, group.LearningRate) = (value, value);

        var schedule = settings.Schedule?.Invoke(fresh);
        var times = settings.ScheduleUnit == ScheduleUnit.Epoch ? manifest.Position.Epoch : manifest.Position.Step;
        for (var i = 0L; i < times && schedule is not null; i++) schedule.step();
        var scheduled = fresh.ParamGroups.Select(group => group.LearningRate).ToList();
        if (rate == RestoredRate.OfThisRun) return new(fresh, schedule, Changed(manifest.LearningRates, scheduled));

        foreach (var (group, value) in fresh.ParamGroups.Zip(manifest.LearningRates)) group.LearningRate = value;
        return new(fresh, schedule, Kept(manifest, own, scheduled));
    }

    private static string? Changed(IReadOnlyList<double> theirs, List<double> ours) =>
        theirs.SequenceEqual(ours) ? null : $"learning rate: {Text(theirs)} (checkpoint) -> {Text(ours)}";

    private static string? Kept(CheckpointManifest manifest, List<double> own, List<double> scheduled)
    {
        var kept = $"learning rate: {Text(manifest.LearningRates)} of the checkpoint goes on";
        if (!manifest.InitialLearningRates.SequenceEqual(own))
        {
            return $"{kept}, which began with {Text(manifest.InitialLearningRates)}; this run's optimizer has {Text(own)}: "
                + $"{nameof(Svi.Restore)}(path, {nameof(RestoredRate)}.{nameof(RestoredRate.OfThisRun)}) would take that";
        }

        return manifest.LearningRates.SequenceEqual(scheduled) ? null : $"{kept}; this run's schedule is at {Text(scheduled)} there";
    }

    private static string Text(IReadOnlyList<double> rates) => string.Join(", ", rates.Select(rate => rate.ToString(CultureInfo.InvariantCulture)));
}
