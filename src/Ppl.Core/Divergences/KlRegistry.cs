using System.Collections.Concurrent;
using System.Reflection;
using Ppl.Distributions;
using Ppl.Shapes;
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
    /// <exception cref="PplShapeException">The closed form's result is not elementwise.</exception>
    /// <exception cref="PplArgumentException">No closed form is registered for the pair.</exception>
    public static Tensor Kl(Distribution q, Distribution p, Type? model = null)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var method = Find(q.GetType(), p.GetType(), model)
            ?? throw new PplArgumentException($"No closed form of KL({q.Name} || {p.Name}) is registered.");
        try
        {
            return Checked((Tensor)method.Invoke(null, [q, p])!, q, p);
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

    /// <summary>A closed form's result, whose shape is compared with what the two distributions say: a sum of another shape is wrong.</summary>
    /// <param name="kl">The result.</param>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplShapeException">It has another shape.</exception>
    internal static Tensor Checked(Tensor kl, Distribution q, Distribution p)
    {
        var full = Broadcasting.Broadcast(q.Shape, p.Shape, $"KL: q = {q.Name}", $"p = {p.Name}");
        var own = Math.Max(q.EventDimensions, p.EventDimensions);
        var expected = full[..Math.Max(0, full.Length - own)];
        var found = kl.shape;
        if (found.AsSpan().SequenceEqual(expected)) return kl;
        throw new PplShapeException(
            $"Kl({q} || {p}) has shape {ShapeText.Of(found)}; it must be {ShapeText.Of(expected)}: "
            + (own == 0 ? "one number for each element, nothing summed." : "one number for each element, only a family's own event summed."));
    }

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
