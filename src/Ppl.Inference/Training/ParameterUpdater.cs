using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>
/// The optimizers with their schedules, and the parameters that they were made for: the stages of a step that clear, clip and apply gradients.
/// When other parameters take their place, as after <c>model.to(...)</c>, new optimizers take over what the old ones remember.
/// </summary>
internal sealed class ParameterUpdater : IDisposable
{
    private readonly TrainedNetworks networks;
    private readonly Func<IEnumerable<Parameter>, Optimizer> make;
    private readonly SviSettings settings;
    private readonly OptimizerMemory? memory;
    private readonly List<UpdateGroup> groups = [];

    // As the modules list them, to see at each step that they are the same.
    private readonly List<Parameter> listed;
    private readonly List<bool> trained;

    // What is clipped together.
    private readonly List<(GradientClip? Clip, IReadOnlyList<Parameter> Parameters)> clipped;
    private readonly double largestNorm;

    /// <summary>Makes the optimizers, and then their schedules, which start from the rates that they find.</summary>
    /// <param name="networks">What is trained.</param>
    /// <param name="make">Makes the optimizer of what is in no group with one of its own: of all parameters it is given, or some of them.</param>
    /// <param name="settings">The groups, the schedule, and how gradients are clipped.</param>
    /// <param name="load">Changes the optimizers before their schedules are made.</param>
    /// <exception cref="PplArgumentException">There is nothing to train, or an optimizer or its schedule would not train it.</exception>
    public ParameterUpdater(
        TrainedNetworks networks,
        Func<IEnumerable<Parameter>, Optimizer> make,
        SviSettings settings,
        Action<ParameterUpdater>? load = null)
    {
        (this.networks, this.make, this.settings) = (networks, make, settings);
        Parameters = NamedParameter.Of(networks);
        if (!Parameters.Any(p => p.IsTrained)) throw new PplArgumentException($"{networks.Name} and its guide have no parameters to train.");
        try
        {
            foreach (var (group, members) in ParameterGroup.Divide(settings.Groups, Parameters))
                groups.Add(new UpdateGroup(group, members, Parameters, make, networks.Name));
            load?.Invoke(this);
            groups.ForEach(group => group.BeginSchedule(settings.Schedule));
        }
        catch
        {
            Dispose();
            throw;
        }

        listed = [.. Listed()];
        trained = [.. listed.Select(p => p.requires_grad)];
        var updated = groups.SelectMany(group => group.Updated).ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);
        Trained = [.. Parameters.Where(p => p.IsTrained && updated.Contains(p.Value))];
        memory = OptimizerMemory.Of(Optimizers);
        clipped = [.. groups.Where(group => group.Clip is not null).Select(group => (group.Clip, group.Updated))];
        IReadOnlyList<Parameter> others = [.. groups.Where(group => group.Clip is null).SelectMany(group => group.Updated)];
        if (others.Count > 0) clipped.Add((settings.Clip, others));

        // Adam squares gradients: what overflows there would stop a parameter for good.
        largestNorm = Math.Sqrt(updated.All(p => p.dtype == ScalarType.Float64) ? double.MaxValue : float.MaxValue);
    }

    /// <summary>One for each group.</summary>
    public IEnumerable<Optimizer> Optimizers => groups.Select(group => group.Optimizer);

    /// <summary>The optimizers, as messages and checkpoints name them.</summary>
    public string Name => string.Join(", ", groups.Select(group => group.Name(groups.Count == 1)));

    /// <summary>Every parameter of the networks, once.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>Those that an optimizer updates: the others' gradients concern nobody.</summary>
    public IReadOnlyList<NamedParameter> Trained { get; }

    /// <summary>How many numbers are trained.</summary>
    public long Count => Trained.Sum(p => p.Value.numel());

    /// <summary>The tensors that an optimizer remembers of a parameter.</summary>
    public IEnumerable<(string Name, Tensor Value)> Memory(NamedParameter parameter) => memory?.TensorsOf(parameter.Value) ?? [];

    /// <summary>Whether the parameters are those that the optimizers were made for, and none of them is trained that was not.</summary>
    public bool IsCurrent
    {
        get
        {
            var i = 0;
            foreach (var parameter in Listed())
            {
                if (i == listed.Count || !ReferenceEquals(parameter, listed[i]) || (!trained[i] && parameter.requires_grad)) return false;
                i++;
            }

            return i == listed.Count;
        }
    }

    /// <summary>Forgets the gradients of all parameters, also of those that are not trained; what was disposed of has none.</summary>
    public void ForgetGradients()
    {
        foreach (var parameter in listed)
        {
            if (!parameter.IsInvalid) parameter.grad = null;
        }
    }

    /// <summary>Forgets the gradients of what a step leaves as it is: an optimizer passes over a parameter without one.</summary>
    /// <param name="left">Those parameters.</param>
    public static void ForgetGradients(IEnumerable<NamedParameter> left)
    {
        foreach (var parameter in left) parameter.Value.grad = null;
    }

    /// <summary>Multiplies what has been accumulated of the gradient.</summary>
    public void ScaleGradients(double factor)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        foreach (var parameter in Trained) parameter.Value.grad?.mul_(factor);
    }

    /// <summary>The gradient's norm; null where it is not finite, or its square is not.</summary>
    public double? Norm() => Norm(clipped.Select(part => GradientClip.Apply(null, part.Parameters)));

    /// <summary>Clips the gradient and returns the norm that it had; null where it is not finite, or its square is not.</summary>
    public double? Clip() => Norm(clipped.Select(part => GradientClip.Apply(part.Clip, part.Parameters)));

    /// <summary>Updates the parameters that have a gradient.</summary>
    public void Update()
    {
        foreach (var optimizer in Optimizers) optimizer.step();
    }

    /// <summary>Advances the schedules once.</summary>
    /// <param name="step">The step just made, for the message.</param>
    /// <exception cref="PplArgumentException">One sets a rate that is none; the rates are those of before.</exception>
    public void AdvanceSchedule(long step)
    {
        var before = LearningRates.Of(Optimizers);
        groups.ForEach(group => group.AdvanceSchedule());
        try
        {
            CheckRates($"after step {step} the schedule set");
        }
        catch (PplArgumentException)
        {
            LearningRates.Set(Optimizers, before);
            throw;
        }
    }

    /// <summary>Advances the schedules of new optimizers to where training stands.</summary>
    public void AdvanceSchedule(long steps, int epochs)
    {
        var times = settings.ScheduleUnit == ScheduleUnit.Epoch ? epochs : steps;
        for (var i = 0L; i < times; i++) groups.ForEach(group => group.AdvanceSchedule());
    }

    /// <summary>Refuses rates that are none; see <see cref="LearningRates.Check"/>.</summary>
    /// <returns>The rate of the first group.</returns>
    public double CheckRates(string origin)
    {
        var rates = groups.ConvertAll(group => LearningRates.Check(group.Optimizer, origin));
        return rates[0];
    }

    /// <summary>Optimizers for the parameters of now, with the state of these for those that took the place of an old one.</summary>
    /// <param name="steps">Steps made, for the schedule.</param>
    /// <param name="epochs">Epochs made, for the schedule.</param>
    /// <returns>The new one, and a sentence for the user. This one is to be disposed of.</returns>
    /// <exception cref="PplArgumentException">Some parameters were moved without the others, or the optimizer does not tell its state.</exception>
    public (ParameterUpdater Successor, string Message) Follow(long steps, int epochs)
    {
        RequireOnePlace();
        if (memory is null)
        {
            throw new PplArgumentException(
                $"parameters were replaced after {Name} was made, and it does not tell its state: "
                + "call SwitchObjective(svi.Objective, resetOptimizer: true) to begin with a new one.");
        }

        var rates = LearningRates.InitialOf(Optimizers);
        var next = new ParameterUpdater(networks, make, settings, updater => LearningRates.Begin(updater.Optimizers, rates));
        next.AdvanceSchedule(steps, epochs);
        LearningRates.Set(next.Optimizers, LearningRates.Of(Optimizers));
        var old = Parameters.ToDictionary(p => (p.Owner, p.Name));
        var updates = next.Trained;
        var fresh = updates
            .Where(p => !(old.TryGetValue((p.Owner, p.Name), out var from) && Succeeds(p, from) && memory.CopyTo(next.memory, from.Value, p.Value)))
            .ToList();
        var anew = fresh.Count == 0 ? "" : $"; anew for {string.Join(", ", fresh.Take(5))}{(fresh.Count > 5 ? ", ..." : "")}";
        var kept = $"{updates.Count - fresh.Count} of {updates.Count}";
        return (next, $"parameters were replaced after step {steps}: {Name} state kept for {kept} parameters{anew}");
    }

    public void Dispose() => groups.ForEach(group => group.Dispose());

    /// <summary>The norm of all parts together; of one alone it is that part's, to the bit.</summary>
    private double? Norm(IEnumerable<double> parts)
    {
        var norms = parts.ToArray();
        var norm = norms.Length == 1 ? norms[0] : Math.Sqrt(norms.Sum(part => part * part));
        return norm <= largestNorm ? norm : null;
    }

    private IEnumerable<Parameter> Listed() => networks.Parameters();

    /// <summary>
    /// Whether a parameter is an old one, moved: the same tensor, or one of another type or place, or one in place of a tensor that was
    /// disposed of, as moving does. A module put in by hand leaves the old one as it was.
    /// </summary>
    private static bool Succeeds(NamedParameter parameter, NamedParameter from) =>
        parameter.Shape.SequenceEqual(from.Shape)
        && (ReferenceEquals(parameter.Value, from.Value) || from.Value.IsInvalid || Place(parameter) != Place(from));

    private static string Place(NamedParameter parameter) => $"{parameter.Type} on {parameter.Device}";

    /// <summary>Where all trained parameters were of one type in one place, they are still.</summary>
    private void RequireOnePlace()
    {
        if (Parameters.Where(p => p.IsTrained).Select(Place).Distinct().Count() > 1) return;
        var now = NamedParameter.Of(networks).Where(p => p.IsTrained).ToList();
        var before = Place(Parameters.First(p => p.IsTrained));
        var (moved, left) = (now.Find(p => Place(p) != before), now.Find(p => Place(p) == before));
        if (moved is null || left is null) return;
        var target = moved.Type == left.Type ? $"torch.device(\"{moved.Device}\")" : $"ScalarType.{moved.Type}";
        var owner = left.Owner == "objective" ? "objective.Networks" : left.Owner;
        throw new PplArgumentException(
            $"parameter {moved} is {Place(moved)} since it was moved, {left} is {before}: call {owner}.to({target}) too.");
    }
}
