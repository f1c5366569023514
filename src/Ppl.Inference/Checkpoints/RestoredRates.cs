using System.Globalization;
using static TorchSharp.torch.optim;

namespace Ppl.Inference.Checkpoints;

/// <summary>The learning rates of a restored run: the checkpoint's, or those that this run's own optimizer begins with.</summary>
/// <param name="manifest">The checkpoint's rates.</param>
/// <param name="rate">Whose go on.</param>
internal sealed class RestoredRates(CheckpointManifest manifest, RestoredRate rate)
{
    private double[] own = [];

    /// <summary>Loads a new optimizer's state, and sets the rates that its schedule is to begin with.</summary>
    /// <param name="optimizer">The optimizer, without a schedule yet.</param>
    /// <param name="load">Loads its state.</param>
    public void Begin(Optimizer optimizer, Action<Optimizer> load)
    {
        own = LearningRates.InitialOf(optimizer);
        load(optimizer);
        LearningRates.Begin(optimizer, rate == RestoredRate.OfCheckpoint ? manifest.InitialLearningRates : own);
    }

    /// <summary>Sets the rates to go on with, once the schedule is where training stood.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <returns>Whose rate goes on, where the checkpoint's and this run's differ; else null.</returns>
    public string? End(Optimizer optimizer)
    {
        var scheduled = LearningRates.Of(optimizer);
        var isSame = manifest.LearningRates.SequenceEqual(scheduled);
        if (rate == RestoredRate.OfThisRun)
            return isSame ? null : $"learning rate: {Text(manifest.LearningRates)} (checkpoint) -> {Text(scheduled)}";

        LearningRates.Set(optimizer, manifest.LearningRates);
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
