namespace Ppl.Inference;

/// <summary>Shows a fit to a person. See <see cref="TextReporter"/> and <see cref="Quiet"/>.</summary>
public interface ITrainingReporter
{
    /// <summary>A reporter that shows nothing.</summary>
    static ITrainingReporter Quiet { get; } = new QuietReporter();

    /// <summary>Runs the whole fit, so that a live display can wrap it. Calls <paramref name="fit"/> once, on this thread.</summary>
    /// <param name="start">What is about to run.</param>
    /// <param name="fit">The fit.</param>
    void Run(FitReport start, Action fit);

    /// <summary>A sentence for the user.</summary>
    void Message(string text);

    /// <summary>After each step: called often, must be cheap.</summary>
    void StepEnded(StepReport step);

    /// <summary>After each epoch.</summary>
    void EpochEnded(EpochReport epoch);

    private sealed class QuietReporter : ITrainingReporter
    {
        public void Run(FitReport start, Action fit) => fit();

        public void Message(string text)
        {
        }

        public void StepEnded(StepReport step)
        {
        }

        public void EpochEnded(EpochReport epoch)
        {
        }
    }
}

/// <summary>Something to do while training: write pictures, record a curve, stop early through the fit's cancellation token.</summary>
public interface ITrainingCallback
{
    /// <summary>After each epoch, once the held-out set has been evaluated and before the checkpoint.</summary>
    /// <param name="svi">The engine; the networks may be used, and must not be changed.</param>
    /// <param name="epoch">The epoch's numbers.</param>
    void OnEpochEnd(Svi svi, EpochReport epoch);

    /// <summary>After each step; does nothing unless overridden.</summary>
    /// <param name="svi">The engine.</param>
    /// <param name="step">The step's numbers.</param>
    void OnStepEnd(Svi svi, StepReport step)
    {
    }
}
