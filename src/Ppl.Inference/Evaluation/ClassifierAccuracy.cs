using System.Globalization;

namespace Ppl.Inference;

/// <summary>How well classes are told from codes, on data that the classifier has not seen.</summary>
/// <param name="Confusion">How many data of each class (row) were taken for each class (column).</param>
public sealed record ClassifierAccuracy(IReadOnlyList<IReadOnlyList<int>> Confusion)
{
    /// <summary>The number of data.</summary>
    public int Count => Confusion.Sum(row => row.Sum());

    /// <summary>The part of the data whose class was found.</summary>
    public double Accuracy => Confusion.Select((row, c) => row[c]).Sum() / (double)Count;

    /// <summary>The standard error of <see cref="Accuracy"/> over the data: √(a (1 − a) / N).</summary>
    public double StandardError => Math.Sqrt(Accuracy * (1 - Accuracy) / Count);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{100 * Accuracy:F2}% ± {100 * StandardError:F2}% of {Count} data, {Confusion.Count} classes");
}
