namespace Ppl.Inference;

/// <content>What a step trains: phases and frozen parameters.</content>
public sealed partial class Svi
{
    private readonly FrozenParameters frozen = new();
    private StepTargets? targets;

    /// <summary>The name of the phase that the next step belongs to; null without <see cref="SviSettings.Phases"/>.</summary>
    public string? Phase => PhaseNow?.Name;

    private TrainingPhase? PhaseNow => TrainingPhase.At(settings.Phases, step);

    /// <summary>What the next step raises, whichever step it is.</summary>
    private Objective PhaseObjective => PhaseNow?.Objective ?? objective;

    /// <summary>What the next step raises, or the step in progress.</summary>
    private Objective ObjectiveNow => PhaseNow?.Objective?.At(step) ?? objective.At(step, objectiveState);

    /// <summary>
    /// Keeps parameters as they are, for some steps or until they are told otherwise. Their optimizers pass over them, and keep what they
    /// remember; schedules go on. Checkpoints carry it.
    /// </summary>
    /// <param name="parameters">Which parameters: a pattern such as <c>"model.decoder.*"</c>, or another <see cref="ParameterSet"/>.</param>
    /// <param name="steps">For how many steps from now, at least 1; until <see cref="Unfreeze"/> when null.</param>
    /// <exception cref="PplArgumentException">There is no such parameter (known at the first step), or a step is running.</exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    public void Freeze(ParameterSet parameters, long? steps = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps ?? 1, 1, nameof(steps));
        Require(nameof(Freeze), duringFit: true);
        frozen.Freeze(parameters, step + steps, updater?.Parameters);
    }

    /// <summary>Trains parameters again that were frozen; those that were not stay as they are.</summary>
    /// <param name="parameters">Which parameters.</param>
    /// <exception cref="PplArgumentException">There is no such parameter (known at the first step), or a step is running.</exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    public void Unfreeze(ParameterSet parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Require(nameof(Unfreeze), duringFit: true);
        frozen.Unfreeze(parameters, updater?.Parameters);
    }

    /// <summary>Refuses objectives that mean nothing for these networks, or whose values no epoch's mean could hold together.</summary>
    private static void CheckObjectives(GenerativeModel model, Guide guide, Objective objective, SviSettings settings)
    {
        ObjectiveCheck.Run(objective, model, guide);
        if (settings.Phases.Count > 0 && settings.Phases.Select(phase => phase.Objective).Append(objective).OfType<CriticObjective>().Any())
        {
            throw new PplArgumentException(
                $"{objective}: critic and model take turns by the number of the step, and a phase may hold still the one whose turn it is, so that "
                + "nothing would be trained. Leave settings.Phases out, and set 'criticSteps' of the objective.");
        }

        foreach (var phase in settings.Phases.Where(phase => phase.Objective is not null))
        {
            ObjectiveCheck.Run(phase.Objective!, model, guide);
            if (phase.Objective!.InitialState.Count > 0)
            {
                throw new PplArgumentException(
                    $"phase '{phase.Name}' has {phase.Objective}, which remembers a number from step to step, and the engine keeps that of its own "
                    + "objective alone: give it to the engine, and others to the phases.");
            }

            if (phase.Objective!.Networks is { } own && !ReferenceEquals(own, objective.Networks))
            {
                throw new PplArgumentException(
                    $"phase '{phase.Name}' has {phase.Objective}, with networks of its own, and the engine trains those of its own objective alone: "
                    + "give it to the engine, and others to the phases.");
            }

            if (phase.Objective!.UnitOf(guide.Plan) == objective.UnitOf(guide.Plan)) continue;
            throw new PplArgumentException(
                $"phase '{phase.Name}' has {phase.Objective}, the engine {objective}: one is a number for each datum, the other for the whole data, "
                + "and no epoch has a mean of both.");
        }
    }
}
