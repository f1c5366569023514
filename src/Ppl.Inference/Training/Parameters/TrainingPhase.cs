namespace Ppl.Inference;

/// <summary>Some steps in a row that train some of the parameters. See <see cref="SviSettings.Phases"/>.</summary>
/// <param name="name">Its name, in messages.</param>
/// <param name="steps">How many steps in a row, at least 1.</param>
/// <param name="parameters">Which parameters its steps train: a pattern such as <c>"guide.*"</c>, or another <see cref="ParameterSet"/>.</param>
public sealed class TrainingPhase(string name, int steps, ParameterSet parameters)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>How many steps in a row.</summary>
    public int Steps { get; } = steps;

    /// <summary>Which parameters its steps train; the others keep their values, and their optimizers what they remember.</summary>
    public ParameterSet Parameters { get; } = parameters;

    /// <summary>What its steps raise; the engine's objective when null.</summary>
    public Objective? Objective { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"phase {Name}: {Steps} steps of {Parameters}{(Objective is null ? "" : $", {Objective}")}";

    /// <summary>Refuses phases without steps.</summary>
    internal static void Check(IReadOnlyList<TrainingPhase> phases)
    {
        ArgumentNullException.ThrowIfNull(phases, "settings.Phases");
        foreach (var phase in phases)
        {
            ArgumentNullException.ThrowIfNull(phase, "settings.Phases");
            ArgumentException.ThrowIfNullOrEmpty(phase.Name, "settings.Phases");
            ArgumentNullException.ThrowIfNull(phase.Parameters, $"settings.Phases, '{phase.Name}'");
            ArgumentOutOfRangeException.ThrowIfLessThan(phase.Steps, 1, $"settings.Phases, '{phase.Name}'");
        }
    }

    /// <summary>The phase of a step: a pure function of how many were made before.</summary>
    internal static TrainingPhase? At(IReadOnlyList<TrainingPhase> phases, long step)
    {
        if (phases.Count == 0) return null;
        var left = step % phases.Sum(phase => (long)phase.Steps);
        foreach (var phase in phases)
        {
            if (left < phase.Steps) return phase;
            left -= phase.Steps;
        }

        return phases[^1];
    }
}
