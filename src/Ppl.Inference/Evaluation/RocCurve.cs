using System.Globalization;

namespace Ppl.Inference;

/// <summary>The receiver operating characteristic of a score: which part of either class lies above each threshold.</summary>
/// <param name="FalsePositiveRates">The part of the negatives at or above each threshold, ascending from 0 to 1.</param>
/// <param name="TruePositiveRates">The part of the positives at or above the same thresholds.</param>
/// <param name="Area">
/// The area below the curve: the probability that a positive has the higher score than a negative, equal scores counting half
/// (Mann and Whitney 1947).
/// </param>
public sealed record RocCurve(IReadOnlyList<double> FalsePositiveRates, IReadOnlyList<double> TruePositiveRates, double Area)
{
    /// <summary>The curve of a score that is to be higher for positives.</summary>
    /// <remarks>One point for each distinct score, and the origin before them, so that equal scores are a straight line.</remarks>
    /// <param name="scores">A number for each datum, such as its negative log likelihood; it may be infinite.</param>
    /// <param name="isPositive">Whether each datum is a positive, such as an anomaly: both kinds occur.</param>
    /// <exception cref="PplArgumentException">There are not as many of both, a score is NaN, or one of the kinds does not occur.</exception>
    public static RocCurve Of(IReadOnlyList<double> scores, IReadOnlyList<bool> isPositive)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isPositive);
        if (scores.Count != isPositive.Count) throw new PplArgumentException($"{scores.Count} scores were given, and {isPositive.Count} kinds.");
        if (scores.Any(double.IsNaN)) throw new PplArgumentException("a score is NaN: it has no rank.");
        var positives = isPositive.Count(positive => positive);
        var negatives = isPositive.Count - positives;
        if (positives == 0 || negatives == 0)
            throw new PplArgumentException($"a curve compares two kinds; {positives} data are positive and {negatives} negative.");
        List<double> falseRates = [0], trueRates = [0];
        long above = 0, aboveFalse = 0;
        double area = 0;
        foreach (var same in scores.Zip(isPositive).GroupBy(pair => pair.First).OrderByDescending(group => group.Key))
        {
            var (right, all) = (same.Count(pair => pair.Second), same.Count());
            area += (all - right) * (above + (0.5 * right));
            (above, aboveFalse) = (above + right, aboveFalse + all - right);
            trueRates.Add((double)above / positives);
            falseRates.Add((double)aboveFalse / negatives);
        }

        return new(falseRates, trueRates, area / ((double)positives * negatives));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"area {Area:F4} below {FalsePositiveRates.Count} points");
}
