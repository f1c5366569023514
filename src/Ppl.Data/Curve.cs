using System.Numerics;

namespace Ppl.Data;

/// <summary>Smooth curves through points.</summary>
internal static class Curve
{
    /// <summary>A uniform Catmull-Rom spline through the points, as a polyline with <paramref name="steps"/> pieces for each span.</summary>
    public static int Smooth(ReadOnlySpan<Vector2> points, bool closed, int steps, Span<Vector2> line)
    {
        var spans = closed ? points.Length : points.Length - 1;
        var count = 0;
        for (var k = 0; k < spans; k++)
        {
            var (a, b, c, d) = (At(points, k - 1, closed), At(points, k, closed), At(points, k + 1, closed), At(points, k + 2, closed));
            for (var step = 0; step < steps; step++) line[count++] = Vector2At(a, b, c, d, step / (float)steps);
        }

        line[count++] = At(points, spans, closed);
        return count;
    }

    /// <summary>How many points <see cref="Smooth"/> writes.</summary>
    public static int Length(int points, bool closed, int steps) => ((closed ? points : points - 1) * steps) + 1;

    /// <summary>A point beyond an end is the mirror image of its neighbour, which lets the curve end straight.</summary>
    private static Vector2 At(ReadOnlySpan<Vector2> points, int k, bool closed)
    {
        var n = points.Length;
        if (closed) return points[(k + n) % n];

        return k < 0 ? (2 * points[0]) - points[1]
            : k >= n ? (2 * points[n - 1]) - points[n - 2]
            : points[k];
    }

    private static Vector2 Vector2At(Vector2 a, Vector2 b, Vector2 c, Vector2 d, float t)
        => 0.5f * ((2 * b) + (t * (c - a)) + (t * t * ((2 * a) - (5 * b) + (4 * c) - d)) + (t * t * t * ((3 * b) - a - (3 * c) + d)));
}
