using System.Numerics;

namespace Ppl.Reporting;

/// <summary>The rectangle between a chart's axes, and the map from values to pixels.</summary>
internal sealed record ChartFrame(float Left, float Top, float Right, float Bottom, (double Low, double High) Xs, (double Low, double High) Ys)
{
    public float MiddleX => (Left + Right) / 2;

    public float MiddleY => (Top + Bottom) / 2;

    public float X(double value) => (float)(Left + ((Right - Left) * (value - Xs.Low) / (Xs.High - Xs.Low)));

    /// <summary>Far-off values are moved to just beyond the frame's neighbourhood, so that floats keep their precision.</summary>
    public float Y(double value)
        => (float)Math.Clamp(Bottom - ((Bottom - Top) * (value - Ys.Low) / (Ys.High - Ys.Low)), -1e6, 1e6);

    public bool Contains(Vector2 point)
        => point.X >= Left - 0.5f && point.X <= Right + 0.5f && point.Y >= Top - 0.5f && point.Y <= Bottom + 0.5f;

    /// <summary>The parts of a polyline that lie between the top and the bottom of the frame.</summary>
    public List<Vector2[]> Clip(List<Vector2> line)
    {
        var parts = new List<Vector2[]>();
        var part = new List<Vector2>();
        for (var k = 0; k + 1 < line.Count; k++)
        {
            if (ClipSegment(line[k], line[k + 1]) is not { } piece) continue;

            if (part.Count > 0 && part[^1] != piece.From)
            {
                parts.Add([.. part]);
                part.Clear();
            }

            if (part.Count == 0) part.Add(piece.From);

            part.Add(piece.To);
        }

        if (part.Count > 0) parts.Add([.. part]);

        return parts;
    }

    private (Vector2 From, Vector2 To)? ClipSegment(Vector2 from, Vector2 to)
    {
        var (enter, leave) = (0f, 1f);
        var rise = to.Y - from.Y;
        if (rise == 0) return from.Y >= Top && from.Y <= Bottom ? (from, to) : null;

        var (atTop, atBottom) = ((Top - from.Y) / rise, (Bottom - from.Y) / rise);
        enter = Math.Max(enter, Math.Min(atTop, atBottom));
        leave = Math.Min(leave, Math.Max(atTop, atBottom));
        if (enter > leave) return null;

        return (enter > 0 ? Vector2.Lerp(from, to, enter) : from, leave < 1 ? Vector2.Lerp(from, to, leave) : to);
    }
}
