using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Examples.Density;

/// <summary>Rows to learn from, rows to stop by and rows to measure with, and their exact density where they were drawn.</summary>
internal sealed record Source(string Name, Tensor Train, Tensor Valid, Tensor Test, Func<Tensor, Tensor>? LogDensity)
{
    public static Source Open(Options options) => options.Set == DataSet.Moons
        ? Drawn("two moons", NormalMixture.Moons(), options)
        : Oil(options.DataFolder) ?? Drawn("a table of clusters", NormalMixture.Table(), options);

    private static Source Drawn(string name, NormalMixture mixture, Options options) =>
        new(name, mixture.Draw(options.Rows), mixture.Draw(2_000), mixture.Draw(20_000), mixture.LogDensity);

    /// <summary>The oil-flow table (Bishop and James 1993), where its files are; each column at mean 0 and standard deviation 1.</summary>
    private static Source? Oil(string? folder)
    {
        if (folder is null || !File.Exists(Path.Combine(folder, "oil-flow", "train.csv"))) return null;
        var (train, valid, test) = (Read("train"), Read("valid"), Read("test"));
        var (mean, spread) = (train.mean([0]), train.std(0));
        return new("oil flow", (train - mean) / spread, (valid - mean) / spread, (test - mean) / spread, null);

        Tensor Read(string part)
        {
            var table = CsvTable.Read(Path.Combine(folder, "oil-flow", $"{part}.csv"));
            var readings = Enumerable.Range(0, table.Columns.Count).Where(column => table.Columns[column].StartsWith('x')).ToArray();
            var numbers = Enumerable.Range(0, table.RowCount).SelectMany(row => readings.Select(column => (float)table[row, column]));
            return tensor([.. numbers], table.RowCount, readings.Length);
        }
    }
}
