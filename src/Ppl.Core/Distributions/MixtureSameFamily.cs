using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A mixture of distributions of one family, whose last dimension before the event counts the components.</summary>
/// <remarks><inheritdoc cref="MixtureFamily{TSelf}" path="/remarks"/></remarks>
[Family(Support.Inherited, IsForLatents = true)]
public sealed class MixtureSameFamily : MixtureFamily<MixtureSameFamily>
{
    /// <summary>A mixture.</summary>
    /// <param name="mixing">The distribution of the component: weights [..., K].</param>
    /// <param name="component">The components side by side, [..., K, event]; its other dimensions broadcast with those of
    /// <paramref name="mixing"/>.</param>
    /// <exception cref="PplShapeException">The component's last dimension before the event is not K, or the rest does not broadcast.</exception>
    public MixtureSameFamily(Categorical mixing, Distribution component) : base(mixing, [component], BatchOf(mixing, component))
    {
    }

    /// <summary>The components side by side: [..., K, event].</summary>
    public Distribution Component => Parts[0];

    /// <inheritdoc/>
    public override string Name => $"MixtureSameFamily({Component.Name})";

    /// <summary>The components' set; with bounds of their own, from the lowest to the highest.</summary>
    public override Constraint ValueConstraint => RealRange.Hull(
        Component.ValueConstraint,
        bound => bound.dim() > EventDimensions ? bound.amin([At]) : bound,
        bound => bound.dim() > EventDimensions ? bound.amax([At]) : bound);

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => Component.HasEnumerableSupport;

    private protected override bool HasConnectedSupport => Component.ValueConstraint is not IntervalConstraint || !Varies;

    private bool Varies
    {
        get
        {
            var varies = false;
            Component.ValueConstraint.Map((tensor, _) =>
            {
                varies = true;
                return tensor;
            });
            return varies;
        }
    }

    /// <inheritdoc/>
    public override Tensor EnumerateSupport()
    {
        if (!HasEnumerableSupport) return base.EnumerateSupport();
        var values = Component.EnumerateSupport();
        return values.reshape([values.shape[0], .. Enumerable.Repeat(1L, Shape.Length - EventDimensions), .. Shape[^EventDimensions..]]);
    }

    /// <inheritdoc/>
    public override MixtureSameFamily With(Func<Tensor, Tensor> map) => new(Mixing.With(map), Component.With(map));

    /// <inheritdoc/>
    public override MixtureSameFamily Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        long[]? whole = batch is null ? null : [.. batch, Mixing.Categories];
        return new(Mixing.Map(map, batch), Component.Map((tensor, own) => map(tensor, own + 1), whole));
    }

    /// <inheritdoc/>
    public override MixtureSameFamily Expand(params long[] sizes)
    {
        var batch = Broadcasting.Expand(Batch, sizes, EventDimensions == 0 ? Name : $"{Name} (rows)");
        return new(Mixing.Expand(batch), Component);
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
        => Varies ? FindExcluded(value) : Component.ValueConstraint.Find(value, "value", Name);

    private protected override Tensor LogProbOfAll(Tensor value) => Component.LogProb(Beside(value));

    private protected override Tensor CdfOfAll(Tensor value) => Component.Cdf(Beside(value));

    private protected override Tensor DrawAll(long[] batch, long[] sampleShape, Generator? generator)
        => Component.Expand([.. batch, Mixing.Categories]).Sample(sampleShape, generator);

    private protected override Tensor MomentOfAll(Func<Distribution, Tensor> moment) => moment(Component);

    private static long[] BatchOf(Categorical mixing, Distribution component)
    {
        ArgumentNullException.ThrowIfNull(mixing);
        ArgumentNullException.ThrowIfNull(component);
        var batch = component.Shape[..^component.EventDimensions];
        return batch.Length > 0 && batch[^1] == mixing.Categories ? batch[..^1] : throw new PplShapeException(
            $"MixtureSameFamily needs {mixing.Categories} components, as many as there are weights, in the last dimension of its component"
            + (component.EventDimensions > 0 ? " before the event" : "") + $"; found {component}.");
    }

    // A value beside each component. One with fewer dimensions than an event is the same in all of its entries.
    private Tensor Beside(Tensor value)
    {
        while (value.dim() < EventDimensions) value = value.unsqueeze(0);
        return value.unsqueeze(At);
    }
}
