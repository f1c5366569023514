using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>A group's optimizer with its schedule.</summary>
internal sealed class UpdateGroup : IDisposable
{
    private readonly ParameterGroup group;
    private lr_scheduler.LRScheduler? schedule;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="group">The group.</param>
    /// <param name="members">Its parameters; the optimizer's function is given those that are trained.</param>
    /// <param name="all">Every parameter of the model and the guide.</param>
    /// <param name="make">The engine's function, for a group without one of its own.</param>
    /// <param name="model">The model's name.</param>
    /// <exception cref="PplArgumentException">The optimizer would not train what it was given.</exception>
    public UpdateGroup(
        ParameterGroup group,
        IReadOnlyList<NamedParameter> members,
        IReadOnlyList<NamedParameter> all,
        Func<IEnumerable<Parameter>, Optimizer> make,
        string model)
    {
        this.group = group;
        Optimizer = OptimizerCheck.Make(group.Optimizer ?? make, group.Name, members, all, model);

        // The last ones first: backpropagation has just made their gradients, and the update begins with the first ones, which the check reads
        // last. Either finds them in the processor's cache.
        Updated = [.. Optimizer.parameters().Reverse()];
    }

    public Optimizer Optimizer { get; }

    public GradientClip? Clip => group.Clip;

    /// <summary>What the optimizer updates, the last ones first.</summary>
    public IReadOnlyList<Parameter> Updated { get; }

    /// <summary>The optimizer's type; beside other groups, with the group's name and how many tensors are in it.</summary>
    public string Name(bool isOnly)
    {
        var type = Optimizer.GetType().Name;
        return isOnly ? type : $"{group.Name}: {type} of {Updated.Count}";
    }

    /// <summary>Makes the schedule, which starts from the rates that it finds.</summary>
    /// <param name="make">The engine's function, for a group without one of its own.</param>
    /// <exception cref="PplArgumentException">It is another optimizer's, or sets a rate that is none.</exception>
    public void BeginSchedule(Func<Optimizer, lr_scheduler.LRScheduler>? make)
    {
        schedule = OptimizerCheck.Schedule(group.Schedule ?? make, Optimizer);
        LearningRates.Check(Optimizer, "the schedule set");
    }

    /// <summary>Advances the schedule once.</summary>
    public void AdvanceSchedule() => schedule?.step();

    public void Dispose() => Optimizer.Dispose();
}
