using System.Collections.Concurrent;
using System.Reflection;
using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>
/// Finds a closed form by the families of the two distributions: a registered method for the pair, or one that follows from it, since the
/// divergence does not change under a map of both sides, nor with the shape in which a vector is read. What was found for a pair of types is
/// kept, so that a step of training looks nothing up by reflection.
/// </summary>
public static class KlRegistry
{
    private static readonly MethodInfo Bind = typeof(KlRegistry).GetMethod(nameof(Adapt), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly ConcurrentDictionary<(Type Q, Type P, Type? Model), Func<Distribution, Distribution, Tensor>?> Found = new();

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
        var kl = Find(q, p, model) ?? throw new PplArgumentException(
            $"No closed form of KL({q.Name} || {p.Name}) is registered. Average q.LogProb(z) - p.LogProb(z) over draws z of q.");
        return Checked(kl(q, p), q, p);
    }

    /// <summary>Whether a closed form is registered for two families.</summary>
    /// <param name="q">The first family.</param>
    /// <param name="p">The second family.</param>
    /// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
    public static bool Has(Type q, Type p, Type? model = null) => Find(q, p, model) is not null;

    /// <summary>The method that is registered for two families; null where none is.</summary>
    /// <param name="q">The first family.</param>
    /// <param name="p">The second family.</param>
    /// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
    public static Func<Distribution, Distribution, Tensor>? Find(Type q, Type p, Type? model = null)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        return Found.GetOrAdd((q, p, model), static key => MethodOf(FamilyOf(key.Q), FamilyOf(key.P), key.Model) is { } method
            ? (Func<Distribution, Distribution, Tensor>)Bind.MakeGenericMethod([.. method.GetParameters().Select(a => a.ParameterType)])
                .Invoke(null, [method])!
            : null);
    }

    /// <summary>
    /// The closed form for two distributions: the one registered for their families; else that of their bases, where both are pushed through
    /// equal maps (KL(T(q) || T(p)) = KL(q || p)); that of a log-normal, for the exponential of a normal; where a vector is read
    /// in the shape of an event whose entries the model draws one by one; or −log p at a point, whatever p is.
    /// </summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
    /// <returns>The form, whose result is elementwise but for the families' own events; null where there is none.</returns>
    public static Func<Distribution, Distribution, Tensor>? Find(Distribution q, Distribution p, Type? model = null)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        if (WrappedRule.LacksForm(q, p)) return null;
        return Find(q.GetType(), p.GetType(), model) ?? PushedRule.Find(q, p, model) ?? LogNormalRule.Find(q, p, model)
            ?? ReshapedRule.Find(q, p, model) ?? PointRule.Find(q);
    }

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

    /// <summary>The class with the family's attribute: a class without one is of the family of its base.</summary>
    internal static Type FamilyOf(Type type)
    {
        for (var level = type; level is not null; level = level.BaseType)
        {
            if (level.IsDefined(typeof(FamilyAttribute), inherit: false)) return level;
        }

        return type;
    }

    private static MethodInfo? MethodOf(Type q, Type p, Type? model) => new[] { typeof(Divergence), q, p }.Concat(Levels(model))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .FirstOrDefault(method => method.IsDefined(typeof(ClosedFormKlAttribute)) && !method.IsGenericMethod
            && typeof(Tensor).IsAssignableFrom(method.ReturnType)
            && method.GetParameters() is [var first, var second]
            && first.ParameterType == q && second.ParameterType == p);

    private static Func<Distribution, Distribution, Tensor> Adapt<TQ, TP>(MethodInfo method) where TQ : Distribution where TP : Distribution
    {
        var form = method.CreateDelegate<Func<TQ, TP, Tensor>>();
        return (q, p) => form((TQ)q, (TP)p);
    }

    private static IEnumerable<Type> Levels(Type? model)
    {
        for (var level = model; level is not null && level != typeof(GenerativeModel); level = level.BaseType) yield return level;
    }
}
