using static TorchSharp.torch;

namespace Ppl.Inference.Data;

/// <summary>Some rows of another data set.</summary>
internal sealed class DatasetView : IDataset
{
    private readonly IDataset source;
    private readonly int[] chosen;

    public DatasetView(IDataset source, int[] chosen)
    {
        ArgumentNullException.ThrowIfNull(source);
        Dataset.CheckRows(chosen, source.Count, source.Name);
        this.source = source;
        this.chosen = chosen;
    }

    public string Name => $"{source.Name} ({chosen.Length} rows)";

    public int Count => chosen.Length;

    public IReadOnlyList<DataColumn> Columns => source.Columns;

    public Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        Dataset.CheckRows(rows, Count, Name);
        var inner = new int[rows.Length];
        for (var k = 0; k < rows.Length; k++)
        {
            inner[k] = chosen[rows[k]];
        }

        return source.Rows(inner, key);
    }
}

/// <summary>The columns of several data sets beside each other.</summary>
internal sealed class ZippedDataset : IDataset
{
    private readonly IDataset[] parts;

    public ZippedDataset(IDataset[] parts)
    {
        if (parts.Length == 0)
        {
            throw new ArgumentException("expected at least one data set", nameof(parts));
        }

        foreach (var part in parts)
        {
            if (part.Count != parts[0].Count)
            {
                throw new ArgumentException($"expected {parts[0].Count} rows as in {parts[0].Name}, found {part.Count} in {part.Name}", nameof(parts));
            }
        }

        this.parts = parts;
        Columns = [.. parts.SelectMany(part => part.Columns)];
    }

    public string Name => string.Join(" + ", parts.Select(part => part.Name));

    public int Count => parts[0].Count;

    public IReadOnlyList<DataColumn> Columns { get; }

    public Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        var columns = new List<Tensor>(Columns.Count);
        foreach (var part in parts)
        {
            columns.AddRange(part.Rows(rows, key));
        }

        return [.. columns];
    }
}
