using System.Numerics;

namespace Ppl.Data;

/// <summary>Draws strokes into a mask of coverages in [0, 1]: a pixel's coverage falls off linearly with its distance from the stroke.</summary>
internal static class StrokeMask
{
    /// <summary>Draws one straight piece. Pixel (i, j) has its centre at x = i + ½, y = j + ½; coverages combine by their maximum.</summary>
    /// <param name="mask">Row-major, [height × width].</param>
    /// <param name="width">Columns of the mask.</param>
    /// <param name="from">Start.</param>
    /// <param name="to">End.</param>
    /// <param name="radius">Half the stroke's width: the coverage is ½ at this distance.</param>
    /// <param name="softness">Over how many pixels the coverage falls from 1 to 0.</param>
    public static void Segment(Span<float> mask, int width, Vector2 from, Vector2 to, float radius, float softness)
    {
        var height = mask.Length / width;
        var reach = radius + (0.5f * softness);
        var (left, right) = Range(MathF.Min(from.X, to.X), MathF.Max(from.X, to.X), reach, width);
        var (top, bottom) = Range(MathF.Min(from.Y, to.Y), MathF.Max(from.Y, to.Y), reach, height);
        var direction = to - from;
        var lengthSquared = direction.LengthSquared();
        var inverse = lengthSquared > 1e-12f ? 1 / lengthSquared : 0;
        var slope = 1 / softness;
        for (var y = top; y <= bottom; y++)
        {
            var row = mask.Slice(y * width, width);
            for (var x = left; x <= right; x++)
            {
                var offset = new Vector2(x + 0.5f, y + 0.5f) - from;
                var t = Math.Clamp(Vector2.Dot(offset, direction) * inverse, 0, 1);
                var distance = (offset - (t * direction)).Length();
                var coverage = Math.Min(1, ((radius - distance) * slope) + 0.5f);
                if (coverage > row[x]) row[x] = coverage;
            }
        }
    }

    /// <summary>Draws a polyline; a single point is a dot.</summary>
    public static void Line(Span<float> mask, int width, ReadOnlySpan<Vector2> points, float radius, float softness)
    {
        for (var k = 0; k < Math.Max(1, points.Length - 1); k++)
            Segment(mask, width, points[k], points[Math.Min(k + 1, points.Length - 1)], radius, softness);
    }

    private static (int First, int Last) Range(float low, float high, float reach, int size)
        => ((int)MathF.Max(0, MathF.Floor(low - reach - 0.5f)), (int)MathF.Min(size - 1, MathF.Ceiling(high + reach - 0.5f)));
}
