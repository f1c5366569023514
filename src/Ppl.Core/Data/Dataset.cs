using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>Rows of data that models are trained on and evaluated with. Column k is the model's k-th parameter.</summary>
/// <remarks>
/// A data set draws nothing by itself: what is random in a row, such as dynamic binarization, is a pure function of the
/// <see cref="DrawKey"/> and the row. A run that is resumed in the middle of an epoch sees the same values again. A data set of one's
/// own derives from this class.
/// </remarks>
public abstract class Dataset
{
    /// <summary>The name of the data and of its binarization, as results show it.</summary>
    public abstract string Name { get; }

    /// <summary>The number of rows.</summary>
    public abstract int Count { get; }

    /// <summary>The columns, in the order of the model's parameters.</summary>
    public abstract IReadOnlyList<DataColumn> Columns { get; }

    /// <summary>A data set of tensors in memory. The columns are named x, or x1, x2, … when there are several.</summary>
    /// <param name="columns">
    /// Tensors whose first dimension is the row; shared, not copied, without a graph that they carry: do not change them in place.
    /// </param>
    /// <returns>A data set that keeps the tensors alive after the current dispose scope, until it is disposed itself.</returns>
    /// <exception cref="ArgumentException">
    /// No columns, columns of different lengths, or one that has no first dimension, is sparse, or has been disposed of.
    /// </exception>
    public static TensorDataset From(params ReadOnlySpan<Tensor> columns)
    {
        var named = new (string, Tensor)[columns.Length];
        for (var k = 0; k < columns.Length; k++) named[k] = (columns.Length == 1 ? "x" : $"x{k + 1}", columns[k]);
        return new TensorDataset("tensors", named);
    }

    /// <summary>A data set of named tensors in memory.</summary>
    /// <param name="name">The name of the data.</param>
    /// <param name="columns">Names and tensors whose first dimension is the row; shared, not copied, without a graph that they carry.</param>
    /// <returns>A data set that keeps the tensors alive after the current dispose scope, until it is disposed itself.</returns>
    /// <exception cref="ArgumentException">
    /// No columns, columns of different lengths, or one that has no first dimension, is sparse, or has been disposed of.
    /// </exception>
    public static TensorDataset From(string name, params ReadOnlySpan<(string Name, Tensor Values)> columns)
        => new(name, columns.ToArray());

    /// <summary>Puts the columns of several data sets beside each other, row by row.</summary>
    /// <param name="parts">Data sets of the same length.</param>
    /// <exception cref="ArgumentException">No parts, or parts of different lengths.</exception>
    public static Dataset Zip(params ReadOnlySpan<Dataset> parts) => new ZippedDataset(parts.ToArray());

    /// <summary>The values of some rows: one tensor a column, each [rows.Length, event shape …], on the CPU.</summary>
    /// <param name="rows">Rows, each 0 … <see cref="Count"/> − 1; a row may be named more than once.</param>
    /// <param name="key">What random values depend on, besides the row.</param>
    /// <returns>New tensors that belong to the current dispose scope, or to the caller where there is none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public abstract Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key);

    /// <summary>All rows at once, as <see cref="Rows"/> gives them.</summary>
    /// <param name="key">What random values depend on.</param>
    public Tensor[] All(DrawKey key = default) => Rows(Enumerable.Range(0, Count).ToArray(), key);

    /// <summary>The first rows.</summary>
    /// <param name="count">How many, 0 to the number of rows.</param>
    public Dataset Take(int count) => Slice(0, count);

    /// <summary>Chosen rows in the given order. Random values stay those of the rows that they come from.</summary>
    /// <param name="rows">Rows of this set; a row may be named more than once.</param>
    public Dataset Subset(ReadOnlySpan<int> rows) => new RowSubset(this, rows.ToArray());

    /// <summary>Cuts the data in two, in their order.</summary>
    /// <param name="firstCount">How many rows the first part gets.</param>
    public (Dataset First, Dataset Second) Split(int firstCount) => (Slice(0, firstCount), Slice(firstCount, Count - firstCount));

    /// <summary>The mini-batches of one epoch. Their rows are a pure function of (seed, epoch), whatever ran before.</summary>
    /// <param name="batchSize">Rows of a batch, ≥ 1; the last one may have fewer.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch, ≥ 0.</param>
    /// <param name="shuffle">Whether the rows come in a random order.</param>
    /// <param name="dropLast">Whether a last batch with fewer rows is left out.</param>
    /// <returns>Batches whose tensors are made when they are loaded; batch k can be had without those before it.</returns>
    public Minibatches Batches(int batchSize, long seed = 0, int epoch = 0, bool shuffle = true, bool dropLast = false)
        => new(this, batchSize, new DrawKey(seed, epoch), shuffle, dropLast);

    /// <summary>What tells this set from others, by a look at some of its rows: a run in the middle of an epoch goes on only with its own.</summary>
    public DataIdentity Identity() => DataIdentity.Of(this);

    /// <summary>The name, the rows and the columns: <c>mnist: 60000 rows of x (784) Float32</c>.</summary>
    public override string ToString() => $"{Name}: {Count} rows of {string.Join(", ", Columns)}";

    /// <summary>Refuses rows that a set does not have.</summary>
    /// <param name="rows">The rows asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The first bad row, with the set's name and its rows.</exception>
    protected void CheckRows(ReadOnlySpan<int> rows)
    {
        foreach (var row in rows)
        {
            if (row < 0 || row >= Count) throw new ArgumentOutOfRangeException(nameof(rows), row, $"{Name} has rows 0 to {Count - 1}");
        }
    }

    private RowSubset Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count - start);
        return new RowSubset(this, [.. Enumerable.Range(start, count)]);
    }

    /// <summary>Some rows of another data set.</summary>
    private sealed class RowSubset : Dataset
    {
        private readonly Dataset source;
        private readonly int[] chosen;

        public RowSubset(Dataset source, int[] chosen)
        {
            source.CheckRows(chosen);
            (this.source, this.chosen) = (source, chosen);
        }

        public override string Name => $"{source.Name} ({chosen.Length} rows)";

        public override int Count => chosen.Length;

        public override IReadOnlyList<DataColumn> Columns => source.Columns;

        public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
        {
            CheckRows(rows);
            var inner = new int[rows.Length];
            for (var k = 0; k < rows.Length; k++) inner[k] = chosen[rows[k]];
            return source.Rows(inner, key);
        }
    }
}

/// <summary>A column of a data set.</summary>
/// <param name="Name">Its name, such as "x".</param>
/// <param name="EventShape">The shape of one row's value; empty for a number.</param>
/// <param name="Type">The element type of its tensors.</param>
public sealed record DataColumn(string Name, IReadOnlyList<long> EventShape, ScalarType Type)
{
    /// <summary>Name, shape and type: <c>x (784) Float32</c>.</summary>
    public override string ToString() => $"{Name} {Shapes.ShapeText.Of(EventShape)} {Type}";
}
