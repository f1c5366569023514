namespace Ppl.Shapes;

/// <summary>Broadcasting computed on shapes alone.</summary>
public static class Broadcasting
{
    /// <summary>The shape that two shapes broadcast to, aligned at the right as everywhere in torch.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    /// <param name="result">The common shape; empty where there is none.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryBroadcast(ReadOnlySpan<long> left, ReadOnlySpan<long> right, out long[] result)
    {
        if (left.SequenceEqual(right))
        {
            result = left.ToArray();
            return true;
        }

        result = new long[Math.Max(left.Length, right.Length)];
        for (var i = 1; i <= result.Length; i++)
        {
            var l = i <= left.Length ? left[^i] : 1;
            var r = i <= right.Length ? right[^i] : 1;
            if (l != r && l != 1 && r != 1)
            {
                result = [];
                return false;
            }

            result[^i] = l == 1 ? r : l;
        }

        return true;
    }

    /// <summary>The shape that two shapes broadcast to.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    /// <param name="leftName">What the first belongs to, for the message.</param>
    /// <param name="rightName">What the second belongs to, for the message.</param>
    /// <exception cref="PplShapeException">They do not broadcast.</exception>
    public static long[] Broadcast(ReadOnlySpan<long> left, ReadOnlySpan<long> right, string leftName, string rightName)
        => TryBroadcast(left, right, out var result)
            ? result
            : throw new PplShapeException(
                $"{leftName} has shape {ShapeText.Of(left.ToArray())} "
                + $"and {rightName} has shape {ShapeText.Of(right.ToArray())}, which do not broadcast.");

    /// <summary>Resolves the sizes given to <c>Expand</c>: −1 keeps a dimension.</summary>
    /// <param name="shape">The shape to expand.</param>
    /// <param name="sizes">The full new shape.</param>
    /// <param name="owner">What is expanded, for the message.</param>
    /// <exception cref="PplShapeException">The shape does not expand to these sizes.</exception>
    public static long[] Expand(ReadOnlySpan<long> shape, ReadOnlySpan<long> sizes, string owner)
    {
        var result = sizes.ToArray();
        var missing = sizes.Length - shape.Length;
        var fits = missing >= 0;
        for (var i = 0; fits && i < sizes.Length; i++)
        {
            var current = i < missing ? -1 : shape[i - missing];
            if (sizes[i] == -1 && current >= 0) result[i] = current;
            else fits = sizes[i] >= 0 && (current < 0 || current == 1 || current == sizes[i]);
        }

        return fits ? result : throw new PplShapeException(
            $"{owner} of shape {ShapeText.Of(shape.ToArray())} does not expand to {ShapeText.Of(sizes.ToArray())}. "
            + "Write the whole shape; -1 keeps a dimension.");
    }
}
