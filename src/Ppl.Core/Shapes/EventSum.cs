using static TorchSharp.torch;

namespace Ppl.Shapes;

/// <summary>Sums over event dimensions, without expanding what does not need it.</summary>
public static class EventSum
{
    /// <summary>
    /// The sum of <paramref name="tensor"/>, broadcast to <paramref name="full"/>, over all but the first <paramref name="leading"/>
    /// dimensions. A dimension that the tensor lacks becomes a factor instead of a copy. The result has the tensor's own leading
    /// dimensions, which broadcast with <c>full[..leading]</c>.
    /// </summary>
    /// <param name="tensor">Broadcasts to <paramref name="full"/>.</param>
    /// <param name="full">The whole shape.</param>
    /// <param name="leading">How many leading dimensions to keep.</param>
    public static Tensor Of(Tensor tensor, ReadOnlySpan<long> full, int leading)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var shape = tensor.shape;
        var events = full.Length - leading;
        var own = Math.Min(events, shape.Length);
        double factor = 1;
        for (var i = 1; i <= events; i++)
        {
            if (i > shape.Length || shape[^i] != full[^i]) factor *= full[^i];
        }

        var sum = own == 0 ? tensor : SumLast(tensor, own);
        return factor == 1 ? sum : sum * factor;
    }

    /// <summary>The sum over the last <paramref name="count"/> dimensions.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="count">How many dimensions to sum over; 0 gives the tensor itself.</param>
    public static Tensor SumLast(Tensor tensor, int count)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (count == 0) return tensor;
        if (count == 1) return tensor.sum(-1);
        var dimensions = new long[count];
        for (var i = 0; i < count; i++) dimensions[i] = i - count;
        return tensor.sum(dimensions);
    }

    /// <summary>
    /// A density, or a divergence, for each of the first <paramref name="leading"/> dimensions: summed over what it has beyond them, and in
    /// equal shares for those that it lacks because a family's own event takes them together.
    /// </summary>
    /// <param name="density">Its dimensions are the first of <paramref name="full"/>.</param>
    /// <param name="full">The whole shape, events included.</param>
    /// <param name="leading">How many leading dimensions to keep.</param>
    public static Tensor ToLeading(Tensor density, ReadOnlySpan<long> full, int leading)
    {
        ArgumentNullException.ThrowIfNull(density);
        var own = checked((int)density.dim());
        if (own >= leading) return SumLast(density, own - leading);
        var lacking = full[own..leading];
        var shares = density / (double)Count(lacking, 0);
        return shares.reshape([.. density.shape, .. Enumerable.Repeat(1L, lacking.Length)]).expand(full[..leading].ToArray());
    }

    /// <summary>The number of elements of the event: the product of all but the first <paramref name="leading"/> sizes.</summary>
    /// <param name="full">The whole shape.</param>
    /// <param name="leading">How many leading dimensions to leave out.</param>
    public static long Count(ReadOnlySpan<long> full, int leading)
    {
        long count = 1;
        foreach (var size in full[leading..]) count *= size;
        return count;
    }
}
