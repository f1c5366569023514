using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The slices of data that are observed one by one, and their checks.</summary>
internal static class SliceShapes
{
    /// <summary>The data of one element's site.</summary>
    /// <exception cref="PplShapeException">The data have no such slice.</exception>
    public static Tensor Slice(SiteInfo site, Tensor data)
    {
        var (dimension, element) = (site.SliceDimension!.Value, site.Element!.Value);
        if (element < data.shape[dimension]) return data.select(dimension, element);
        throw new PplShapeException(
            $"the model observes it, and dimension {dimension} of the tensor, whose shape is {ShapeText.Of(data.shape)}, ends before it.", site.Name);
    }

    /// <summary>All slices of data that are drawn one by one, side by side: those not drawn yet are NaN, or 0 where values are integers.</summary>
    /// <param name="slices">The slices, of which one at least is drawn.</param>
    /// <param name="dimension">The dimension of which they are slices.</param>
    public static Tensor SoFar(IReadOnlyList<Tensor?> slices, int dimension)
    {
        var like = slices.First(slice => slice is not null)!;
        using var missing = full_like(like, is_floating_point(like) ? double.NaN : 0);
        return stack([.. slices.Select(slice => slice ?? missing)], dimension);
    }

    /// <summary>Data of which nothing is drawn yet: NaN in the plates and in so many slices, with one element in what is between.</summary>
    public static Tensor Undrawn(IReadOnlyList<long> plates, int dimension, int count) =>
        full([.. plates, .. Enumerable.Repeat(1L, dimension - plates.Count), count], double.NaN);

    /// <summary>Compares how many slices the model observes with how many there are.</summary>
    /// <exception cref="PplShapeException">They are more or fewer.</exception>
    public static void Check(SiteInfo site, Tensor data, int count)
    {
        var (dimension, shape) = (site.SliceDimension!.Value, data.shape);
        if (shape.Length <= dimension)
        {
            throw new PplShapeException(
                $"the tensor has shape {ShapeText.Of(shape)}; the model observes {count} slices of its dimension {dimension}.", site.Variable);
        }

        if (shape[dimension] == count) return;
        var which = shape[dimension] > count ? $"{site.Variable}[{count}] is not observed" : $"{site.Variable}[{shape[dimension]}] is not there";
        throw new PplShapeException(
            $"dimension {dimension} of the tensor, whose shape is {ShapeText.Of(shape)}, has size {shape[dimension]}, and the model observes {count} "
            + $"slices of it: {which}.",
            site.Variable);
    }
}
