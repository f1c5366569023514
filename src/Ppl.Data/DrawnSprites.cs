using Ppl.Common;

namespace Ppl.Data;

/// <summary>What sprites are drawn: their factors and the size of the image.</summary>
/// <param name="Size">Rows and columns of an image, ≥ 8; 64 and 28 are usual.</param>
/// <param name="Scales">Number of scales, from 0.5 to 1, ≥ 1.</param>
/// <param name="Orientations">Number of orientations over one full turn, ≥ 1.</param>
/// <param name="Positions">Number of positions along x and along y, from 0 to 1, ≥ 1.</param>
/// <param name="Extent">How far the largest sprite may reach from its centre, as a part of the image, in (0, 0.5]: 0.2 is dSprites'
/// size; in images below 40 pixels 0.3 still shows the shape. Position 0 has its centre this far from the border, 1 from the other.</param>
public sealed record SpriteFactors(int Size = 64, int Scales = 6, int Orientations = 10, int Positions = 16, double Extent = 0.2)
{
    /// <summary>3 shapes × scales × orientations × positions × positions.</summary>
    public int Combinations => checked(3 * Scales * Orientations * Positions * Positions);
}

/// <summary>
/// Sprites that this program draws itself: a white square, ellipse or heart on black, 0 or 1, with known factors. They are not
/// dSprites and are never shown as dSprites.
/// </summary>
/// <remarks>
/// Labels: "shape" (0 square, 1 ellipse, 2 heart), "scale", "orientation" (radians), "x", "y"; all but the shape carry the numbers
/// that their classes stand for. A square turned by a quarter and an ellipse turned by a half look the same as before.
/// </remarks>
public static class DrawnSprites
{
    /// <summary>All combinations of the factors, the last factor (y) changing fastest.</summary>
    /// <param name="factors">Which factors; null for 46,080 images of 64 × 64.</param>
    public static ImageSet Grid(SpriteFactors? factors = null)
    {
        factors ??= new SpriteFactors();
        return Draw(factors, [.. Enumerable.Range(0, factors.Combinations)], "all combinations");
    }

    /// <summary>Combinations drawn uniformly with replacement; image i is a function of (seed, i) only.</summary>
    /// <param name="count">How many images, ≥ 0.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="factors">Which factors; null for 64 × 64 with 6 scales, 10 orientations and 16 × 16 positions.</param>
    public static ImageSet Make(int count, long seed = 0, SpriteFactors? factors = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        factors ??= new SpriteFactors();
        var combinations = factors.Combinations;
        var chosen = new int[count];
        for (var k = 0; k < count; k++) chosen[k] = new CounterRandom(CounterRandom.Key(seed, k, 1)).NextInt(combinations);

        return Draw(factors, chosen, $"seed {seed}");
    }

    private static ImageSet Draw(SpriteFactors factors, int[] combinations, string which)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(factors.Size, 8, "Size");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factors.Extent, "Extent");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(factors.Extent, 0.5, "Extent");
        var scales = Values(factors.Scales, 0.5, 1);
        var angles = Values(factors.Orientations, 0, 2 * Math.PI * (factors.Orientations - 1) / factors.Orientations);
        var places = Values(factors.Positions, 0, 1);
        var labels = Array.ConvertAll(new int[5], _ => new int[combinations.Length]);
        var plane = factors.Size * factors.Size;
        var pixels = new byte[checked(combinations.Length * plane)];
        Parallel.For(0, combinations.Length, k =>
        {
            var rest = combinations[k];
            foreach (var (factor, classes) in new[] { (4, places.Length), (3, places.Length), (2, angles.Length), (1, scales.Length), (0, 3) })
                (rest, labels[factor][k]) = Math.DivRem(rest, classes);

            var sprite = new Sprite(
                labels[0][k], scales[labels[1][k]], angles[labels[2][k]], places[labels[3][k]], places[labels[4][k]], factors.Size, factors.Extent);
            sprite.Draw(pixels.AsSpan(k * plane, plane));
        });

        LabelColumn[] columns =
        [
            new("shape", labels[0], 3),
            new("scale", labels[1], scales.Length, scales),
            new("orientation", labels[2], angles.Length, angles),
            new("x", labels[3], places.Length, places),
            new("y", labels[4], places.Length, places),
        ];
        return new ImageSet(
            "drawn sprites", $"drawn by this program, {which}", factors.Size, factors.Size, pixels, white: 1, labels: columns, isDrawn: true);
    }

    private static double[] Values(int count, double low, double high)
        => [.. Enumerable.Range(0, count).Select(k => count == 1 ? high : low + ((high - low) * k / (count - 1)))];

    /// <summary>One shape in its place.</summary>
    private readonly struct Sprite(int shape, double scale, double angle, double x, double y, int size, double reach)
    {
        // The shapes have the same area. The ellipse reaches farthest, to 1.596 of this, so that none is ever cut off.
        private readonly double half = 0.625 * reach;

        public void Draw(Span<byte> image)
        {
            var (sin, cos) = Math.SinCos(angle);
            var (centreX, centreY) = (reach + (x * (1 - (2 * reach))), reach + (y * (1 - (2 * reach))));
            for (var row = 0; row < size; row++)
            {
                for (var column = 0; column < size; column++)
                {
                    var (dx, dy) = (((column + 0.5) / size) - centreX, ((row + 0.5) / size) - centreY);
                    var (u, v) = (((cos * dx) + (sin * dy)) / scale, ((cos * dy) - (sin * dx)) / scale);
                    image[(row * size) + column] = Inside(u, v) ? (byte)1 : (byte)0;
                }
            }
        }

        private bool Inside(double u, double v) => shape switch
        {
            0 => Math.Abs(u) <= half && Math.Abs(v) <= half,
            1 => InsideEllipse(u, v),
            _ => InsideHeart(u, v),
        };

        private bool InsideEllipse(double u, double v)
        {
            // Half axes a and a/2 with π a²/2 = (2 h)².
            var axis = half * 1.5957691216;
            return ((u * u) + (4 * v * v)) <= axis * axis;
        }

        private bool InsideHeart(double u, double v)
        {
            // The sextic (X² + Y² − 1)³ = X² Y³, whose area is about 3.66; its point is below.
            var unit = half * 1.0454;
            var (bigX, bigY) = (u / unit, (-v / unit) + 0.15);
            var ring = (bigX * bigX) + (bigY * bigY) - 1;
            return (ring * ring * ring) <= bigX * bigX * bigY * bigY * bigY;
        }
    }
}
