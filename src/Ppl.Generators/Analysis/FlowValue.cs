using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>What a value is computed from.</summary>
internal sealed class FlowValue
{
    private SortedList<int, GradientStop?>? shared;

    /// <summary>The nodes that it depends on, each with what keeps the gradient from reaching it; null where it does.</summary>
    public SortedList<int, GradientStop?> Nodes { get; } = [];

    /// <summary>The plates whose values it has been computed from, so that it has a row for each of theirs.</summary>
    public NumberSet Plates { get; } = new();

    /// <summary>Those of the plates that it is computed inside of whichever arms a run takes.</summary>
    public NumberSet Always { get; } = new();

    /// <summary>The parameters that are one tensor for everything, which no guide has to know, in the same way.</summary>
    public SortedList<int, GradientStop?> Shared => shared ??= [];

    /// <summary>Adds what another value depends on, read through an operation.</summary>
    public void Include(FlowValue other, GradientStop? stop)
    {
        Plates.UnionWith(other.Plates);
        Always.UnionWith(other.Always);
        Include(Nodes, other.Nodes, stop);
        if (other.shared is { } others) Include(Shared, others, stop);
    }

    private static void Include(SortedList<int, GradientStop?> own, SortedList<int, GradientStop?> others, GradientStop? stop)
    {
        for (var i = 0; i < others.Count; i++)
        {
            var (key, through) = (others.Keys[i], GradientStop.Through(others.Values[i], stop));
            own[key] = own.TryGetValue(key, out var known) ? GradientStop.Best(known, through) : through;
        }
    }
}
