using System.Globalization;

namespace Ppl.Shapes;

/// <summary>Shapes and indices as text for messages.</summary>
public static class ShapeText
{
    /// <summary>A shape: <c>(128, 784)</c>, <c>(5)</c>, <c>()</c>.</summary>
    /// <param name="shape">The shape.</param>
    public static string Of(IEnumerable<long> shape) => $"({Join(shape)})";

    /// <summary>An index: <c>[12, 215]</c>.</summary>
    /// <param name="index">The index.</param>
    public static string Index(IEnumerable<long> index) => $"[{Join(index)}]";

    internal static string Join(IEnumerable<long> sizes) => string.Join(", ", sizes.Select(s => s.ToString(CultureInfo.InvariantCulture)));
}
