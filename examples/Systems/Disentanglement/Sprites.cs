using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Sprites with their factors: all combinations, in small pictures.</summary>
public static class Sprites
{
    private const int Pooling = 2;

    /// <summary>dSprites' grid of 46,080 where its files are, else sprites that the program draws; smaller, and a few in a short run.</summary>
    /// <remarks>The published setting keeps the 64 × 64 pixels.</remarks>
    /// <param name="run">What the program is told.</param>
    public static ImageSet Open(SystemRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!run.IsSmoke && DataFolder.Containing("dsprites", run.DataFolder) is not null)
            return run.IsFull ? DSprites.Grid(run.DataFolder) : Pooled(DSprites.Grid(run.DataFolder), Pooling);
        if (run is { IsFull: true, IsSmoke: false }) return DrawnSprites.Grid();
        var counts = run.IsSmoke ? (Scales: 2, Orientations: 2, Positions: 4) : (Scales: 4, Orientations: 4, Positions: 12);
        return DrawnSprites.Grid(new SpriteFactors(
            run.IsFull ? 64 : 64 / Pooling, counts.Scales, counts.Orientations, counts.Positions, Extent: 0.3));
    }

    /// <summary>Smaller pictures: a pixel is white where at least half of the square that it stands for is.</summary>
    /// <param name="images">Binary images.</param>
    /// <param name="by">The side of the square, a divisor of height and width.</param>
    public static ImageSet Pooled(ImageSet images, int by)
    {
        ArgumentNullException.ThrowIfNull(images);
        var (height, width) = (images.Height / by, images.Width / by);
        var pixels = new byte[images.Count * height * width];
        for (var k = 0; k < images.Count; k++)
        {
            var image = images.Image(k);
            var target = pixels.AsSpan(k * height * width, height * width);
            for (var pixel = 0; pixel < target.Length; pixel++)
            {
                var (row, column) = Math.DivRem(pixel, width);
                var white = 0f;
                for (var part = 0; part < by * by; part++) white += image[(((row * by) + (part / by)) * images.Width) + (column * by) + (part % by)];
                target[pixel] = white >= 0.5f * by * by ? (byte)1 : (byte)0;
            }
        }

        return new ImageSet(
            $"{images.Name}, {width} × {height}", images.Origin, height, width, pixels, white: 1, labels: images.Labels, isDrawn: images.IsDrawn);
    }

    /// <summary>The classes of the factors: [N, F].</summary>
    /// <param name="images">Images with labels.</param>
    public static Tensor Factors(ImageSet images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return stack([.. images.Labels.Select(label => tensor(label.Classes.ToArray()))], 1);
    }
}
