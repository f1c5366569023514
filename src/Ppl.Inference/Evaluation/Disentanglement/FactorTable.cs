using Ppl.Common;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Codes with the true factors of the same rows.</summary>
internal sealed class FactorTable
{
    private FactorTable(double[][] codes, int[][] factors, int[] values) => (Codes, Factors, Values) = (codes, factors, values);

    /// <summary>The numbers of each code, row by row.</summary>
    public double[][] Codes { get; }

    /// <summary>The values of each factor, row by row, numbered from 0 in their order.</summary>
    public int[][] Factors { get; }

    /// <summary>How many values each factor has.</summary>
    public int[] Values { get; }

    /// <summary>The number of rows.</summary>
    public int Rows => Codes[0].Length;

    /// <summary>Reads and checks codes and factors.</summary>
    /// <param name="codes">[N, D], finite.</param>
    /// <param name="factors">[N, F], integers.</param>
    /// <exception cref="PplShapeException">They are no matrices of as many rows.</exception>
    /// <exception cref="PplArgumentException">A code is not finite, factors are no integers, or one has the same value in all rows.</exception>
    public static FactorTable Of(Tensor codes, Tensor factors)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(factors);
        if (codes.dim() != 2 || factors.dim() != 2 || codes.shape[0] != factors.shape[0] || codes.numel() == 0 || factors.numel() == 0)
        {
            throw new PplShapeException(
                $"codes are (rows, codes) and factors (rows, factors); found {ShapeText.Of(codes.shape)} and {ShapeText.Of(factors.shape)}.");
        }

        if (is_floating_point(factors)) throw new PplArgumentException($"factors are integers; found {factors.dtype}.");
        var columns = Columns(codes);
        for (var d = 0; d < columns.Length; d++)
        {
            if (Array.FindIndex(columns[d], x => !double.IsFinite(x * x)) is >= 0 and var row)
                throw new PplArgumentException($"code {d} of row {row} is {columns[d][row]}; codes and their squares are finite.");
        }

        var given = Columns(factors);
        var values = given.Select(column => column.Distinct().Order().ToArray()).ToArray();
        if (Array.FindIndex(values, found => found.Length < 2) is >= 0 and var single)
            throw new PplArgumentException($"factor {single} is {values[single][0]} in every row: there is nothing to tell apart.");
        return new(
            columns,
            [.. given.Zip(values, (column, found) => Array.ConvertAll(column, x => Array.BinarySearch(found, x)))],
            [.. values.Select(found => found.Length)]);
    }

    /// <summary>Some of the rows.</summary>
    /// <param name="rows">Their numbers.</param>
    public FactorTable At(int[] rows) => new(
        Array.ConvertAll(Codes, column => Array.ConvertAll(rows, row => column[row])),
        Array.ConvertAll(Factors, column => Array.ConvertAll(rows, row => column[row])),
        Values);

    /// <summary>Rows to learn from, and rows to measure on.</summary>
    /// <param name="options">The part of the latter, and the seed.</param>
    /// <exception cref="PplArgumentException">There are no two rows.</exception>
    public (FactorTable Training, FactorTable Test) Split(DisentanglementOptions options)
    {
        if (Rows < 2) throw new PplArgumentException("one row cannot be both learnt from and measured on: there have to be two or more.");
        var order = Enumerable.Range(0, Rows).ToArray();
        var random = new CounterRandom(CounterRandom.Key(options.Seed, (long)DisentanglementStream.Split));
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.NextInt(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        var test = Math.Clamp((int)Math.Round(options.TestPart * Rows), 1, Rows - 1);
        return (At(order[test..]), At(order[..test]));
    }

    private static double[][] Columns(Tensor matrix)
    {
        var rows = (int)matrix.shape[0];
        return [.. Numbers.Of(matrix.t()).Chunk(rows)];
    }
}

/// <summary>What draws are for; streams of different uses never meet.</summary>
internal enum DisentanglementStream
{
    Split = 1,
    Training = 2,
    Test = 3,
    Forest = 4,
}
