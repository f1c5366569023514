using static TorchSharp.torch;

namespace Ppl.Inference.Data;

/// <summary>Makes data sets, and views, joins and mini-batches of them.</summary>
public static class Dataset
{
    /// <summary>A data set of tensors in memory. The columns are named x, or x1, x2, … when there are several.</summary>
    /// <param name="columns">Tensors whose first dimension is the row; shared, not copied: do not change them in place.</param>
    /// <returns>A data set that keeps the tensors alive after the current dispose scope, until it is disposed itself.</returns>
    /// <exception cref="ArgumentException">No columns, a column without a first dimension, or columns of different lengths.</exception>
    public static TensorDataset From(params ReadOnlySpan<Tensor> columns)
    {
        var named = new (string, Tensor)[columns.Length];
        for (var k = 0; k < columns.Length; k++)
        {
            named[k] = (columns.Length == 1 ? "x" : $"x{k + 1}", columns[k]);
        }

        return new TensorDataset("tensors", named);
    }

    /// <summary>A data set of named tensors in memory.</summary>
    /// <param name="name">The name of the data.</param>
    /// <param name="columns">Names and tensors whose first dimension is the row; shared, not copied.</param>
    /// <returns>A data set that keeps the tensors alive after the current dispose scope, until it is disposed itself.</returns>
    /// <exception cref="ArgumentException">No columns, a column without a first dimension, or columns of different lengths.</exception>
    public static TensorDataset From(string name, params ReadOnlySpan<(string Name, Tensor Values)> columns)
        => new(name, columns.ToArray());

    /// <summary>Columns of a table as one column "x" of float32 with shape [rows, columns].</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Names of the table's columns; all of them when none is named.</param>
    /// <returns>A data set that holds the values until it is disposed.</returns>
    /// <exception cref="DataFileException">There is no such column.</exception>
    public static TensorDataset From(CsvTable table, params ReadOnlySpan<string> columns)
    {
        ArgumentNullException.ThrowIfNull(table);
        var width = columns.Length == 0 ? table.Columns.Count : columns.Length;
        using var scope = NewDisposeScope();
        return From("table", ("x", tensor(table.ToFloats(columns), [table.RowCount, width], dtype: ScalarType.Float32)));
    }

    /// <summary>Puts the columns of several data sets beside each other, row by row.</summary>
    /// <param name="parts">Data sets of the same length.</param>
    /// <exception cref="ArgumentException">No parts, or parts of different lengths.</exception>
    public static IDataset Zip(params ReadOnlySpan<IDataset> parts) => new ZippedDataset(parts.ToArray());

    /// <summary>The first rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="count">How many, 0 to the number of rows.</param>
    public static IDataset Take(this IDataset data, int count) => data.Slice(0, count);

    /// <summary>Chosen rows in the given order. Random values stay those of the rows that they come from.</summary>
    /// <param name="data">The data.</param>
    /// <param name="rows">Rows of <paramref name="data"/>; a row may be named more than once.</param>
    public static IDataset Subset(this IDataset data, ReadOnlySpan<int> rows) => new DatasetView(data, rows.ToArray());

    /// <summary>Cuts the data in two, in their order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="firstCount">How many rows the first part gets.</param>
    public static (IDataset First, IDataset Second) Split(this IDataset data, int firstCount)
    {
        ArgumentNullException.ThrowIfNull(data);
        return (data.Slice(0, firstCount), data.Slice(firstCount, data.Count - firstCount));
    }

    /// <summary>The mini-batches of one epoch. Their rows are a pure function of (seed, epoch), whatever ran before.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows of a batch, ≥ 1; the last one may have fewer.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch, ≥ 0.</param>
    /// <param name="shuffle">Whether the rows come in a random order.</param>
    /// <param name="dropLast">Whether a last batch with fewer rows is left out.</param>
    /// <returns>Batches whose tensors are made when they are loaded; batch k can be had without those before it.</returns>
    public static Minibatches Batches(
        this IDataset data, int batchSize, long seed = 0, int epoch = 0, bool shuffle = true, bool dropLast = false)
        => new(data, batchSize, new DrawKey(seed, epoch), shuffle, dropLast);

    /// <summary>All rows at once, as <see cref="IDataset.Rows"/> gives them.</summary>
    /// <param name="data">The data.</param>
    /// <param name="key">What random values depend on.</param>
    public static Tensor[] All(this IDataset data, DrawKey key = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return data.Rows(Enumerable.Range(0, data.Count).ToArray(), key);
    }

    internal static void CheckRows(ReadOnlySpan<int> rows, int count, string name)
    {
        var bad = LabelColumn.FirstOutside(rows, count);
        if (bad >= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(rows), rows[bad], $"{name} has rows 0 to {count - 1}");
        }
    }

    private static DatasetView Slice(this IDataset data, int start, int count)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, data.Count - start);
        return new DatasetView(data, [.. Enumerable.Range(start, count)]);
    }
}
