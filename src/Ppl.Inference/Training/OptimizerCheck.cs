using System.Reflection;
using System.Runtime.CompilerServices;
using Ppl.Shapes;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Ppl.Inference;

/// <summary>Makes an optimizer, and a schedule, by the user's functions, and refuses what would not train what they were given.</summary>
internal static class OptimizerCheck
{
    // An engine frees its optimizer's state, so that none can be another's too.
    private static readonly ConditionalWeakTable<Optimizer, object> Taken = [];

    /// <summary>Makes the optimizer of a group. It may leave parameters out, which keep their values.</summary>
    /// <param name="make">The user's function.</param>
    /// <param name="group">The group's name.</param>
    /// <param name="members">The group's parameters; the trained ones are given to the function.</param>
    /// <param name="all">Every parameter of the model and the guide.</param>
    /// <param name="model">The model's name.</param>
    /// <exception cref="PplArgumentException">
    /// There is none, it is used already, it needs a loss without noise, it trains nothing or what is not the group's, or one of its settings is
    /// outside its domain.
    /// </exception>
    public static Optimizer Make(
        Func<IEnumerable<Parameter>, Optimizer> make,
        string group,
        IReadOnlyList<NamedParameter> members,
        IReadOnlyList<NamedParameter> all,
        string model)
    {
        var optimizer = Call(make, [.. members.Where(p => p.IsTrained).Select(p => p.Value)])
            ?? throw new PplArgumentException("the optimizer is null: the function given to Svi must make one.");
        if (!Taken.TryAdd(optimizer, Taken))
        {
            throw new PplArgumentException(
                $"the optimizer {optimizer.GetType().Name} is in use already, or was: the function given to Svi must make a new one at each call.");
        }

        try
        {
            if (optimizer is LBFGS)
            {
                throw new PplArgumentException(
                    "LBFGS evaluates its loss several times a step, which needs a loss without noise: use Adam or another first-order method.");
            }

            Parameters(optimizer, all, model);
            Members(optimizer, group, members, all);
            LearningRates.Check(optimizer, "the optimizer was made with");
            OptimizerSettings.Check(optimizer);
            return optimizer;
        }
        catch
        {
            optimizer.Dispose();
            throw;
        }
    }

    /// <summary>Makes the schedule; null where the user wants none.</summary>
    /// <param name="make">The user's function, or null.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="PplArgumentException">It is null, or one of another optimizer, whose rates nobody uses.</exception>
    public static lr_scheduler.LRScheduler? Schedule(Func<Optimizer, lr_scheduler.LRScheduler>? make, Optimizer optimizer)
    {
        if (make is null) return null;
        var schedule = make(optimizer)
            ?? throw new PplArgumentException("settings.Schedule made null: leave it out where the rate is to stay.");
        if (Optimizers(schedule).Any(other => !ReferenceEquals(other, optimizer)))
        {
            throw new PplArgumentException(
                "settings.Schedule made a schedule of another optimizer: make it of the one that is given, in each call anew.");
        }

        return schedule;
    }

    /// <summary>Calls the user's function; what torch says of the settings is said as of the optimizer.</summary>
    private static Optimizer? Call(Func<IEnumerable<Parameter>, Optimizer> make, List<Parameter> parameters)
    {
        try
        {
            return make(parameters);
        }
        catch (ArgumentException fault)
        {
            throw new PplArgumentException($"the optimizer cannot be made: {fault.Message}", null, fault);
        }
    }

    /// <summary>All are the model's or the guide's, each once, and one of them at least is trained.</summary>
    private static void Parameters(Optimizer optimizer, IReadOnlyList<NamedParameter> own, string model)
    {
        const string Advice = "pass on those that it is given, or some of them.";
        var named = own.ToDictionary<NamedParameter, Parameter>(p => p.Value, ReferenceEqualityComparer.Instance);
        var name = optimizer.GetType().Name;
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in optimizer.parameters())
        {
            if (parameter is null || !named.TryGetValue(parameter, out var known))
            {
                var what = parameter is null ? "a parameter that is null"
                    : parameter.IsInvalid ? "a parameter that has been disposed of"
                    : $"a parameter of shape {ShapeText.Of(parameter.shape)}, {parameter.dtype}, of neither {model} nor its guide";
                throw new PplArgumentException($"the optimizer {name} has {what}: {Advice}");
            }

            if (!seen.Add(parameter))
                throw new PplArgumentException($"the optimizer {name} has the parameter {known} twice: each step would update it twice.");
        }

        if (!own.Any(p => p.IsTrained && seen.Contains(p.Value)))
            throw new PplArgumentException($"the optimizer {name} has no parameter that is trained: {Advice}");
    }

    /// <summary>None is another group's.</summary>
    private static void Members(Optimizer optimizer, string group, IReadOnlyList<NamedParameter> members, IReadOnlyList<NamedParameter> all)
    {
        var own = members.Select(p => p.Value).ToHashSet<Parameter>(ReferenceEqualityComparer.Instance);
        if (optimizer.parameters().FirstOrDefault(p => !own.Contains(p)) is not { } foreign) return;
        var name = all.First(p => ReferenceEquals(p.Value, foreign));
        throw new PplArgumentException(
            $"the optimizer {optimizer.GetType().Name} of group '{group}' has the parameter {name} of another group: "
            + "pass on those that it is given.");
    }

    /// <summary>The optimizers whose rates a schedule and the schedules within it set. They tell it by fields of their own only.</summary>
    private static IEnumerable<Optimizer> Optimizers(lr_scheduler.LRScheduler schedule)
    {
        for (var type = schedule.GetType(); type != typeof(object) && type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                switch (field.GetValue(schedule))
                {
                    case Optimizer optimizer:
                        yield return optimizer;
                        break;
                    case IEnumerable<lr_scheduler.LRScheduler> inner:
                        foreach (var optimizer in inner.SelectMany(Optimizers)) yield return optimizer;
                        break;
                }
            }
        }
    }
}
