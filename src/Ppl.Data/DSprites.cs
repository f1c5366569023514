namespace Ppl.Data;

/// <summary>Two published parts of dSprites: 64 × 64 binary images of a shape with known scale, orientation and position.</summary>
/// <remarks>
/// Matthey, Higgins, Hassabis and Lerchner 2017. Labels: "shape" (square, ellipse, heart), "scale", "orientation", "x", "y";
/// all but the shape carry the numbers that their classes stand for.
/// </remarks>
public static class DSprites
{
    /// <summary>46,080 images: all combinations of 3 shapes, 6 scales, 10 orientations, 16 x- and 16 y-positions.</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Grid(string? folder = null) => Read("grid46080", 46_080, folder, orientations: 10, positions: 16);

    /// <summary>20,000 images drawn without replacement from the whole set of 737,280 (40 orientations, 32 × 32 positions).</summary>
    /// <param name="folder">The data folder, or the folder of the files; null for the defaults of <see cref="DataFolder"/>.</param>
    /// <exception cref="DataFileException">A file is missing, damaged, or not what it should be.</exception>
    public static ImageSet Random(string? folder = null) => Read("random20000", 20_000, folder, orientations: 40, positions: 32);

    private static ImageSet Read(string part, int count, string? folder, int orientations, int positions)
    {
        // The grid keeps every fourth orientation and every second position of the full set.
        var (orientationStep, positionStep) = (40 / orientations, 32 / positions);
        var scales = Values(6, k => 0.5 + (0.1 * k));
        var angles = Values(orientations, k => 2 * Math.PI * orientationStep * k / 39);
        var places = Values(positions, k => positionStep * k / 31.0);
        var known = new KnownImages($"dSprites {part}", "dsprites", $"{part}-images-idx3-ubyte.gz", count, 64, 64, 1);
        return known.Read(folder, path => known.ReadFactors(
            $"{part}-latents-idx2-ubyte.gz",
            IdxType.UnsignedByte,
            Path.GetDirectoryName(path),
            ("shape", 0, 3, null),
            ("scale", 0, 6, scales),
            ("orientation", 0, orientations, angles),
            ("x", 0, positions, places),
            ("y", 0, positions, places)));
    }

    private static double[] Values(int count, Func<int, double> value) => [.. Enumerable.Range(0, count).Select(value)];
}
