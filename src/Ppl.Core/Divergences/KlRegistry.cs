using System.Collections.Concurrent;
using System.Reflection;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>
/// Finds a closed form by the arguments' run-time families, for code that does not know them. Compiled models call methods directly; the
/// compiler looks in the same places by the same rule.
/// </summary>
public static class KlRegistry
{
    private static readonly ConcurrentDictionary<(Type Q, Type P, Type? Model), MethodInfo?> Found = new();

    /// <summary>KL(q || p) in closed form.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
    /// <exception cref="PplArgumentException">No closed form is registered for the pair.</exception>
    public static Tensor Kl(Distribution q, Distribution p, Type? model = null)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var method = Find(q.GetType(), p.GetType(), model)
            ?? throw new PplArgumentException($"No closed form of KL({q.Name} || {p.Name}) is registered.");
        try
        {
            return (Tensor)method.Invoke(null, [q, p])!;
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e.InnerException).Throw();
            throw;
        }
    }

    /// <summary>Whether a closed form is registered for two families.</summary>
    /// <param name="q">The first family.</param>
    /// <param name="p">The second family.</param>
    /// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
    public static bool Has(Type q, Type p, Type? model = null) => Find(q, p, model) is not null;

    private static MethodInfo? Find(Type q, Type p, Type? model) => Found.GetOrAdd((FamilyOf(q), FamilyOf(p), model), key =>
        new[] { typeof(Divergence), key.Q, key.P }.Concat(Levels(key.Model))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .FirstOrDefault(method => method.IsDefined(typeof(ClosedFormKlAttribute)) && !method.IsGenericMethod
                && typeof(Tensor).IsAssignableFrom(method.ReturnType)
                && method.GetParameters() is [var first, var second]
                && first.ParameterType == key.Q && second.ParameterType == key.P));

    /// <summary>The class with the family's attribute: a class without one is of the family of its base.</summary>
    private static Type FamilyOf(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsDefined(typeof(FamilyAttribute), inherit: false)) return level;
        }

        return type;
    }

    private static IEnumerable<Type> Levels(Type? model)
    {
        for (var level = model; level is not null && level != typeof(GenerativeModel); level = level.BaseType) yield return level;
    }
}
