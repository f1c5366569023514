using System.Numerics;

namespace Ppl.Reporting;

/// <summary>The legend of a line chart, in the corner where it hides the fewest points.</summary>
internal static class LineChartLegend
{
    private const float Size = 11;
    private const float LineHeight = 20;
    private const float Sample = 26;
    private const float Inset = 10;

    public static void Draw(Canvas canvas, ChartFrame frame, List<LineChart.Series> series)
    {
        if (series.Count == 0 || (series.Count == 1 && series[0].Name.Length == 0)) return;

        var width = (2 * Inset) + Sample + 8 + series.Max(curve => StrokeFont.Width(curve.Name, Size));
        var height = (series.Count * LineHeight) + Inset;
        var (left, top) = Corner(frame, series, width, height);
        canvas.Fill((int)left, (int)top, (int)width, (int)height, Rgb.White);
        Outline(canvas, (int)left + 0.5f, (int)top + 0.5f, (int)width, (int)height);
        for (var k = 0; k < series.Count; k++)
        {
            var y = top + (Inset / 2) + ((k + 0.5f) * LineHeight);
            var x = left + Inset;
            if (series[k].HasLine) canvas.Line([new(x, y), new(x + Sample, y)], 2.4f, series[k].Colour);
            if (series[k].Marker > 0) canvas.Line([new(x + (Sample / 2), y)], LineChart.Series.LineMarker, series[k].Colour);

            canvas.Text(series[k].Name, x + Sample + 8, y + (Size / 2), Size, Rgb.Grey(40));
        }
    }

    private static void Outline(Canvas canvas, float left, float top, float width, float height)
    {
        Vector2[] corners =
            [new(left, top), new(left + width, top), new(left + width, top + height), new(left, top + height), new(left, top)];
        canvas.Line(corners, 1, Rgb.Grey(200));
    }

    private static (float Left, float Top) Corner(ChartFrame frame, List<LineChart.Series> series, float width, float height)
    {
        var (near, far) = (frame.Left + 12, frame.Right - width - 12);
        var (high, low) = (frame.Top + 10, frame.Bottom - height - 12);
        (float Left, float Top)[] corners = [(far, high), (far, low), (near, high), (near, low)];
        return corners.MinBy(corner => Hidden(frame, series, corner.Left, corner.Top, width, height));
    }

    private static int Hidden(ChartFrame frame, List<LineChart.Series> series, float left, float top, float width, float height)
    {
        const int Between = 4;
        var count = 0;
        foreach (var curve in series)
        {
            for (var k = 0; k + 1 < curve.Points.Length; k++)
            {
                var from = new Vector2(frame.X(curve.Points[k].X), frame.Y(curve.Points[k].Y));
                var to = new Vector2(frame.X(curve.Points[k + 1].X), frame.Y(curve.Points[k + 1].Y));
                for (var step = 0; step < Between; step++)
                {
                    var point = Vector2.Lerp(from, to, step / (float)Between);
                    count += point.X >= left - 6 && point.X <= left + width + 6 && point.Y >= top - 6 && point.Y <= top + height + 6 ? 1 : 0;
                }
            }
        }

        return count;
    }
}
