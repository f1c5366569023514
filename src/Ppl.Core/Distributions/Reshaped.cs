using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A distribution over vectors, read as one over an event of another shape with as many entries, in row-major order.</summary>
/// <remarks>
/// It is how a guide correlates the entries of a matrix, or the elements of a plate. log p(x) is that of the flattened x, and has no parts
/// that belong to single entries.
/// </remarks>
[Family(Support.Inherited)]
public sealed class Reshaped : Distribution
{
    private readonly long[] events;

    /// <summary>Gives a distribution's vector another shape.</summary>
    /// <param name="distribution">The base, whose last dimension D is its own event.</param>
    /// <param name="eventShape">The shape of an event: D entries.</param>
    /// <exception cref="PplShapeException">The base has no vector event, or the event has another number of entries.</exception>
    public Reshaped(Distribution distribution, IReadOnlyList<long> eventShape)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(eventShape);
        var shape = distribution.Shape;
        if (distribution.EventDimensions != 1 || eventShape.Aggregate(1L, (product, size) => product * size) != shape[^1])
        {
            throw new PplShapeException(
                $"Reshaped needs a distribution over vectors of as many entries as {ShapeText.Of(eventShape)}; found {distribution}.");
        }

        Base = distribution;
        events = [.. eventShape];
    }

    /// <summary>The distribution over vectors.</summary>
    public Distribution Base { get; }

    /// <inheritdoc/>
    public override string Name => $"Reshaped({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape => [.. Base.Shape[..^1], .. events];

    /// <inheritdoc/>
    public override int EventDimensions => events.Length;

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Base.ValueConstraint;

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    public override Tensor Mean => ToEvent(Base.Mean);

    /// <inheritdoc/>
    public override Tensor Variance => ToEvent(Base.Variance);

    /// <inheritdoc/>
    public override Tensor Mode => ToEvent(Base.Mode);

    /// <inheritdoc/>
    internal override bool HasAtoms => Base.HasAtoms;

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => ToEvent(Base.RSample(sampleShape, generator));

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator) => ToEvent(Base.Sample(sampleShape, generator));

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => Base.LogProb(Flatten(value));

    /// <inheritdoc/>
    public override Tensor Entropy() => Base.Entropy();

    /// <inheritdoc/>
    public override Reshaped With(Func<Tensor, Tensor> map) => new(Base.With(map), events);

    /// <inheritdoc/>
    public override Reshaped Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => new(Base.Map(map, batch), events);

    /// <inheritdoc/>
    public override Reshaped Expand(params long[] sizes) => new(Base.Expand(sizes), events);

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => Base.FindParameterFault();

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => Base.FindValueFault(Flatten(value));

    private Tensor ToEvent(Tensor vectors) =>
        Remembered(vectors, vectors.reshape([.. vectors.shape[..^1], .. events]));

    private Tensor Flatten(Tensor value)
    {
        var full = FullShape(value);
        var flat = value.expand(full).reshape([.. full[..^events.Length], Base.Shape[^1]]);
        return Remembered(value, flat);
    }

    private static Tensor Remembered(Tensor value, Tensor again) =>
        DrawMemory.Carry(value, NoiseMemory.Carry(value, again, noise => noise), argument => argument);
}
