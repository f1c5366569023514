using System.Globalization;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Systems;

/// <summary>Rows of numbers, each with a class.</summary>
/// <param name="Name">What they are.</param>
/// <param name="Rows">[n, d], float64.</param>
/// <param name="Classes">The class of each row, from 0.</param>
internal sealed record Table(string Name, Tensor Rows, IReadOnlyList<int> Classes)
{
    /// <summary>The oil-flow table (Bishop and James 1993), training rows, where its files are; else rows that the program draws.</summary>
    public static Table OilFlow(string? folder)
    {
        var path = DataFolder.Containing("oil-flow", folder) is { } found ? Path.Combine(found, "oil-flow", "train.csv") : null;
        if (path is null || !File.Exists(path)) return Drawn();
        var table = CsvTable.Read(path);
        string[] readings = [.. table.Columns.Where(column => column.StartsWith('x'))];
        if (readings.Length < 2 || table.RowCount <= readings.Length)
        {
            throw new DataFileException(
                path,
                $"a table of more rows than readings, columns x1, x2, ..., is needed; found {table.RowCount} rows and {readings.Length} readings");
        }

        var classes = table.Column("class");
        if (classes.FirstOrDefault(number => number != Math.Floor(number) || number < 0) is var bad and not 0)
            throw new DataFileException(path, $"a class is a whole number from 0; found {bad.ToString(CultureInfo.InvariantCulture)}");
        var rows = tensor(table.ToFloats(readings), table.RowCount, readings.Length).to(float64);
        return new("oil flow", rows, [.. classes.Select(number => (int)number)]);
    }

    /// <summary>Three clusters on a curved sheet in twelve dimensions, with noise.</summary>
    private static Table Drawn()
    {
        const int Rows = 600;
        int[] classes = [.. Enumerable.Range(0, Rows).Select(row => row % 3)];
        var centre = tensor([.. classes.Select(c => 1.5 * (c - 1))]).unsqueeze(1);
        var sheet = cat([centre, centre.square()], 1) + (0.6 * randn([Rows, 2], float64));
        var map = randn([2, 12], float64);
        return new("drawn table", sheet.matmul(map) + (0.2 * randn([Rows, 12], float64)), classes);
    }
}
