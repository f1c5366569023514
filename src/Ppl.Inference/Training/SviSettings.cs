using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>When a learning rate schedule advances.</summary>
public enum ScheduleUnit
{
    /// <summary>Once at the end of each epoch.</summary>
    Epoch,

    /// <summary>Once after each step.</summary>
    Step,
}

/// <summary>Settings of <see cref="Svi"/> that most programs leave alone.</summary>
public sealed record SviSettings
{
    /// <summary>
    /// Batches, dynamic binarization and the guide's noise are pure functions of this seed and the step. Initial weights are not: they are
    /// drawn when the networks are made, from torch's generator (<c>torch.manual_seed</c>).
    /// </summary>
    public long Seed { get; init; }

    /// <summary>
    /// Parameters with an optimizer, a schedule or a clip of their own. What is in no group has those of the engine: its optimizer function,
    /// <see cref="Schedule"/> and <see cref="Clip"/>. No parameter may be in two groups.
    /// </summary>
    public IReadOnlyList<ParameterGroup> Groups { get; init; } = [];

    /// <summary>
    /// What the steps train in turn: the steps of the first phase, then those of the second, and after the last the first again. Every step
    /// trains everything when empty. The phase of a step is a function of <see cref="Svi.Steps"/> alone.
    /// </summary>
    public IReadOnlyList<TrainingPhase> Phases { get; init; } = [];

    /// <summary>
    /// Makes a schedule for the optimizer's learning rate; none when null. It must be a function of how often it has advanced, since a
    /// resumed run makes it anew and advances it as often: <c>ReduceLROnPlateau</c>, which looks at a metric, is not one.
    /// </summary>
    public Func<Optimizer, lr_scheduler.LRScheduler>? Schedule { get; init; }

    /// <summary>When the schedule advances.</summary>
    public ScheduleUnit ScheduleUnit { get; init; } = ScheduleUnit.Epoch;

    /// <summary>Keeps an average of the weights, which measuring uses: see <see cref="Svi.UseAverage"/>. None when null.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>
    /// Bounds each step's gradient before the update: <see cref="GradientClip.ByNorm"/> or <see cref="GradientClip.ByValue"/>; it is taken
    /// as it is when null. A gradient that is NaN or infinite is never clipped: its step is refused.
    /// </summary>
    public GradientClip? Clip { get; init; }

    /// <summary>Where progress is shown; the console when null.</summary>
    public ITrainingReporter? Reporter { get; init; }

    /// <summary>Refuses values outside their domains, by name.</summary>
    internal void Check()
    {
        ParameterGroup.Check(Groups);
        TrainingPhase.Check(Phases);
    }
}
