using System.Collections.Concurrent;
using System.Reflection;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Divergences;

/// <summary>
/// Finds a closed form by the arguments' run-time families, for code that does not know them. Compiled models call methods directly.
/// </summary>
public static class KlRegistry
{
    private static readonly ConcurrentDictionary<(Type Q, Type P), MethodInfo?> Found = new();

    /// <summary>KL(q || p) in closed form.</summary>
    /// <param name="q">The first argument.</param>
    /// <param name="p">The second argument.</param>
    /// <exception cref="PplArgumentException">No closed form is registered for the pair.</exception>
    public static Tensor Kl(Distribution q, Distribution p)
    {
        ArgumentNullException.ThrowIfNull(q);
        ArgumentNullException.ThrowIfNull(p);
        var method = Find(q.GetType(), p.GetType())
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
    public static bool Has(Type q, Type p) => Find(q, p) is not null;

    private static MethodInfo? Find(Type q, Type p) => Found.GetOrAdd((q, p), pair =>
    {
        // Where the compiler looks too; a model's own class is not known here.
        Type[] places = [typeof(Divergence), pair.Q, pair.P];
        return places
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .FirstOrDefault(method => method.IsDefined(typeof(ClosedFormKlAttribute))
                && method.GetParameters() is [var first, var second]
                && first.ParameterType == pair.Q && second.ParameterType == pair.P);
    });
}
