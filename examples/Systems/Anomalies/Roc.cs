namespace Ppl.Examples.Systems;

/// <summary>How well a score tells two classes apart.</summary>
public static class Roc
{
    /// <summary>
    /// The area under the ROC curve: the probability that an anomaly has a higher score than a normal datum, ties counting half (Hanley and
    /// McNeil 1982).
    /// </summary>
    /// <param name="scores">A score for each datum, higher where it looks more like an anomaly.</param>
    /// <param name="isAnomaly">Whether it is one.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a class is empty.</exception>
    public static double Area(IReadOnlyList<double> scores, IReadOnlyList<bool> isAnomaly)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(isAnomaly);
        if (scores.Count != isAnomaly.Count) throw new ArgumentException($"{scores.Count} scores of {isAnomaly.Count} data", nameof(isAnomaly));
        var anomalies = isAnomaly.Count(anomaly => anomaly);
        var others = scores.Count - anomalies;
        if (anomalies == 0 || others == 0) throw new ArgumentException("one of the two classes is empty", nameof(isAnomaly));

        // The sum of the anomalies' ranks, equal scores sharing theirs (Mann and Whitney 1947).
        var ranks = 0.0;
        var before = 0;
        foreach (var tie in Enumerable.Range(0, scores.Count).GroupBy(row => scores[row]).OrderBy(group => group.Key))
        {
            var size = tie.Count();
            ranks += tie.Count(row => isAnomaly[row]) * (before + ((size + 1) / 2.0));
            before += size;
        }

        return (ranks - (anomalies * (anomalies + 1) / 2.0)) / ((double)anomalies * others);
    }
}
