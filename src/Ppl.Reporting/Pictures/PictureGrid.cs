using System.Runtime.InteropServices;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Reporting;

/// <summary>Rows of images in one picture, each row with a caption if it has one: originals over reconstructions, samples, traversals.</summary>
/// <example><code>
/// var grid = new PictureGrid(28, 28) { Title = "Reconstructions, epoch 10" };
/// grid.AddRow("data", originals);        // 10 × 784 values
/// grid.AddRow("model", reconstructions);
/// grid.Save("out/reconstructions.png");
/// </code></example>
public sealed class PictureGrid
{
    private const float CaptionSize = 11;
    private const float TitleSize = 13;
    private const int Margin = 10;
    private static readonly Rgb Ink = Rgb.Grey(40);

    private readonly List<(string? Caption, float[] Pixels, int Count)> rows = [];
    private readonly int pixelsPerImage;

    /// <summary>Starts an empty grid.</summary>
    /// <param name="imageHeight">Rows of an image, ≥ 1.</param>
    /// <param name="imageWidth">Columns of an image, ≥ 1.</param>
    /// <param name="channels">1 for grey or 3 for RGB, stored channel by channel.</param>
    public PictureGrid(int imageHeight, int imageWidth, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        if (channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "expected 1 (grey) or 3 (RGB)");

        (ImageHeight, ImageWidth, Channels) = (imageHeight, imageWidth, channels);
        pixelsPerImage = imageHeight * imageWidth * channels;
    }

    /// <summary>Rows of an image.</summary>
    public int ImageHeight { get; }

    /// <summary>Columns of an image.</summary>
    public int ImageWidth { get; }

    /// <summary>Channels of an image.</summary>
    public int Channels { get; }

    /// <summary>Stands above the grid; null for none.</summary>
    public string? Title { get; init; }

    /// <summary>How many picture pixels an image pixel is wide and high, ≥ 1.</summary>
    public int Magnification { get; init; } = 2;

    /// <summary>Picture pixels between two images, ≥ 0.</summary>
    public int Padding { get; init; } = 3;

    /// <summary>What is between the images.</summary>
    public Rgb Background { get; init; } = Rgb.White;

    /// <summary>The number of rows so far.</summary>
    public int RowCount => rows.Count;

    /// <summary>A grid of the first images of a set; its title says the set's name, and that it is drawn when it is.</summary>
    /// <param name="images">The images.</param>
    /// <param name="rowCount">Rows of the grid, ≥ 1.</param>
    /// <param name="columnCount">Columns of the grid, ≥ 1.</param>
    /// <param name="magnification">How many picture pixels an image pixel is wide and high, ≥ 1.</param>
    public static PictureGrid Of(ImageSet images, int rowCount, int columnCount, int magnification = 2)
    {
        ArgumentNullException.ThrowIfNull(images);
        var grid = new PictureGrid(images.Height, images.Width, images.Channels) { Title = images.Name, Magnification = magnification };
        for (var row = 0; row < rowCount && row * columnCount < images.Count; row++)
        {
            var count = Math.Min(columnCount, images.Count - (row * columnCount));
            var pixels = new float[count * images.PixelsPerImage];
            for (var k = 0; k < count; k++) images.Image((row * columnCount) + k).CopyTo(pixels, k * images.PixelsPerImage);

            grid.AddRow(null, pixels);
        }

        return grid;
    }

    /// <summary>Adds a row of images below the others.</summary>
    /// <param name="caption">Stands to the left of the row; null for none.</param>
    /// <param name="pixels">[n × channels × height × width] intensities, 0 black to 1 white; values outside are cut off, NaN is shown in red.</param>
    /// <returns>This grid.</returns>
    /// <exception cref="ArgumentException">The pixels are no whole number of images.</exception>
    public PictureGrid AddRow(string? caption, ReadOnlySpan<float> pixels)
    {
        if (pixels.Length == 0 || pixels.Length % pixelsPerImage != 0)
        {
            throw new ArgumentException(
                $"expected a multiple of {Channels} x {ImageHeight} x {ImageWidth} = {pixelsPerImage} pixels, found {pixels.Length}", nameof(pixels));
        }

        rows.Add((caption, pixels.ToArray(), pixels.Length / pixelsPerImage));
        return this;
    }

    /// <summary>Adds a row of images below the others.</summary>
    /// <param name="caption">Stands to the left of the row; null for none.</param>
    /// <param name="images">n images in any shape with that many elements, such as [n, pixels] or [n, channels, height, width].</param>
    /// <returns>This grid.</returns>
    /// <exception cref="ArgumentException">The elements are no whole number of images.</exception>
    public PictureGrid AddRow(string? caption, Tensor images) => AddRow(caption, ToPixels(images));

    /// <summary>Adds images in rows of <paramref name="columns"/>, without captions; the last row may have fewer.</summary>
    /// <param name="images">n images in any shape with that many elements.</param>
    /// <param name="columns">Images in a row, ≥ 1.</param>
    /// <returns>This grid.</returns>
    /// <exception cref="ArgumentException">The elements are no whole number of images.</exception>
    public PictureGrid AddRows(Tensor images, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var pixels = ToPixels(images);
        for (var start = 0; start < pixels.Length; start += columns * pixelsPerImage)
            AddRow(null, pixels.AsSpan(start, Math.Min(columns * pixelsPerImage, pixels.Length - start)));

        return this;
    }

    /// <summary>Draws the grid.</summary>
    /// <exception cref="InvalidOperationException">The grid has no rows.</exception>
    public Picture Render()
    {
        if (rows.Count == 0) throw new InvalidOperationException("the grid has no rows");

        ArgumentOutOfRangeException.ThrowIfLessThan(Magnification, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Padding);
        var (stepX, stepY) = ((ImageWidth * Magnification) + Padding, (ImageHeight * Magnification) + Padding);
        var captionWidth = rows.Max(row => row.Caption is null ? 0 : StrokeFont.Width(row.Caption, CaptionSize));
        var left = Margin + (captionWidth > 0 ? (int)captionWidth + 10 : 0);
        var top = Margin + (Title is null ? 0 : (int)TitleSize + 10);
        var right = left + (rows.Max(row => row.Count) * stepX) - Padding;
        var titleRight = Title is null ? 0 : Margin + (int)StrokeFont.Width(Title, TitleSize) + 1;
        var canvas = new Canvas(Math.Max(right, titleRight) + Margin, top + (rows.Count * stepY) - Padding + Margin, Background);
        if (Title is not null) canvas.Text(Title, Margin, Margin + TitleSize, TitleSize, Ink);

        for (var row = 0; row < rows.Count; row++)
        {
            var (caption, pixels, count) = rows[row];
            var y = top + (row * stepY);
            if (caption is not null)
            {
                var x = left - 10 - StrokeFont.Width(caption, CaptionSize);
                canvas.Text(caption, x, y + (((ImageHeight * Magnification) + CaptionSize) / 2), CaptionSize, Ink);
            }

            for (var k = 0; k < count; k++)
                DrawImage(canvas, left + (k * stepX), y, pixels.AsSpan(k * pixelsPerImage, pixelsPerImage));
        }

        return canvas.ToPicture();
    }

    /// <summary>Draws the grid and writes it as PNG. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced. Its folder is made when it is not there.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public void Save(string path) => Render().Save(path);

    private static float[] ToPixels(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var plain = images.detach().cpu().to(ScalarType.Float32).contiguous();
        return MemoryMarshal.Cast<byte, float>(plain.bytes).ToArray();
    }

    private void DrawImage(Canvas canvas, int left, int top, ReadOnlySpan<float> image)
    {
        var plane = ImageHeight * ImageWidth;
        for (var y = 0; y < ImageHeight; y++)
        {
            for (var x = 0; x < ImageWidth; x++)
            {
                var at = (y * ImageWidth) + x;
                var colour = Channels == 1
                    ? Colour(image[at], image[at], image[at])
                    : Colour(image[at], image[at + plane], image[at + (2 * plane)]);
                canvas.Fill(left + (x * Magnification), top + (y * Magnification), Magnification, Magnification, colour);
            }
        }
    }

    private static Rgb Colour(float red, float green, float blue)
        => float.IsNaN(red + green + blue) ? new Rgb(255, 0, 0) : new Rgb(Level(red), Level(green), Level(blue));

    private static byte Level(float intensity) => (byte)MathF.Round(Math.Clamp(intensity, 0, 1) * 255);
}
