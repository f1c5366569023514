using Ppl.Data;

namespace Ppl.Inference;

/// <summary>Where training stands. Together with the seed it decides every batch and all noise that follow.</summary>
/// <param name="Step">Steps taken since the parameters were created.</param>
/// <param name="Epoch">Epochs completed.</param>
/// <param name="Batch">Batches done of the epoch in progress; 0 between epochs.</param>
/// <param name="Totals">
/// Sums over the epoch in progress since its objective was set, so that a resumed epoch reports the same means.
/// </param>
/// <param name="Source">What the epoch in progress is cut from; null between epochs.</param>
public sealed record TrainingPosition(long Step, int Epoch, int Batch, EpochTotals Totals, EpochSource? Source = null);

/// <summary>What the batches of an epoch are cut from. With the run's seed and the epoch's number it decides the rows of each.</summary>
/// <param name="Data">The data set.</param>
/// <param name="BatchSize">Rows of a batch.</param>
/// <param name="DropLast">Whether a last batch with fewer rows is left out.</param>
public sealed record EpochSource(DataIdentity Data, int BatchSize, bool DropLast = false)
{
    /// <summary>The number of batches.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Batches => DropLast ? Data.Rows / BatchSize : (int)(((long)Data.Rows + BatchSize - 1) / BatchSize);

    /// <summary>Whether the batches are the same: leaving out a short last one changes nothing where none is short.</summary>
    /// <param name="other">Another source.</param>
    public bool HasBatchesOf(EpochSource other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Data, BatchSize, Batches) == (other.Data, other.BatchSize, other.Batches);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Data} in batches of {BatchSize} rows{(DropLast ? ", a short last one left out (DropLast)" : "")}";
}

/// <summary>Sums over the rows of an epoch seen so far.</summary>
/// <param name="Rows">Rows seen.</param>
/// <param name="Bound">Sum of the bound.</param>
/// <param name="Parts">Sum of each part.</param>
public sealed record EpochTotals(long Rows, double Bound, IReadOnlyList<PartValue> Parts)
{
    /// <summary>What the bound is one number for, as the last batch said.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BoundUnit Unit { get; init; }

    /// <summary>Sum of what weighted objectives subtract beside the parts.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public double Penalty { get; init; }

    /// <summary>No rows.</summary>
    public static EpochTotals Empty { get; } = new(0, 0, []);

    /// <summary>These sums and one more batch.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="batch">The batch's means.</param>
    public EpochTotals Add(long rows, BoundValue batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var parts = new PartValue[batch.Parts.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var part = batch.Parts[i];
            var sum = Parts.Count == 0 ? 0 : Parts[i].Value;
            parts[i] = part with { Value = sum + (rows * part.Value) };
        }

        return new EpochTotals(Rows + rows, Bound + (rows * batch.Bound), parts) { Unit = batch.Unit, Penalty = Penalty + (rows * batch.Penalty) };
    }

    /// <inheritdoc/>
    public override string ToString() => Rows == 0 ? "no rows" : $"{Rows} rows, mean {Mean()}";

    /// <summary>The means over the rows: of a bound for the whole data, the mean of what the batches say of it.</summary>
    public BoundValue Mean() =>
        new(Bound / Rows, [.. Parts.Select(p => p with { Value = p.Value / Rows })]) { Unit = Unit, Penalty = Penalty / Rows };
}
