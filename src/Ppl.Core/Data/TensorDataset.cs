using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>Tensors in memory, seen as rows.</summary>
public sealed class TensorDataset : Dataset, IDisposable
{
    private readonly Tensor[] tensors;

    internal TensorDataset(string name, (string Name, Tensor Values)[] columns)
    {
        if (columns.Length == 0) throw new ArgumentException("expected at least one column", nameof(columns));

        foreach (var (column, values) in columns)
        {
            ArgumentNullException.ThrowIfNull(values, column);
            if (values.IsInvalid) throw new ArgumentException($"column \"{column}\" has been disposed of", nameof(columns));
            if (values.is_sparse) throw new ArgumentException($"column \"{column}\" is sparse; make it dense, by to_dense()", nameof(columns));
            if (values.dim() == 0)
                throw new ArgumentException($"column \"{column}\": expected a first dimension for the rows, found a single number", nameof(columns));

            if (values.shape[0] != columns[0].Values.shape[0])
            {
                throw new ArgumentException(
                    $"column \"{column}\": expected {columns[0].Values.shape[0]} rows as in \"{columns[0].Name}\", found {values.shape[0]}",
                    nameof(columns));
            }
        }

        Name = name;
        Count = checked((int)columns[0].Values.shape[0]);
        Columns = Array.ConvertAll(columns, column => new DataColumn(column.Name, column.Values.shape[1..], column.Values.dtype));

        // A handle of our own: the caller's may end with its dispose scope.
        tensors = Array.ConvertAll(columns, column => column.Values.detach().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override int Count { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<DataColumn> Columns { get; }

    /// <inheritdoc/>
    public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        CheckRows(rows);
        if (tensors[0].IsInvalid) throw new ObjectDisposedException(null, $"data '{Name}' have been disposed of.");
        var indices = new long[rows.Length];
        for (var k = 0; k < rows.Length; k++) indices[k] = rows[k];

        using var index = tensor(indices, dtype: ScalarType.Int64);
        return Array.ConvertAll(tensors, column => column.index_select(0, index));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var column in tensors) column.Dispose();
    }
}
