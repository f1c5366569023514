using Ppl.Inference.Checkpoints;

namespace Ppl.Inference;

/// <content>The average of the weights.</content>
public sealed partial class Svi
{
    private AveragedWeights? average;
    private bool isAveraged;

    /// <summary>
    /// Puts the averaged weights in the place of those that are trained, until the result is disposed: to measure, predict and draw by them.
    /// Before the first step that counts they are the weights themselves. Meanwhile this engine neither trains, saves nor restores.
    /// </summary>
    /// <remarks>
    /// <see cref="Evaluate"/>, and with it the evaluations within a fit, does so by itself. Running statistics, as of batch norm, are no
    /// weights: they stay those of training.
    /// </remarks>
    /// <exception cref="PplArgumentException">This engine keeps no average, or a step is running.</exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    public IDisposable UseAverage()
    {
        Require(nameof(UseAverage), duringFit: true);
        if (average is null)
        {
            throw new PplArgumentException(
                $"this engine keeps no average of its weights: set {nameof(SviSettings)}.{nameof(SviSettings.Average)}.");
        }

        return new AverageInUse(this, average.Place(NamedParameter.Of(networks)));
    }

    /// <summary>The averaged weights for a measurement; null where they are in use already, or there is no average.</summary>
    private IDisposable? Averaged() => average is null || isAveraged ? null : average.Place(NamedParameter.Of(networks));

    /// <summary>Lets the average follow the networks of another objective: a critic has nothing of one that had its name.</summary>
    /// <param name="before">The parameters under the objective before.</param>
    private void FollowAverage(IReadOnlyList<NamedParameter> before)
    {
        var same = before.Select(p => p.Value).ToHashSet(ReferenceEqualityComparer.Instance);
        var others = updater!.Trained.Where(p => p.Owner == "objective" && !same.Contains(p.Value)).Select(p => p.FullName).ToHashSet();
        average?.Follow(updater.Trained, others);
    }

    /// <summary>The average of a restored run: the checkpoint's, or a new one where that has another or none.</summary>
    private AveragedWeights? LoadAverage(TrainingCheckpoint checkpoint, ParameterUpdater fresh)
    {
        if (settings.Average is not { } kind) return null;
        var loaded = new AveragedWeights(kind);
        if (checkpoint.Manifest.Average is { Count: > 0 } known && known.Kind == kind.ToString()) checkpoint.LoadAverage(loaded, fresh);
        return loaded;
    }

    /// <summary>What became of the checkpoint's average, where it does not go on.</summary>
    private string? AverageMessage(AverageEntry? known)
    {
        var own = settings.Average?.ToString();
        return known?.Kind == own ? null
            : $"average of weights: {known?.Kind ?? "none"} (checkpoint) -> {(own is null ? "none" : $"{own}, begins anew")}";
    }

    private sealed class AverageInUse : IDisposable
    {
        private readonly Svi svi;
        private readonly Stage before;
        private IDisposable? placed;

        public AverageInUse(Svi svi, IDisposable placed)
        {
            (this.svi, before, this.placed) = (svi, svi.stage, placed);
            (svi.stage, svi.isAveraged) = (Stage.Averaged, true);
        }

        public void Dispose()
        {
            if (placed is null) return;
            placed.Dispose();
            placed = null;
            (svi.stage, svi.isAveraged) = (before, false);
            if (before == Stage.Idle && svi.isDisposed) svi.Free();
        }
    }
}
