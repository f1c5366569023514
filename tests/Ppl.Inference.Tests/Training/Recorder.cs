namespace Ppl.Inference.Tests.Training;

/// <summary>A reporter and callback that keeps what it is told, and can stop a fit after some steps.</summary>
internal sealed class Recorder : ITrainingReporter, ITrainingCallback
{
    public List<string> Messages { get; } = [];

    public List<StepReport> Steps { get; } = [];

    /// <summary>What the callback was told.</summary>
    public List<EpochReport> Epochs { get; } = [];

    /// <summary>What the reporter was told.</summary>
    public List<EpochReport> Shown { get; } = [];

    public long StopAfter { get; init; } = long.MaxValue;

    public CancellationTokenSource Stop { get; } = new();

    public void Run(FitReport start, Action fit) => fit();

    public void Message(string text) => Messages.Add(text);

    public void StepEnded(StepReport step) => Steps.Add(step);

    public void EpochEnded(EpochReport epoch) => Shown.Add(epoch);

    public void OnEpochEnd(Svi svi, EpochReport epoch) => Epochs.Add(epoch);

    public void OnStepEnd(Svi svi, StepReport step)
    {
        if (step.Step == StopAfter) Stop.Cancel();
    }
}
