using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A mixture of distributions of different families over the same values.</summary>
/// <remarks><inheritdoc cref="MixtureFamily{TSelf}" path="/remarks"/></remarks>
[Family(Support.Inherited, IsForLatents = true)]
public sealed class Mixture : MixtureFamily<Mixture>
{
    /// <summary>A mixture.</summary>
    /// <param name="mixing">The distribution of the component: weights [..., K].</param>
    /// <param name="components">K distributions whose events have the same shape and type; their other dimensions broadcast.</param>
    /// <exception cref="PplArgumentException">Discrete and continuous components, or another number of them than of weights.</exception>
    /// <exception cref="PplShapeException">The events differ, or the rest does not broadcast.</exception>
    public Mixture(Categorical mixing, params Distribution[] components) : base(mixing, [.. components], BatchOf(mixing, components))
    {
    }

    /// <summary>The components.</summary>
    public IReadOnlyList<Distribution> Components => Parts;

    /// <inheritdoc/>
    public override string Name => $"Mixture({string.Join(", ", Parts.Select(p => p.Name))})";

    /// <summary>That of the components where they agree; else the smallest range that holds theirs.</summary>
    public override Constraint ValueConstraint
    {
        get
        {
            var first = Parts[0].ValueConstraint;
            if (Array.TrueForAll(Parts, p => p.ValueConstraint == first)) return first;
            return RealRange.Hull(Array.ConvertAll(Parts, p => p.ValueConstraint))
                ?? (Array.Exists(Parts, p => p.ValueConstraint == Constraint.RealVector) ? Constraint.RealVector : first);
        }
    }

    /// <inheritdoc/>
    public override Mixture With(Func<Tensor, Tensor> map) => new(Mixing.With(map), Array.ConvertAll(Parts, p => p.With(map)));

    /// <inheritdoc/>
    public override Mixture Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
        => new(Mixing.Map(map, batch), Array.ConvertAll(Parts, p => p.Map(map, batch)));

    /// <inheritdoc/>
    public override Mixture Expand(params long[] sizes)
    {
        var batch = Broadcasting.Expand(Batch, sizes, EventDimensions == 0 ? Name : $"{Name} (rows)");
        return new(Mixing.Expand(batch), Parts);
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => FindExcluded(value);

    private protected override bool HasConnectedSupport => Parts[0].ValueConstraint is var first
        && (Array.TrueForAll(Parts, p => p.ValueConstraint == first) || Array.Exists(Parts, p => p.ValueConstraint == Constraint.Real)
            || Array.TrueForAll(Parts, p => p.ValueConstraint is BelowBoundedConstraint));

    private protected override Tensor LogProbOfAll(Tensor value)
    {
        var full = FullShape(value);
        var rows = full[..^EventDimensions];
        return stack(Array.ConvertAll(Parts, p => p.LogProb(value).expand(rows)), -1);
    }

    private protected override Tensor CdfOfAll(Tensor value)
    {
        var full = FullShape(value);
        return stack(Array.ConvertAll(Parts, p => p.Cdf(value).expand(full)), -1);
    }

    private protected override Tensor DrawAll(long[] batch, long[] sampleShape, Generator? generator)
        => stack(Array.ConvertAll(Parts, p => p.Expand(batch).Sample(sampleShape, generator)), At);

    private protected override Tensor MomentOfAll(Func<Distribution, Tensor> moment)
        => stack(Array.ConvertAll(Parts, p => moment(p).expand(Shape)), At);

    private static long[] BatchOf(Categorical mixing, Distribution[] components)
    {
        ArgumentNullException.ThrowIfNull(mixing);
        ArgumentNullException.ThrowIfNull(components);
        if (components.Length != mixing.Categories)
            throw new PplArgumentException($"Mixture has {components.Length} components and {mixing.Categories} weights; give as many of each.");
        var first = components[0];
        foreach (var other in components[1..])
        {
            if (other.IsDiscrete != first.IsDiscrete)
                throw new PplArgumentException($"Mixture needs components that are all discrete or all continuous; found {first} and {other}.");
            if (!other.Shape.AsSpan(^other.EventDimensions..).SequenceEqual(first.Shape.AsSpan(^first.EventDimensions..)))
                throw new PplShapeException($"Mixture needs components with the same event; found {first} and {other}.");
        }

        return components.Select(d => d.Shape[..^d.EventDimensions]).Aggregate(
            (a, b) => Broadcasting.Broadcast(a, b, "One of Mixture's components", "another"));
    }
}
