using System.Globalization;

namespace Ppl.Data;

/// <summary>An immutable set of images of one size, with labels if there are any. Intensities are in [0, 1], ink is bright.</summary>
/// <remarks>
/// A set of images is not yet training data: say how the intensities are used, with <c>Binarized()</c>, <c>Binarized(seed)</c>,
/// <c>Thresholded()</c> or <c>Grey()</c>. Pixels are stored channel by channel, row by row.
/// </remarks>
public sealed partial class ImageSet
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly ReadOnlyMemory<float> floats;

    /// <summary>Makes a set from bytes; a pixel's intensity is byte / <paramref name="white"/>.</summary>
    /// <param name="name">The name of the data, such as "MNIST train".</param>
    /// <param name="origin">Where the images come from: a file, or how they were drawn.</param>
    /// <param name="height">Rows of an image, ≥ 1.</param>
    /// <param name="width">Columns of an image, ≥ 1.</param>
    /// <param name="pixels">All images one after the other (kept, not copied: do not change them afterwards).</param>
    /// <param name="white">The byte of intensity 1, 1 to 255.</param>
    /// <param name="labels">Label columns, one class an image.</param>
    /// <param name="isDrawn">Whether a program of ours drew the images; such a set is never shown under the name of real data.</param>
    /// <param name="channels">Channels of an image, ≥ 1.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit, a pixel above white, or labels of another count.</exception>
    public ImageSet(
        string name,
        string origin,
        int height,
        int width,
        ReadOnlyMemory<byte> pixels,
        int white = 255,
        IReadOnlyList<LabelColumn>? labels = null,
        bool isDrawn = false,
        int channels = 1)
        : this(name, origin, (channels, height, width), pixels.Length, labels, isDrawn)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(white, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(white, 255);
        var bad = white == 255 ? -1 : pixels.Span.IndexOfAnyExceptInRange((byte)0, (byte)white);
        if (bad >= 0)
            throw new ArgumentException($"pixel {bad}: expected 0 to {white}, found {pixels.Span[bad]}", nameof(pixels));

        bytes = pixels;
        White = white;
    }

    /// <summary>Makes a set from intensities.</summary>
    /// <param name="name">The name of the data.</param>
    /// <param name="origin">Where the images come from.</param>
    /// <param name="height">Rows of an image, ≥ 1.</param>
    /// <param name="width">Columns of an image, ≥ 1.</param>
    /// <param name="pixels">All images one after the other, each value in [0, 1] (kept, not copied).</param>
    /// <param name="labels">Label columns, one class an image.</param>
    /// <param name="isDrawn">Whether a program of ours drew the images.</param>
    /// <param name="channels">Channels of an image, ≥ 1.</param>
    /// <exception cref="ArgumentException">Sizes that do not fit, a value outside [0, 1] or NaN, or labels of another count.</exception>
    public ImageSet(
        string name,
        string origin,
        int height,
        int width,
        ReadOnlyMemory<float> pixels,
        IReadOnlyList<LabelColumn>? labels = null,
        bool isDrawn = false,
        int channels = 1)
        : this(name, origin, (channels, height, width), pixels.Length, labels, isDrawn)
    {
        var values = pixels.Span;
        for (var k = 0; k < values.Length; k++)
        {
            if (!(values[k] >= 0 && values[k] <= 1))
                throw new ArgumentException($"pixel {k}: expected 0 to 1, found {values[k]}", nameof(pixels));
        }

        floats = pixels;
    }

    private ImageSet(
        string name, string origin, (int Channels, int Height, int Width) size, int pixels, IReadOnlyList<LabelColumn>? labels, bool isDrawn)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height, 1, "height");
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width, 1, "width");
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Channels, 1, "channels");
        (Channels, Height, Width) = size;
        PixelsPerImage = checked(size.Channels * size.Height * size.Width);
        if (pixels % PixelsPerImage != 0)
            throw new ArgumentException($"{pixels} pixels are no whole number of {size.Channels} x {size.Height} x {size.Width} images",
                nameof(pixels));

        Count = pixels / PixelsPerImage;
        foreach (var label in labels ?? [])
        {
            if (label.Classes.Length != Count)
                throw new ArgumentException($"label \"{label.Name}\": expected {Count} values, found {label.Classes.Length}", nameof(labels));
        }

        (Name, Origin, IsDrawn, Labels) = (name, origin, isDrawn, labels is null ? [] : [.. labels]);
    }

    /// <summary>The name of the data.</summary>
    public string Name { get; }

    /// <summary>Where the images come from: a file, or how they were drawn.</summary>
    public string Origin { get; }

    /// <summary>Whether a program of ours drew the images.</summary>
    public bool IsDrawn { get; }

    /// <summary>The number of images.</summary>
    public int Count { get; }

    /// <summary>Channels of an image.</summary>
    public int Channels { get; }

    /// <summary>Rows of an image.</summary>
    public int Height { get; }

    /// <summary>Columns of an image.</summary>
    public int Width { get; }

    /// <summary>Channels × height × width.</summary>
    public int PixelsPerImage { get; }

    /// <summary>Label columns; empty when the images have no labels.</summary>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>Name, number and size: <c>MNIST train: 60,000 images of 28 x 28; labels digit, one of 10</c>.</summary>
    public override string ToString()
    {
        var size = Channels == 1 ? $"{Height} x {Width}" : $"{Channels} x {Height} x {Width}";
        var labels = Labels.Count == 0 ? "" : $"; labels {string.Join("; ", Labels)}";
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: {Count:N0} images of {size}{labels}");
    }

    /// <summary>The byte of intensity 1; 0 where the set holds floats.</summary>
    internal int White { get; }

    /// <summary>A label column by name.</summary>
    /// <param name="name">The name of a column in <see cref="Labels"/>.</param>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    public LabelColumn Label(string name)
        => Labels.FirstOrDefault(label => label.Name == name)
            ?? throw new ArgumentException(
                $"{Name} has no label \"{name}\"; it has {(Labels.Count == 0 ? "none" : string.Join(", ", Labels.Select(label => label.Name)))}",
                nameof(name));

    /// <summary>The intensities of one image, [channels × height × width] values in [0, 1].</summary>
    /// <param name="row">The image, from 0.</param>
    public float[] Image(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        var image = new float[PixelsPerImage];
        PixelSource.CopyGrey(this, row, image);
        return image;
    }

    /// <summary>The first images.</summary>
    /// <param name="count">How many, 0 to <see cref="Count"/>.</param>
    public ImageSet Take(int count) => Slice(0, count);

    /// <summary>Cuts the set in two, in the stored order.</summary>
    /// <param name="firstCount">How many images the first part gets, 0 to <see cref="Count"/>.</param>
    public (ImageSet First, ImageSet Second) Split(int firstCount) => (Slice(0, firstCount), Slice(firstCount, Count - firstCount));

    /// <summary>Chosen images in the given order, renumbered from 0; a row may be named more than once.</summary>
    /// <param name="rows">Rows of this set.</param>
    public ImageSet Subset(ReadOnlySpan<int> rows)
    {
        var bad = LabelColumn.FirstOutside(rows, Count);
        if (bad >= 0) throw new ArgumentOutOfRangeException(nameof(rows), rows[bad], $"{Name} has rows 0 to {Count - 1}");

        var labels = new List<LabelColumn>();
        foreach (var label in Labels) labels.Add(label.Subset(rows));

        return White > 0 ? WithPixels(Gather(bytes, rows), labels) : WithPixels(Gather(floats, rows), labels);
    }

    internal ReadOnlySpan<byte> ByteRow(int row) => bytes.Span.Slice(row * PixelsPerImage, PixelsPerImage);

    internal ReadOnlySpan<float> FloatRow(int row) => floats.Span.Slice(row * PixelsPerImage, PixelsPerImage);

    private ImageSet Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        var rows = Enumerable.Range(start, count).ToArray();
        var labels = Labels.Select(label => label.Subset(rows)).ToArray();
        var (first, length) = (start * PixelsPerImage, count * PixelsPerImage);
        return White > 0 ? WithPixels(bytes.Slice(first, length), labels) : WithPixels(floats.Slice(first, length), labels);
    }

    private T[] Gather<T>(ReadOnlyMemory<T> pixels, ReadOnlySpan<int> rows)
    {
        var chosen = new T[checked(rows.Length * PixelsPerImage)];
        for (var k = 0; k < rows.Length; k++)
            pixels.Span.Slice(rows[k] * PixelsPerImage, PixelsPerImage).CopyTo(chosen.AsSpan(k * PixelsPerImage));

        return chosen;
    }

    private ImageSet WithPixels(ReadOnlyMemory<byte> pixels, IReadOnlyList<LabelColumn> labels)
        => new(Name, Origin, Height, Width, pixels, White, labels, IsDrawn, Channels);

    private ImageSet WithPixels(ReadOnlyMemory<float> pixels, IReadOnlyList<LabelColumn> labels)
        => new(Name, Origin, Height, Width, pixels, labels, IsDrawn, Channels);
}
