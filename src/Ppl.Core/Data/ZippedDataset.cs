using static TorchSharp.torch;

namespace Ppl.Data;

/// <summary>The columns of several data sets beside each other.</summary>
internal sealed class ZippedDataset : Dataset
{
    private readonly Dataset[] parts;

    public ZippedDataset(Dataset[] parts)
    {
        if (parts.Length == 0) throw new ArgumentException("expected at least one data set", nameof(parts));
        foreach (var part in parts)
        {
            if (part.Count != parts[0].Count)
                throw new ArgumentException($"expected {parts[0].Count} rows as in {parts[0].Name}, found {part.Count} in {part.Name}",
                    nameof(parts));
        }

        this.parts = parts;
        Columns = [.. parts.SelectMany(part => part.Columns)];
    }

    public override string Name => string.Join(" + ", parts.Select(part => part.Name));

    public override int Count => parts[0].Count;

    public override IReadOnlyList<DataColumn> Columns { get; }

    public override Tensor[] Rows(ReadOnlySpan<int> rows, DrawKey key)
    {
        var columns = new List<Tensor>(Columns.Count);
        foreach (var part in parts) columns.AddRange(part.Rows(rows, key));
        return [.. columns];
    }
}
