using Ppl.Common;

namespace Ppl.Inference;

/// <summary>Rows that share the value of one factor, which is drawn.</summary>
/// <remarks>
/// A row is drawn from all rows, and its companions from the rows with its value of the factor. Where the rows are all combinations of the
/// factors, that is what the definitions say: the factor's value and everything else uniform. Of other rows it keeps their frequencies.
/// </remarks>
internal sealed class FixedFactorPoints
{
    private readonly FactorTable table;
    private readonly int[][][] rows;

    public FixedFactorPoints(FactorTable table)
    {
        this.table = table;
        rows = new int[table.Factors.Length][][];
        for (var f = 0; f < rows.Length; f++)
        {
            var byValue = Enumerable.Range(0, table.Rows).GroupBy(row => table.Factors[f][row]).OrderBy(group => group.Key);
            rows[f] = [.. byValue.Select(group => group.ToArray())];
        }
    }

    /// <summary>Points of the beta-VAE score: the mean over L pairs of |z − z'| of each code, and the factor that each pair shares.</summary>
    /// <param name="count">How many points.</param>
    /// <param name="length">L.</param>
    /// <param name="random">The stream.</param>
    public (double[] Differences, long[] Factors) Pairs(int count, int length, CounterRandom random)
    {
        var codes = table.Codes;
        var (differences, factors) = (new double[count * codes.Length], new long[count]);
        for (var p = 0; p < count; p++)
        {
            var factor = random.NextInt(rows.Length);
            factors[p] = factor;
            for (var l = 0; l < length; l++)
            {
                var first = random.NextInt(table.Rows);
                var second = Companion(factor, first, ref random);
                for (var d = 0; d < codes.Length; d++)
                    differences[(p * codes.Length) + d] += Math.Abs(codes[d][first] - codes[d][second]) / length;
            }
        }

        return (differences, factors);
    }

    /// <summary>
    /// Points of the FactorVAE score: the code with the least variance over L rows, relative to its variance over all, and the factor.
    /// </summary>
    /// <param name="variances">The variance of each code over all rows; codes of variance 0 are left out, and 0 stands where all are.</param>
    /// <param name="count">How many points.</param>
    /// <param name="length">L.</param>
    /// <param name="random">The stream.</param>
    public (int Code, int Factor)[] Votes(double[] variances, int count, int length, CounterRandom random)
    {
        var chosen = new int[length];
        var votes = new (int Code, int Factor)[count];
        for (var p = 0; p < count; p++)
        {
            var factor = random.NextInt(rows.Length);
            chosen[0] = random.NextInt(table.Rows);
            for (var l = 1; l < length; l++) chosen[l] = Companion(factor, chosen[0], ref random);
            var (best, least) = (0, double.PositiveInfinity);
            for (var d = 0; d < variances.Length; d++)
            {
                if (variances[d] <= 0) continue;
                var relative = Variance(Array.ConvertAll(chosen, row => table.Codes[d][row])) / variances[d];
                if (relative < least) (best, least) = (d, relative);
            }

            votes[p] = (best, factor);
        }

        return votes;
    }

    /// <summary>The unbiased variance; 0 where rounding alone tells the numbers apart.</summary>
    public static double Variance(double[] numbers)
    {
        var mean = numbers.Average();
        var variance = numbers.Sum(x => (x - mean) * (x - mean)) / (numbers.Length - 1);
        return variance > 1e-24 * mean * mean ? variance : 0;
    }

    private int Companion(int factor, int row, ref CounterRandom random)
    {
        var same = rows[factor][table.Factors[factor][row]];
        return same[random.NextInt(same.Length)];
    }
}
