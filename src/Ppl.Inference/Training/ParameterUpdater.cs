using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>
/// The optimizer with its schedule, and the parameters that it was made for: the stages of a step that clear, clip and apply gradients.
/// When other parameters take their place, as after <c>model.to(...)</c>, a new optimizer takes over what the old one remembers.
/// </summary>
internal sealed class ParameterUpdater : IDisposable
{
    private readonly GenerativeModel model;
    private readonly Guide guide;
    private readonly Func<IEnumerable<Parameter>, Optimizer> make;
    private readonly SviSettings settings;
    private readonly OptimizerMemory? memory;
    private readonly lr_scheduler.LRScheduler? schedule;

    // As the modules list them, to see at each step that they are the same.
    private readonly List<Parameter> listed;
    private readonly List<bool> trained;

    // The last ones first: backpropagation has just made their gradients, and the update begins with the first ones, which the check reads
    // last. Either finds them in the processor's cache.
    private readonly Parameter[] updated;
    private readonly double largestNorm;

    /// <summary>Makes the optimizer, and then its schedule, which starts from the rates that it finds.</summary>
    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="make">Makes the optimizer, of all parameters or some of them.</param>
    /// <param name="settings">The schedule, and how gradients are clipped.</param>
    /// <param name="load">Changes the optimizer before its schedule is made.</param>
    /// <exception cref="PplArgumentException">There is nothing to train, or the optimizer or its schedule would not train it.</exception>
    public ParameterUpdater(
        GenerativeModel model, Guide guide, Func<IEnumerable<Parameter>, Optimizer> make, SviSettings settings, Action<Optimizer>? load = null)
    {
        (this.model, this.guide, this.make, this.settings) = (model, guide, make, settings);
        Parameters = NamedParameter.Of(model, guide);
        if (!Parameters.Any(p => p.IsTrained)) throw new PplArgumentException($"{guide.Plan.Model} and its guide have no parameters to train.");
        Optimizer = OptimizerCheck.Make(make, Parameters, guide.Plan.Model);
        try
        {
            load?.Invoke(Optimizer);
            schedule = OptimizerCheck.Schedule(settings.Schedule, Optimizer);
            LearningRates.Check(Optimizer, "the schedule set");
        }
        catch
        {
            Optimizer.Dispose();
            throw;
        }

        listed = [.. Listed()];
        trained = [.. listed.Select(p => p.requires_grad)];
        updated = [.. Optimizer.parameters().Reverse()];
        Trained = [.. Parameters.Where(p => p.IsTrained && updated.Contains(p.Value, ReferenceEqualityComparer.Instance))];
        memory = OptimizerMemory.Of(Optimizer);

        // Adam squares gradients: what overflows there would stop a parameter for good.
        largestNorm = Math.Sqrt(updated.All(p => p.dtype == ScalarType.Float64) ? double.MaxValue : float.MaxValue);
    }

    public Optimizer Optimizer { get; }

    public string Name => Optimizer.GetType().Name;

    /// <summary>Every parameter of the model and the guide, once.</summary>
    public IReadOnlyList<NamedParameter> Parameters { get; }

    /// <summary>Those that the optimizer updates: the others' gradients concern nobody.</summary>
    public IReadOnlyList<NamedParameter> Trained { get; }

    /// <summary>How many numbers are trained.</summary>
    public long Count => Trained.Sum(p => p.Value.numel());

    /// <summary>The tensors that the optimizer remembers of a parameter.</summary>
    public IEnumerable<(string Name, Tensor Value)> Memory(NamedParameter parameter) => memory?.TensorsOf(parameter.Value) ?? [];

    /// <summary>Whether the parameters are those that the optimizer was made for, and none of them is trained that was not.</summary>
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

    /// <summary>The gradient's norm; null where it is not finite, or its square is not.</summary>
    public double? Norm() => Bounded(GradientClip.Apply(null, updated));

    /// <summary>Clips the gradient and returns the norm that it had; null where it is not finite, or its square is not.</summary>
    public double? Clip() => Bounded(GradientClip.Apply(settings.Clip, updated));

    /// <summary>Advances the schedule once.</summary>
    /// <param name="step">The step just made, for the message.</param>
    /// <exception cref="PplArgumentException">It sets a rate that is none; the rates are those of before.</exception>
    public void AdvanceSchedule(long step)
    {
        if (schedule is null) return;
        var before = LearningRates.Of(Optimizer);
        schedule.step();
        try
        {
            LearningRates.Check(Optimizer, $"after step {step} the schedule set");
        }
        catch (PplArgumentException)
        {
            LearningRates.Set(Optimizer, before);
            throw;
        }
    }

    /// <summary>Advances the schedule of a new optimizer to where training stands.</summary>
    public void AdvanceSchedule(long steps, int epochs)
    {
        var times = settings.ScheduleUnit == ScheduleUnit.Epoch ? epochs : steps;
        for (var i = 0L; i < times; i++) schedule?.step();
    }

    /// <summary>An optimizer for the parameters of now, with the state of this one for those that took the place of an old one.</summary>
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

        var rates = LearningRates.InitialOf(Optimizer);
        var next = new ParameterUpdater(model, guide, make, settings, optimizer => LearningRates.Begin(optimizer, rates));
        next.AdvanceSchedule(steps, epochs);
        LearningRates.Set(next.Optimizer, LearningRates.Of(Optimizer));
        var old = Parameters.ToDictionary(p => (p.Owner, p.Name));
        var updates = next.Trained;
        var fresh = updates
            .Where(p => !(old.TryGetValue((p.Owner, p.Name), out var from) && Succeeds(p, from) && memory.CopyTo(next.memory, from.Value, p.Value)))
            .ToList();
        var anew = fresh.Count == 0 ? "" : $"; anew for {string.Join(", ", fresh.Take(5))}{(fresh.Count > 5 ? ", ..." : "")}";
        var kept = $"{updates.Count - fresh.Count} of {updates.Count}";
        return (next, $"parameters were replaced after step {steps}: {Name} state kept for {kept} parameters{anew}");
    }

    public void Dispose() => Optimizer.Dispose();

    private double? Bounded(double norm) => norm <= largestNorm ? norm : null;

    private IEnumerable<Parameter> Listed() => model.parameters().Concat(guide.parameters());

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
        var now = NamedParameter.Of(model, guide).Where(p => p.IsTrained).ToList();
        var before = Place(Parameters.First(p => p.IsTrained));
        var (moved, left) = (now.Find(p => Place(p) != before), now.Find(p => Place(p) == before));
        if (moved is null || left is null) return;
        var target = moved.Type == left.Type ? $"torch.device(\"{moved.Device}\")" : $"ScalarType.{moved.Type}";
        throw new PplArgumentException(
            $"parameter {moved} is {Place(moved)} since it was moved, {left} is {before}: call {left.Owner}.to({target}) too.");
    }
}
