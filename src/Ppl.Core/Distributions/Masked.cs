using Ppl.Contracts;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Another distribution of which only some elements count: the log-density of the others is 0, whatever their values.</summary>
/// <remarks>
/// Draws, moments and support are the base's. In a model <c>where:</c> of <c>Observe</c> and <c>Sample</c> says the same of data; this is for code
/// that calls <see cref="LogProb"/> itself.
/// </remarks>
[Family(Support.Inherited, Reparameterized = true)]
public sealed class Masked : Distribution
{
    /// <summary>Counts only some elements of a distribution.</summary>
    /// <param name="distribution">The base.</param>
    /// <param name="mask">Which elements count: Boolean. Broadcasts with the base's shape without its own event.</param>
    /// <exception cref="PplArgumentException">The mask is not Boolean.</exception>
    /// <exception cref="PplShapeException">The shapes do not broadcast.</exception>
    public Masked(Distribution distribution, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.dtype != ScalarType.Bool) throw new PplArgumentException($"Masked needs a Boolean mask; found {mask.dtype}.");
        var own = distribution.Shape[..^distribution.EventDimensions];
        var batch = Broadcasting.Broadcast(own, mask.shape, distribution.Name, "the mask");
        (Base, Mask) = (batch.AsSpan().SequenceEqual(own) ? distribution : distribution.Expand(batch), mask);
    }

    /// <summary>The base.</summary>
    public Distribution Base { get; }

    /// <summary>Which elements count.</summary>
    public Tensor Mask { get; }

    /// <inheritdoc/>
    public override string Name => $"Masked({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape => Base.Shape;

    /// <inheritdoc/>
    public override int EventDimensions => Base.EventDimensions;

    /// <inheritdoc/>
    public override Constraint ValueConstraint => Base.ValueConstraint;

    /// <inheritdoc/>
    public override bool IsReparameterized => Base.IsReparameterized;

    /// <inheritdoc/>
    public override Tensor Mean => Base.Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Base.Variance;

    /// <inheritdoc/>
    public override Tensor Mode => Base.Mode;

    /// <inheritdoc/>
    internal override bool HasAtoms => Base.HasAtoms;

    /// <inheritdoc/>
    public override Tensor Cdf(Tensor value) => Base.Cdf(value);

    /// <inheritdoc/>
    public override Tensor LogCdf(Tensor value) => Base.LogCdf(value);

    /// <inheritdoc/>
    public override Tensor LogSurvival(Tensor value) => Base.LogSurvival(value);

    /// <inheritdoc/>
    public override Tensor InverseCdf(Tensor probability) => Base.InverseCdf(probability);

    /// <inheritdoc/>
    public override Tensor InverseSurvival(Tensor probability) => Base.InverseSurvival(probability);

    /// <inheritdoc/>
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Base.RSample(sampleShape, generator);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator) => Base.Sample(sampleShape, generator);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => DataMask.Keep(Base.CheckedLogProb(Filled(value)), Mask);

    /// <summary>The base's where an element counts, and 0 elsewhere: minus the mean of <see cref="LogProb"/>.</summary>
    public override Tensor Entropy() => DataMask.Keep(Base.Entropy(), Mask);

    /// <inheritdoc/>
    public override Masked With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Base.With(map), map(Mask).to(ScalarType.Bool));
    }

    /// <inheritdoc/>
    public override Masked Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Base.Map(map, batch), map(Mask, 0).to(ScalarType.Bool));
    }

    /// <inheritdoc/>
    public override Masked Expand(params long[] sizes) => new(Base.Expand(sizes), Mask);

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => Base.FindParameterFault();

    /// <summary>The first entry that counts and lies outside the support, or null.</summary>
    /// <param name="value">The value.</param>
    public override ValueFault? FindValueFault(Tensor value)
    {
        using var scope = NewDisposeScope();
        return Base.FindValueFault(Filled(value));
    }

    // With values of the support where nothing counts: whatever stands there, a NaN too, has no part in the gradient.
    private Tensor Filled(Tensor value)
    {
        var full = FullShape(value);
        return DataMask.Fill(value.expand(full), Mask.expand(full[..^EventDimensions]), Base);
    }
}
