namespace Ppl.Data;

/// <summary>One label of each image: a class 0 … <see cref="ClassCount"/> − 1, such as the digit or the value of a factor.</summary>
public sealed class LabelColumn
{
    private readonly int[] classes;

    /// <summary>Makes a column.</summary>
    /// <param name="name">What the label says, such as "digit" or "scale".</param>
    /// <param name="classes">The class of each image (kept, not copied).</param>
    /// <param name="classCount">The number of classes, ≥ 1.</param>
    /// <param name="classValues">The number that each class stands for, such as an angle; null where classes are only names.</param>
    /// <exception cref="ArgumentException">A class is outside 0 … classCount − 1, or there are not classCount values.</exception>
    public LabelColumn(string name, int[] classes, int classCount, IReadOnlyList<double>? classValues = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 1);
        if (classValues is not null && classValues.Count != classCount)
            throw new ArgumentException($"expected {classCount} class values, found {classValues.Count}", nameof(classValues));

        var bad = FirstOutside(classes, classCount);
        if (bad >= 0)
            throw new ArgumentException($"{name} of image {bad}: expected 0 to {classCount - 1}, found {classes[bad]}", nameof(classes));

        Name = name;
        ClassCount = classCount;
        ClassValues = classValues;
        this.classes = classes;
    }

    /// <summary>What the label says.</summary>
    public string Name { get; }

    /// <summary>The number of classes.</summary>
    public int ClassCount { get; }

    /// <summary>The number that each class stands for, or null.</summary>
    public IReadOnlyList<double>? ClassValues { get; }

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<int> Classes => classes;

    /// <summary>The class of one image.</summary>
    /// <param name="row">The image, from 0.</param>
    public int this[int row] => classes[row];

    /// <summary>Its name and classes: <c>digit, one of 10</c>.</summary>
    public override string ToString() => $"{Name}, one of {ClassCount}";

    internal LabelColumn Subset(ReadOnlySpan<int> rows)
    {
        var chosen = new int[rows.Length];
        for (var k = 0; k < rows.Length; k++) chosen[k] = classes[rows[k]];

        return new LabelColumn(Name, chosen, ClassCount, ClassValues);
    }

    internal static int FirstOutside(ReadOnlySpan<int> classes, int classCount)
    {
        for (var row = 0; row < classes.Length; row++)
        {
            if ((uint)classes[row] >= (uint)classCount) return row;
        }

        return -1;
    }
}
