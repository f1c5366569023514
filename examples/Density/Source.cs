using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Density;

/// <summary>Rows to learn from, rows to stop by and rows to measure with, and their exact density where they were drawn.</summary>
internal sealed record Source(string Name, Tensor Train, Tensor Valid, Tensor Test, Func<Tensor, Tensor>? LogDensity)
{
    public static Source Open(Options options) => options.Set switch
    {
        DataSet.Moons => Drawn("two moons", NormalMixture.Moons().Draw, NormalMixture.Moons().LogDensity, options),
        DataSet.Table => Drawn("a drawn table", DrawnTable.Draw, DrawnTable.LogDensity, options),
        _ => Oil(options.DataFolder),
    };

    private static Source Drawn(string name, Func<int, Tensor> draw, Func<Tensor, Tensor> logDensity, Options options) =>
        new(name, draw(options.Rows), draw(2_000), draw(20_000), logDensity);

    /// <summary>The oil-flow table (Bishop and James 1993); each column at mean 0 and standard deviation 1.</summary>
    private static Source Oil(string? folder)
    {
        var files = Path.Combine(DataFolder.ForDownloads(folder), "oil-flow");
        if (!File.Exists(Path.Combine(files, "train.csv")))
            throw new FileNotFoundException($"{files} has no train.csv: name another folder by --data, or take --set table.");
        var (train, valid, test) = (Read("train"), Read("valid"), Read("test"));
        var (mean, spread) = (train.mean([0]), train.std(0));
        return new("oil flow", (train - mean) / spread, (valid - mean) / spread, (test - mean) / spread, null);

        Tensor Read(string part)
        {
            var table = CsvTable.Read(Path.Combine(files, $"{part}.csv"));
            var readings = Enumerable.Range(0, table.Columns.Count).Where(column => table.Columns[column].StartsWith('x')).ToArray();
            var numbers = Enumerable.Range(0, table.RowCount).SelectMany(row => readings.Select(column => (float)table[row, column]));
            return tensor([.. numbers], table.RowCount, readings.Length);
        }
    }
}
