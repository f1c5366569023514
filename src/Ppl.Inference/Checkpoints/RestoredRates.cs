using System.Globalization;

namespace Ppl.Inference.Checkpoints;

/// <summary>The learning rates of a restored run: the checkpoint's, or those that this run's own optimizers begin with.</summary>
/// <param name="manifest">The checkpoint's rates.</param>
/// <param name="rate">Whose go on.</param>
internal sealed class RestoredRates(CheckpointManifest manifest, RestoredRate rate)
{
    private double[] own = [];

    /// <summary>Loads the state of new optimizers, and sets the rates that their schedules are to begin with.</summary>
    /// <param name="updater">The optimizers, without schedules yet.</param>
    /// <param name="load">Loads their state.</param>
    public void Begin(ParameterUpdater updater, Action<ParameterUpdater> load)
    {
        own = LearningRates.InitialOf(updater.Optimizers);
        load(updater);
        LearningRates.Begin(updater.Optimizers, rate == RestoredRate.OfCheckpoint ? manifest.InitialLearningRates : own);
    }

    /// <summary>Sets the rates to go on with, once the schedules are where training stood.</summary>
    /// <param name="updater">The optimizers.</param>
    /// <returns>Whose rate goes on, where the checkpoint's and this run's differ; else null.</returns>
    public string? End(ParameterUpdater updater)
    {
        var scheduled = LearningRates.Of(updater.Optimizers);
        var isSame = manifest.LearningRates.SequenceEqual(scheduled);
        if (rate == RestoredRate.OfThisRun)
            return isSame ? null : $"learning rate: {Text(manifest.LearningRates)} (checkpoint) -> {Text(scheduled)}";

        LearningRates.Set(updater.Optimizers, manifest.LearningRates);
        var kept = $"learning rate: {Text(manifest.LearningRates)} of the checkpoint goes on";
        if (!manifest.InitialLearningRates.SequenceEqual(own))
        {
            return $"{kept}, which began with {Text(manifest.InitialLearningRates)}; this run's optimizer has {Text(own)}: "
                + $"{nameof(Svi.Restore)}(path, {nameof(RestoredRate)}.{nameof(RestoredRate.OfThisRun)}) would take that";
        }

        return isSame ? null : $"{kept}; this run's schedule is at {Text(scheduled)} there";
    }

    private static string Text(IReadOnlyList<double> rates) => string.Join(", ", rates.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
