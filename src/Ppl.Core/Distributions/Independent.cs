using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Another distribution whose last dimensions are declared one indivisible event.</summary>
/// <remarks>
/// Its log-density is the base's, summed over those dimensions. A model never needs it, since a site's log-density is summed over its event
/// anyway; it is for code that calls <see cref="LogProb"/> itself.
/// </remarks>
[Family(Support.Inherited)]
public sealed class Independent : Distribution
{
    /// <summary>Declares the last dimensions of a distribution one event.</summary>
    /// <param name="distribution">The base.</param>
    /// <param name="dimensions">How many trailing dimensions of its <see cref="LogProb"/> to sum: 0 or more.</param>
    /// <exception cref="PplShapeException">The base has fewer dimensions.</exception>
    public Independent(Distribution distribution, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        var available = distribution.Shape.Length - distribution.EventDimensions;
        if (dimensions < 0 || dimensions > available)
            throw new PplShapeException($"Independent cannot take {dimensions} dimensions of {distribution}, which has {available}.");
        Base = distribution;
        Dimensions = dimensions;
    }

    /// <summary>The base.</summary>
    public Distribution Base { get; }

    /// <summary>How many of the base's dimensions are summed.</summary>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public override string Name => $"Independent({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape => Base.Shape;

    /// <inheritdoc/>
    public override int EventDimensions => Base.EventDimensions + Dimensions;

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
    public override Tensor RSample(long[] sampleShape, Generator? generator) => Base.RSample(sampleShape, generator);

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator) => Base.Sample(sampleShape, generator);

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value) => EventSum.SumLast(Base.CheckedLogProb(value), Dimensions);

    /// <inheritdoc/>
    public override Tensor LogDensity(Tensor value, int leading) => Base.LogDensity(value, leading);

    /// <inheritdoc/>
    public override Tensor Entropy() => EventSum.SumLast(Base.Entropy(), Dimensions);

    /// <inheritdoc/>
    public override Independent With(Func<Tensor, Tensor> map) => new(Base.With(map), Dimensions);

    /// <inheritdoc/>
    public override Independent Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var rest = Base.Shape.Length - Base.EventDimensions - Dimensions;
        long[]? whole = batch is null ? null : [.. batch, .. Base.Shape[rest..(rest + Dimensions)]];
        return new(Base.Map((tensor, own) => map(tensor, own + Dimensions), whole), Dimensions);
    }

    /// <inheritdoc/>
    public override Independent Expand(params long[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        var rest = Base.Shape.Length - Base.EventDimensions - Dimensions;
        return new(Base.Expand([.. sizes, .. Base.Shape[rest..(rest + Dimensions)]]), Dimensions);
    }

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault() => Base.FindParameterFault();

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => Base.FindValueFault(value);
}
