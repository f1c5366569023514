using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl;

/// <summary>An observed site as the model predicts it: its distribution and a draw from it. Converts to the draw.</summary>
/// <param name="distribution">The distribution of the observed value.</param>
/// <param name="value">A draw from it: [plates, event], or [samples, plates, event].</param>
public sealed class Prediction(Distribution distribution, Tensor value)
{
    /// <summary>The distribution of the observed value.</summary>
    public Distribution Distribution { get; } = distribution;

    /// <summary>A draw.</summary>
    public Tensor Value { get; } = value;

    /// <summary>The distribution's mean, of the draw's shape: what a picture of a reconstruction shows.</summary>
    public Tensor Mean => Distribution.Mean.expand(Value.shape);

    /// <summary>The same prediction with particles and rows apart.</summary>
    /// <param name="rows">The rows it was made with.</param>
    public Prediction Unfold(Rows rows)
        => Distribution is SlicedDistribution slices
            ? new(slices.Unfold(rows), rows.Unfold(Value))
            : new(HasRows(rows) ? rows.Unfold(Distribution) : Distribution, rows.Unfold(Value));

    // A distribution without the rows may begin with a dimension of the same size.
    private bool HasRows(Rows rows) => Distribution.Shape.Length == Value.dim() && Distribution.Shape[0] == rows.Total;

    /// <summary>Several predictions of one site side by side: [samples, plates, event].</summary>
    /// <param name="samples">One for each sample, with the same parameters in the same shapes.</param>
    internal static Prediction Stack(IReadOnlyList<Prediction> samples)
    {
        if (samples[0].Distribution is SlicedDistribution slices)
        {
            Prediction Slice(Prediction whole, int t) => ((SlicedDistribution)whole.Distribution).Slice(whole, t);
            var each = Enumerable.Range(0, slices.Count).Select(t => Stack([.. samples.Select(s => Slice(s, t))]));
            return OfSlices([.. each], slices.Dimension + 1);
        }

        var parameters = samples.Select(s => Parameters(s.Distribution)).ToList();
        var first = samples[0].Distribution;
        var batch = first.Shape[..^first.EventDimensions];

        // One that is the same in every row lacks the rows' dimension, which stands behind that of the samples.
        var rank = (int)samples[0].Value.dim() - first.EventDimensions;
        var next = 0;
        var stacked = first.Map(
            (_, own) =>
            {
                var place = next++;
                return stack([.. parameters.Select(p => Aligned(p[place], own + rank))]);
            },
            [samples.Count, .. Enumerable.Repeat(1L, rank - batch.Length), .. batch]);
        return new Prediction(stacked, stack([.. samples.Select(s => s.Value)]));

        static Tensor Aligned(Tensor tensor, int rank) => tensor.reshape([.. Enumerable.Repeat(1L, rank - (int)tensor.dim()), .. tensor.shape]);
    }

    /// <summary>Predictions of the slices of one parameter, as one of the whole.</summary>
    /// <param name="slices">One for each, in order.</param>
    /// <param name="dimension">The dimension of the whole of which they are slices.</param>
    internal static Prediction OfSlices(IReadOnlyList<Prediction> slices, int dimension) =>
        new(SlicedDistribution.Of(slices, dimension), stack([.. slices.Select(s => s.Value)], dimension));

    // By Map, which takes them in the order in which Stack puts them back.
    private static List<Tensor> Parameters(Distribution distribution)
    {
        var found = new List<Tensor>();
        distribution.Map((tensor, _) =>
        {
            found.Add(tensor);
            return tensor;
        });
        return found;
    }

    /// <summary>The draw.</summary>
    /// <param name="prediction">The prediction.</param>
    public static implicit operator Tensor(Prediction prediction)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        return prediction.Value;
    }

    /// <summary>The draw.</summary>
    public Tensor ToTensor() => Value;

    /// <summary>The distribution and the draw's shape.</summary>
    public override string ToString() => $"{Distribution}, drawn {Shapes.ShapeText.Of(Value.shape)}";
}
