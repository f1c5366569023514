namespace Ppl.Inference;

/// <summary>Which of the parameters that have an optimizer a step trains, by its phase and by what is frozen.</summary>
internal sealed class StepTargets
{
    private readonly ParameterUpdater updater;
    private readonly Dictionary<TrainingPhase, HashSet<string>> trained = new(ReferenceEqualityComparer.Instance);
    private (Objective Objective, TrainingPhase? Phase, int Version, IReadOnlyList<NamedParameter> Left)? known;

    /// <summary>Looks up the parameters of each phase.</summary>
    /// <exception cref="PplArgumentException">A phase has none that an optimizer updates.</exception>
    public StepTargets(ParameterUpdater updater, IReadOnlyList<TrainingPhase> phases)
    {
        this.updater = updater;
        foreach (var phase in phases)
            trained[phase] = [.. phase.Parameters.Of(updater.Trained, $"phase '{phase.Name}'").Select(p => p.FullName)];
    }

    /// <summary>The parameters that no phase trains.</summary>
    public IReadOnlyList<NamedParameter> Never => trained.Count == 0 ? []
        : [.. updater.Trained.Where(p => !trained.Values.Any(names => names.Contains(p.FullName)))];

    /// <summary>The parameters that a step leaves as they are.</summary>
    /// <param name="phase">Its phase, or null.</param>
    /// <param name="frozen">What is frozen at it.</param>
    /// <param name="step">Its number, for the message.</param>
    /// <param name="objective">What it raises: the guide has no part in a game of model and critic.</param>
    /// <exception cref="PplArgumentException">It would train nothing.</exception>
    public IReadOnlyList<NamedParameter> LeftAt(TrainingPhase? phase, FrozenParameters frozen, long step, Objective objective)
    {
        if (known is var (lastObjective, lastPhase, version, found) && ReferenceEquals(lastObjective, objective)
            && ReferenceEquals(lastPhase, phase) && version == frozen.Version)
        {
            return found;
        }

        var left = updater.Trained.Where(p => frozen.Contains(p) || (phase is not null && !trained[phase].Contains(p.FullName))).ToList();
        if (updater.Trained.Except(left).All(parameter => !objective.UsesGuide && parameter.Owner == "guide"))
        {
            var what = phase is not null ? $"every parameter of its phase '{phase.Name}'"
                : objective.UsesGuide ? "every parameter" : $"every parameter but the guide's, which {objective.Name} does not train,";
            throw new PplArgumentException($"step {step} would train nothing: {what} is frozen; see {nameof(Svi)}.{nameof(Svi.Unfreeze)}.");
        }

        known = (objective, phase, frozen.Version, left);
        return left;
    }
}
