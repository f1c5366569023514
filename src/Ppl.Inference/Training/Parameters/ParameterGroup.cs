using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>Parameters that have an optimizer of their own, with its schedule and clip.</summary>
/// <remarks>
/// See <see cref="SviSettings.Groups"/>. What is left out is as it is for the parameters without a group: the engine's optimizer function makes
/// an optimizer for the group alone, the engine's schedule function a schedule for it, and its gradient is clipped together with that of all
/// others without a clip of their own.
/// </remarks>
/// <param name="name">Its name, in messages and checkpoints.</param>
/// <param name="parameters">Which parameters: a pattern such as <c>"guide.*"</c>, or another <see cref="ParameterSet"/>.</param>
public sealed class ParameterGroup(string name, ParameterSet parameters)
{
    /// <summary>The name of the parameters that are in no group.</summary>
    public const string Rest = "rest";

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Which parameters.</summary>
    public ParameterSet Parameters { get; } = parameters;

    /// <summary>Makes the group's optimizer, a new one at each call; the engine's function when null.</summary>
    public Func<IEnumerable<Parameter>, Optimizer>? Optimizer { get; init; }

    /// <summary>Makes the schedule of the group's learning rate; <see cref="SviSettings.Schedule"/> when null.</summary>
    public Func<Optimizer, lr_scheduler.LRScheduler>? Schedule { get; init; }

    /// <summary>Bounds the group's gradient; together with the others, by <see cref="SviSettings.Clip"/>, when null.</summary>
    public GradientClip? Clip { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"group {Name}: {Parameters}";

    /// <summary>Refuses groups that could not be told apart.</summary>
    internal static void Check(IReadOnlyList<ParameterGroup> groups)
    {
        ArgumentNullException.ThrowIfNull(groups, "settings.Groups");
        var names = new HashSet<string> { Rest };
        foreach (var group in groups)
        {
            ArgumentNullException.ThrowIfNull(group, "settings.Groups");
            ArgumentException.ThrowIfNullOrEmpty(group.Name, "settings.Groups");
            ArgumentNullException.ThrowIfNull(group.Parameters, $"settings.Groups, '{group.Name}'");
            if (names.Add(group.Name)) continue;
            var fault = group.Name == Rest ? "is the name of the parameters without a group" : "is the name of two groups";
            throw new PplArgumentException($"settings.Groups: '{group.Name}' {fault}.");
        }
    }

    /// <summary>Divides the parameters: each group's, and last what is in none.</summary>
    /// <exception cref="PplArgumentException">A group has no parameter that is trained, or two have the same one.</exception>
    internal static IReadOnlyList<(ParameterGroup Group, List<NamedParameter> Members)> Divide(
        IReadOnlyList<ParameterGroup> groups, IReadOnlyList<NamedParameter> all)
    {
        var owners = new Dictionary<NamedParameter, ParameterGroup>(ReferenceEqualityComparer.Instance);
        var divided = new List<(ParameterGroup, List<NamedParameter>)>();
        foreach (var group in groups)
        {
            var members = group.Parameters.Of(all, $"group '{group.Name}'");
            foreach (var member in members)
            {
                if (owners.TryAdd(member, group)) continue;
                throw new PplArgumentException(
                    $"parameter {member} is in the groups '{owners[member].Name}' and '{group.Name}': an optimizer each would update it twice.");
            }

            if (!members.Any(p => p.IsTrained))
                throw new PplArgumentException($"no parameter of group '{group.Name}' requires a gradient: there is nothing to train in it.");
            divided.Add((group, members));
        }

        var rest = all.Where(p => !owners.ContainsKey(p)).ToList();
        if (rest.Any(p => p.IsTrained)) divided.Add((new ParameterGroup(Rest, ParameterSet.Named("*")), rest));
        return divided;
    }
}
