namespace Ppl.Inference;

/// <summary>Which of the parameters that have an optimizer a step trains, by its phase and by what is frozen.</summary>
internal sealed class StepTargets
{
    private readonly ParameterUpdater updater;
    private readonly Dictionary<TrainingPhase, HashSet<string>> trained = new(ReferenceEqualityComparer.Instance);
    private (TrainingPhase? Phase, int Version, IReadOnlyList<NamedParameter> Left)? known;

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
    /// <exception cref="PplArgumentException">It would train nothing.</exception>
    public IReadOnlyList<NamedParameter> LeftAt(TrainingPhase? phase, FrozenParameters frozen, long step)
    {
        if (known is var (lastPhase, version, found) && ReferenceEquals(lastPhase, phase) && version == frozen.Version) return found;
        var left = updater.Trained.Where(p => frozen.Contains(p) || (phase is not null && !trained[phase].Contains(p.FullName))).ToList();
        if (left.Count == updater.Trained.Count)
        {
            var what = phase is null ? "every parameter" : $"every parameter of its phase '{phase.Name}'";
            throw new PplArgumentException($"step {step} would train nothing: {what} is frozen; see {nameof(Svi)}.{nameof(Svi.Unfreeze)}.");
        }

        known = (phase, frozen.Version, left);
        return left;
    }
}
