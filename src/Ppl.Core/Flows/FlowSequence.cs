using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>Flows one after the other; see <see cref="Flow.Sequence(Flow[])"/>. Parameters: <c>0.*</c>, <c>1.*</c>, ...</summary>
public sealed class FlowSequence : Flow
{
    private readonly Flow[] parts;

    internal FlowSequence(Flow[] flows) : base("FlowSequence", SizeOf(flows), flows.Max(flow => flow.ContextSize))
    {
        parts = [.. flows];
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Size != Size || (parts[i].ContextSize != 0 && parts[i].ContextSize != ContextSize))
                throw new PplArgumentException($"a sequence of flows has one size and one context; found {string.Join<Flow>(" then ", flows)}.");
            register_module($"{i}", parts[i]);
        }
    }

    /// <summary>The flows, in the order in which they are applied to x.</summary>
    public IReadOnlyList<Flow> Parts => parts;

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        Tensor? sum = null;
        foreach (var part in parts)
        {
            (x, var own) = part.CheckedForward(x, part.ContextSize == 0 ? null : context);
            sum = sum is null ? own : sum + own;
        }

        return (x, sum!);
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        Tensor? sum = null;
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            (y, var own) = parts[i].CheckedInverse(y, parts[i].ContextSize == 0 ? null : context);
            sum = sum is null ? own : sum + own;
        }

        return (y, sum!);
    }

    /// <inheritdoc/>
    internal override Constraint Codomain(Constraint domain) => parts.Aggregate(domain, (set, part) => part.Codomain(set));

    /// <inheritdoc/>
    public override string ToString() => string.Join(" then ", parts.Select(part => part.ToString()));

    private static long SizeOf(Flow[] flows)
    {
        ArgumentNullException.ThrowIfNull(flows);
        return flows.Length > 0 ? flows[0].Size : throw new PplArgumentException("a sequence of flows needs at least one.");
    }
}

/// <summary>A flow read from y to x. Parameters: <c>original.*</c>.</summary>
public sealed class InvertedFlow : Flow
{
    internal InvertedFlow(Flow original) : base($"inverse of {original.GetName()}", original.Size, original.ContextSize)
    {
        Original = original;
        register_module("original", original);
    }

    /// <summary>The flow itself.</summary>
    public Flow Original { get; }

    /// <inheritdoc/>
    public override Flow Inverted => Original;

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        var (y, volume) = Original.CheckedInverse(x, context);
        return (y, -volume);
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        var (x, volume) = Original.CheckedForward(y, context);
        return (x, -volume);
    }
}
