using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Images in two parts: y, what is to be completed, and x, the quarters that are given (Sohn et al. 2015, section 5.1).</summary>
public sealed class Quarters : Dataset
{
    private readonly Dataset images;
    private readonly Tensor missing;
    private readonly Tensor given;

    /// <summary>Cuts images.</summary>
    /// <param name="images">Their first column has images of height · width pixels.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="count">1 gives the lower left quarter, 2 the left half, 3 all but the lower right quarter.</param>
    public Quarters(Dataset images, int height, int width, int count)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNotEqual(count is 1 or 2 or 3, true, nameof(count));
        this.images = images;
        var pixels = Enumerable.Range(0, height * width).ToLookup(pixel => IsGiven(pixel / width >= height / 2, pixel % width < width / 2, count));
        (given, missing) = (tensor([.. pixels[true].Select(p => (long)p)]), tensor([.. pixels[false].Select(p => (long)p)]));
        Columns = [new("y", [missing.shape[0]], ScalarType.Float32), new("x", [given.shape[0]], ScalarType.Float32)];
    }

    /// <inheritdoc/>
    public override string Name => $"{images.Name}, in quarters";

    /// <inheritdoc/>
    public override int Count => images.Count;

    /// <inheritdoc/>
    public override IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>The numbers of the pixels that are given and of those that are missing.</summary>
    public (long Given, long Missing) Sizes => (given.shape[0], missing.shape[0]);

    /// <inheritdoc/>
    public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        var whole = images.Rows(rows, key)[0];
        return [whole.index_select(1, missing), whole.index_select(1, given)];
    }

    /// <summary>Whole images again, [n, height · width].</summary>
    /// <param name="y">What completes them.</param>
    /// <param name="x">What was given.</param>
    public Tensor Whole(Tensor y, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(x);
        return cat([y, x], 1).index_select(1, cat([missing, given], 0).argsort());
    }

    private static bool IsGiven(bool isLower, bool isLeft, int count) => count switch
    {
        1 => isLower && isLeft,
        2 => isLeft,
        _ => isLeft || !isLower,
    };
}
