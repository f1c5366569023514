using Ppl.Contracts;
using Ppl.Data;
using Ppl.Inference.Checkpoints;
using Ppl.Shapes;

namespace Ppl.Inference;

/// <content>The place in the data.</content>
public sealed partial class Svi
{
    private IReadOnlyList<TensorEntry> columns = [];
    private IReadOnlyList<long> rowTotals = [];
    private int batchOfEpoch;
    private EpochTotals totals = EpochTotals.Empty;
    private EpochSource? source;

    private TrainingPosition Position => new(step, epoch, batchOfEpoch, totals, batchOfEpoch > 0 ? source : null);

    private void RememberColumns(Batch batch)
    {
        rowTotals = [.. guide.Plan.RowsPlates.Select(batch.Total)];
        columns = [.. batch.Tensors.Select((t, i) =>
            new TensorEntry(guide.Plan.Inputs[i].Name, guide.Plan.Inputs[i].HasRows ? t.shape[1..] : t.shape, t.dtype.ToString()))];
    }

    /// <summary>Refuses data whose rows have other shapes than those that the guide's encoders were sized from.</summary>
    private void RequireColumns(Dataset data)
    {
        var rows = columns.Zip(guide.Plan.Inputs).Where(pair => pair.Second.HasRows);
        foreach (var (column, (sized, input)) in data.Columns.Zip(rows))
        {
            if (column.EventShape.SequenceEqual(sized.Shape)) continue;
            throw new PplShapeException(
                $"column '{column.Name}' of '{data.Name}' has rows of shape {ShapeText.Of(column.EventShape)}; "
                + $"the guide's encoders were sized for {ShapeText.Of(sized.Shape)}.",
                input.Name);
        }
    }

    /// <summary>Refuses a batch of other shapes than those that the guide's encoders were sized from.</summary>
    private void RequireShapes(Batch batch)
    {
        foreach (var (sized, (input, tensor)) in columns.Zip(guide.Plan.Inputs.Zip(batch.Tensors)))
        {
            var shape = input.HasRows ? tensor.shape[1..] : tensor.shape;
            if (shape.SequenceEqual(sized.Shape)) continue;
            throw new PplShapeException(
                $"the tensor has {(input.HasRows ? "rows of shape" : "the shape")} {ShapeText.Of(shape)}; the guide's encoders were sized for "
                + $"{ShapeText.Of(sized.Shape)}.",
                input.Name);
        }
    }

    /// <summary>Refuses to finish an epoch with other batches than those that it was begun with.</summary>
    private void RequireSameEpoch(EpochSource next, ChangedData onChanged)
    {
        if (batchOfEpoch == 0 || next.HasBatchesOf(source!) || onChanged == ChangedData.RestartEpoch) return;
        throw new PplArgumentException(
            $"epoch {epoch + 1} is in progress: {batchOfEpoch} of {source!.Batches} batches are done, of {source}. "
            + $"This fit has {next.Batches} batches, of {next}, so that rows would be skipped or repeated. "
            + $"Finish the epoch with the same data, batch size and {nameof(FitOptions.DropLast)}, or begin it anew with "
            + $"{nameof(FitOptions)}.{nameof(FitOptions.OnChangedData)} = {nameof(ChangedData)}.{nameof(ChangedData.RestartEpoch)}.");
    }

    /// <summary>Goes on with the epoch in progress, or begins it anew where its batches are others.</summary>
    private void EnterEpoch(EpochSource next)
    {
        if (batchOfEpoch > 0 && !next.HasBatchesOf(source!))
        {
            reporter.Message($"epoch {epoch + 1} begins anew: {next}, after {batchOfEpoch} of {source!.Batches} batches, of {source}");
            (batchOfEpoch, totals) = (0, EpochTotals.Empty);
        }

        source = next;
    }
}
