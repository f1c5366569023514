using System.Globalization;

namespace Ppl.Reporting;

/// <summary>Round numbers along an axis: multiples of 1, 2 or 5 times a power of ten.</summary>
internal sealed class AxisTicks
{
    private AxisTicks(double step, double[] values, string[] labels)
    {
        Step = step;
        Values = values;
        Labels = labels;
    }

    public double Step { get; }

    public double[] Values { get; }

    public string[] Labels { get; }

    /// <summary>The ticks within [low, high], about <paramref name="wanted"/> of them.</summary>
    public static AxisTicks Between(double low, double high, int wanted)
    {
        var raw = (high - low) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));

        // The geometric middle between two steps: the number of ticks is off by the same factor on either side.
        var digit = (raw / power) switch
        {
            < 1.4142 => 1,
            < 3.1623 => 2,
            < 7.0711 => 5,
            _ => 10,
        };
        var step = digit * power;
        var first = (long)Math.Ceiling((low / step) - 1e-9);
        var last = (long)Math.Floor((high / step) + 1e-9);
        var values = new List<double>();
        for (var k = first; k <= last; k++) values.Add(k * step);

        return new AxisTicks(step, [.. values], [.. values.Select(value => Label(value, step, Math.Max(Math.Abs(low), Math.Abs(high))))]);
    }

    private static string Label(double value, double step, double largest)
    {
        if (largest >= 1e7 || step < 1e-6) return value.ToString("0.###e0", CultureInfo.InvariantCulture).Replace('-', '\u2212');

        var decimals = Math.Max(0, (int)Math.Ceiling(-Math.Log10(step) - 1e-9));
        var text = Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return value < 0 && text.AsSpan().IndexOfAnyInRange('1', '9') >= 0 ? "\u2212" + text : text;
    }
}
