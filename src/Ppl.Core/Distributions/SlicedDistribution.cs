using Ppl.Contracts;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>
/// Independent distributions of the slices of a tensor, side by side in one dimension: what a model predicts of data that it observes slice by slice.
/// They may be of different families. Where the dimension lies inside the slices' own events, it is one more dimension of the event.
/// </summary>
[Family(Support.Inherited)]
internal sealed class SlicedDistribution : Distribution
{
    private readonly Distribution[] slices;
    private readonly long[] shape;
    private readonly int own;

    private SlicedDistribution(Distribution[] slices, int dimension)
    {
        (this.slices, Dimension) = (slices, dimension);
        var slice = slices[0].Shape;
        shape = [.. slice[..dimension], slices.Length, .. slice[dimension..]];
        own = slices.Max(s => s.EventDimensions);
    }

    /// <summary>The dimension that counts the slices.</summary>
    public int Dimension { get; }

    /// <summary>The distribution of the first slice.</summary>
    public Distribution First => slices[0];

    /// <summary>How many slices there are.</summary>
    public int Count => slices.Length;

    public override string Name => $"{slices[0].Name} of slices";

    public override long[] Shape => shape;

    public override int EventDimensions => IsInEvent ? own + 1 : own;

    public override Constraint ValueConstraint => slices[0].ValueConstraint;

    public override bool IsReparameterized => Array.TrueForAll(slices, s => s.IsReparameterized);

    public override Tensor Mean => Stack(s => s.Mean);

    public override Tensor Variance => Stack(s => s.Variance);

    public override Tensor Mode => Stack(s => s.Mode);

    private bool IsInEvent => Dimension > shape.Length - 1 - own;

    /// <summary>The distributions of predictions, each expanded to its value: a distribution may be the same for every row.</summary>
    public static SlicedDistribution Of(IReadOnlyList<Prediction> slices, int dimension) =>
        new([.. slices.Select(s => s.Distribution.Expand(s.Value.shape[..^s.Distribution.EventDimensions]))], dimension);

    /// <summary>One slice of a prediction that has this distribution.</summary>
    public Prediction Slice(Prediction whole, int element) => new(slices[element], whole.Value.select(Dimension, element));

    /// <summary>[K·B, ...] to [K, B, ...].</summary>
    public SlicedDistribution Unfold(Rows rows) => new(Array.ConvertAll(slices, rows.Unfold), Dimension + 1);

    public override Tensor RSample(long[] sampleShape, Generator? generator) =>
        stack(Array.ConvertAll(slices, s => s.RSample(sampleShape, generator)), Dimension + sampleShape.Length);

    public override Tensor Sample(long[] sampleShape, Generator? generator) =>
        stack(Array.ConvertAll(slices, s => s.Sample(sampleShape, generator)), Dimension + sampleShape.Length);

    public override Tensor LogProb(Tensor value)
    {
        var whole = value.expand(FullShape(value));
        var at = Dimension + (int)whole.dim() - shape.Length;
        var densities = slices.Select((slice, t) => slice.LogDensity(whole.select(at, t), (int)whole.dim() - 1 - own)).ToArray();
        return Joined(densities, at);
    }

    public override Tensor Entropy()
    {
        var entropies = Array.ConvertAll(slices, s => EventSum.ToLeading(s.Entropy(), s.Shape, shape.Length - 1 - own));
        return Joined(entropies, Dimension);
    }

    public override SlicedDistribution With(Func<Tensor, Tensor> map) => new(Array.ConvertAll(slices, s => s.With(map)), Dimension);

    public override SlicedDistribution Map(Func<Tensor, int, Tensor> map, long[]? batch = null) => batch is null
        ? new(Array.ConvertAll(slices, s => s.Map(map)), Dimension)
        : throw new NotSupportedException($"{Name} has a distribution for each slice, and none whose rows could be mapped together.");

    public override SlicedDistribution Expand(params long[] sizes) =>
        throw new NotSupportedException($"{Name} has a distribution for each slice: it is as large as it is.");

    public override ValueFault? FindParameterFault() => slices.Select(s => s.FindParameterFault()).FirstOrDefault(fault => fault is not null);

    public override ValueFault? FindValueFault(Tensor value)
    {
        var whole = value.expand(FullShape(value));
        var at = Dimension + (int)whole.dim() - shape.Length;
        for (var t = 0; t < slices.Length; t++)
        {
            if (slices[t].FindValueFault(whole.select(at, t)) is { } fault)
                return fault with { Index = [.. fault.Index.Take(at), t, .. fault.Index.Skip(at)] };
        }

        return null;
    }

    private Tensor Stack(Func<Distribution, Tensor> part) => stack(Array.ConvertAll(slices, s => part(s).expand(s.Shape)), Dimension);

    private Tensor Joined(Tensor[] densities, int at) => IsInEvent ? stack(densities, 0).sum([0]) : stack(densities, at);
}
