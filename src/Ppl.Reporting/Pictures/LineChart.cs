using System.Numerics;

namespace Ppl.Reporting;

/// <summary>Curves over common axes, such as the bound during training.</summary>
/// <example><code>
/// var chart = new LineChart { Title = "Training", XLabel = "epoch", YLabel = "nats" };
/// chart.Add("train ELBO", epochs, trainElbo).Add("test ELBO", epochs, testElbo);
/// chart.Save("out/training.png");
/// </code></example>
public sealed class LineChart
{
    private const float TitleSize = 14;
    private const float LabelSize = 12;
    private const float TickSize = 10.5f;
    private static readonly Rgb Ink = Rgb.Grey(40);
    private static readonly Rgb AxisColour = Rgb.Grey(110);
    private static readonly Rgb GridColour = Rgb.Grey(228);

    private readonly List<Series> series = [];

    /// <summary>Stands above the chart; null for none.</summary>
    public string? Title { get; init; }

    /// <summary>Stands below the horizontal axis; null for none.</summary>
    public string? XLabel { get; init; }

    /// <summary>Stands beside the vertical axis; null for none.</summary>
    public string? YLabel { get; init; }

    /// <summary>Columns of the picture, ≥ 200.</summary>
    public int Width { get; init; } = 860;

    /// <summary>Rows of the picture, ≥ 150.</summary>
    public int Height { get; init; } = 500;

    /// <summary>The lowest value shown on the vertical axis; null fits the curves.</summary>
    public double? YLow { get; init; }

    /// <summary>The highest value shown on the vertical axis; null fits the curves.</summary>
    public double? YHigh { get; init; }

    /// <summary>Adds a curve.</summary>
    /// <param name="name">Its name in the legend.</param>
    /// <param name="x">Horizontal values, finite.</param>
    /// <param name="y">Vertical values; NaN and infinities leave a gap.</param>
    /// <param name="colour">Its colour; null takes the next of <see cref="Rgb.Palette"/>.</param>
    /// <param name="markers">Whether each point gets a dot.</param>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">The two lengths differ, or an x is not finite.</exception>
    public LineChart Add(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Rgb? colour = null, bool markers = false)
    {
        series.Add(new Series(name, Points(name, x, y), colour ?? NextColour, markers ? Series.LineMarker : 0, HasLine: true));
        return this;
    }

    /// <summary>Adds points without a line between them: a scatter plot.</summary>
    /// <param name="name">Their name in the legend.</param>
    /// <param name="x">Horizontal values, finite.</param>
    /// <param name="y">Vertical values; NaN and infinities are left out.</param>
    /// <param name="colour">Their colour; null takes the next of <see cref="Rgb.Palette"/>.</param>
    /// <param name="size">The diameter of a point, in pixels, &gt; 0.</param>
    /// <returns>This chart.</returns>
    /// <exception cref="ArgumentException">The two lengths differ, an x is not finite, or the size is not positive.</exception>
    public LineChart AddPoints(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y, Rgb? colour = null, double size = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        series.Add(new Series(name, Points(name, x, y), colour ?? NextColour, (float)size, HasLine: false));
        return this;
    }

    private Rgb NextColour => Rgb.Palette[series.Count % Rgb.Palette.Count];

    private static (double X, double Y)[] Points(string name, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length)
            throw new ArgumentException($"series \"{name}\": {x.Length} x values and {y.Length} y values", nameof(y));

        for (var k = 0; k < x.Length; k++)
        {
            if (!double.IsFinite(x[k])) throw new ArgumentException($"series \"{name}\": x value {k} is {x[k]}", nameof(x));
        }

        var points = new (double X, double Y)[x.Length];
        for (var k = 0; k < x.Length; k++) points[k] = (x[k], y[k]);

        return points;
    }

    /// <summary>Draws the chart and writes it as PNG. The file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced. Its folder is made when it is not there.</param>
    /// <exception cref="PictureException">The file cannot be written.</exception>
    public void Save(string path) => Render().Save(path);

    /// <summary>Draws the chart. Without any finite point the axes run from 0 to 1.</summary>
    public Picture Render()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 200);
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 150);
        var (left, right) = Range(point => point.X, 0, null, null);
        var (low, high) = Range(point => point.Y, 0.05, YLow, YHigh);
        var xTicks = AxisTicks.Between(left, right, Math.Max(2, Width / 110));
        var yTicks = AxisTicks.Between(low, high, Math.Max(2, Height / 75));
        var frame = Layout(xTicks, yTicks, left, right, low, high);

        var canvas = new Canvas(Width, Height, Rgb.White);
        DrawAxes(canvas, frame, xTicks, yTicks);
        foreach (var curve in series) DrawCurve(canvas, frame, curve);

        LineChartLegend.Draw(canvas, frame, series);
        return canvas.ToPicture();
    }

    private (double Low, double High) Range(Func<(double X, double Y), double> value, double margin, double? fixedLow, double? fixedHigh)
    {
        var finite = series.SelectMany(curve => curve.Points).Where(point => double.IsFinite(point.Y)).Select(value).ToArray();
        var low = fixedLow ?? (finite.Length == 0 ? 0 : finite.Min());
        var high = fixedHigh ?? (finite.Length == 0 ? 1 : finite.Max());
        if (!(high > low))
        {
            var half = Math.Max(Math.Abs(low) * 0.1, 0.5);
            return (low - half, low + half);
        }

        var room = (high - low) * margin;
        return (low - (fixedLow is null ? room : 0), high + (fixedHigh is null ? room : 0));
    }

    private ChartFrame Layout(AxisTicks xTicks, AxisTicks yTicks, double left, double right, double low, double high)
    {
        var tickWidth = yTicks.Labels.Length == 0 ? 0 : yTicks.Labels.Max(label => StrokeFont.Width(label, TickSize));
        var lastWidth = xTicks.Labels.Length == 0 ? 0 : StrokeFont.Width(xTicks.Labels[^1], TickSize);
        return new ChartFrame(
            Left: 14 + (YLabel is null ? 0 : LabelSize + 12) + MathF.Ceiling(tickWidth) + 8,
            Top: Title is null ? 18 : 20 + TitleSize + 12,
            Right: Width - 16 - MathF.Ceiling(lastWidth / 2),
            Bottom: Height - 14 - (XLabel is null ? 0 : LabelSize + 12) - TickSize - 10,
            (left, right),
            (low, high));
    }

    private void DrawAxes(Canvas canvas, ChartFrame frame, AxisTicks xTicks, AxisTicks yTicks)
    {
        for (var k = 0; k < yTicks.Values.Length; k++)
        {
            var y = MathF.Floor(frame.Y(yTicks.Values[k])) + 0.5f;
            canvas.Line([new(frame.Left, y), new(frame.Right, y)], 1, GridColour);
            var x = frame.Left - 8 - StrokeFont.Width(yTicks.Labels[k], TickSize);
            canvas.Text(yTicks.Labels[k], x, y + (TickSize / 2), TickSize, Ink);
        }

        for (var k = 0; k < xTicks.Values.Length; k++)
        {
            var x = MathF.Floor(frame.X(xTicks.Values[k])) + 0.5f;
            canvas.Line([new(x, frame.Top), new(x, frame.Bottom)], 1, GridColour);
            canvas.Line([new(x, frame.Bottom), new(x, frame.Bottom + 4)], 1, AxisColour);
            canvas.Text(xTicks.Labels[k], x - (StrokeFont.Width(xTicks.Labels[k], TickSize) / 2), frame.Bottom + 8 + TickSize, TickSize, Ink);
        }

        var (axisX, axisY) = (MathF.Floor(frame.Left) + 0.5f, MathF.Floor(frame.Bottom) + 0.5f);
        canvas.Line([new(axisX, frame.Top), new(axisX, axisY), new(frame.Right, axisY)], 1, AxisColour);
        if (Title is not null)
            canvas.Text(Title, Math.Max(8, (Width - StrokeFont.Width(Title, TitleSize)) / 2), 16 + TitleSize, TitleSize, Ink);

        if (XLabel is not null)
            canvas.Text(XLabel, frame.MiddleX - (StrokeFont.Width(XLabel, LabelSize) / 2), Height - 14, LabelSize, Ink);

        if (YLabel is not null)
            canvas.Text(YLabel, 14 + LabelSize, frame.MiddleY + (StrokeFont.Width(YLabel, LabelSize) / 2), LabelSize, Ink, turned: true);
    }

    private static void DrawCurve(Canvas canvas, ChartFrame frame, Series curve)
    {
        var run = new List<Vector2>();
        foreach (var (x, y) in curve.Points)
        {
            if (double.IsFinite(y))
            {
                run.Add(new Vector2(frame.X(x), frame.Y(y)));
                continue;
            }

            DrawRun(canvas, frame, run, curve);
        }

        DrawRun(canvas, frame, run, curve);
    }

    private static void DrawRun(Canvas canvas, ChartFrame frame, List<Vector2> run, Series curve)
    {
        if (curve.HasLine)
        {
            foreach (var visible in frame.Clip(run)) canvas.Line(visible, 2, curve.Colour);
        }

        // A point between two gaps has no line to be seen by.
        var size = curve.Marker == 0 && run.Count == 1 ? Series.LineMarker : curve.Marker;
        if (size > 0)
        {
            foreach (var point in run.Where(frame.Contains)) canvas.Line([point], size, curve.Colour);
        }

        run.Clear();
    }

    /// <summary>One curve, or one set of points; a marker of size 0 is none.</summary>
    internal sealed record Series(string Name, (double X, double Y)[] Points, Rgb Colour, float Marker, bool HasLine)
    {
        public const float LineMarker = 6.5f;
    }
}
