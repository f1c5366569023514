using Ppl.Reporting;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Points of a plane in charts.</summary>
internal static class Scatter
{
    /// <summary>Adds points, a colour for each class.</summary>
    /// <param name="chart">The chart.</param>
    /// <param name="points">[n, 2].</param>
    /// <param name="classes">The class of each point.</param>
    /// <param name="name">A class's name in the legend.</param>
    /// <param name="size">The diameter of a point.</param>
    public static void AddClasses(
        this LineChart chart, Tensor points, IReadOnlyList<int> classes, Func<int, string> name, double size = 4)
    {
        double[] x = [.. points.select(1, 0).ToNumbers()], y = [.. points.select(1, 1).ToNumbers()];
        foreach (var group in Enumerable.Range(0, x.Length).GroupBy(row => classes[row]).OrderBy(group => group.Key))
        {
            chart.AddPoints(
                name(group.Key), [.. group.Select(row => x[row])], [.. group.Select(row => y[row])], Colours[group.Key % Colours.Count], size);
        }
    }

    /// <summary>A vector's numbers.</summary>
    /// <param name="vector">[n], of any type.</param>
    public static double[] ToNumbers(this Tensor vector) => vector.detach().to(ScalarType.Float64).contiguous().data<double>().ToArray();

    /// <summary>The palette, and two more for ten digits.</summary>
    public static IReadOnlyList<Rgb> Colours { get; } = [.. Rgb.Palette, new Rgb(130, 60, 20), new Rgb(120, 120, 120)];
}
