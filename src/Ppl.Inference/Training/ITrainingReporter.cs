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
