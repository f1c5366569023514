using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// Checks that whatever is given to no plate is what that makes it: one tensor for all rows, a parameter of the model's method as well as a
/// field of its class. One that the model takes row by row would go unnoticed as long as it has as many rows as the batch, with whatever row
/// stands at a place in a shuffled one, and break, or broadcast, as soon as a batch or the particles have others.
/// </summary>
internal static class SharedInputs
{
    /// <summary>Draws from the prior with a number of rows that neither the batch nor a shared parameter has.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">A batch on which the model runs.</param>
    /// <exception cref="PplShapeException">The draw fails: a shared tensor is used row by row.</exception>
    public static void Check(IGeneratedModel model, Batch batch)
    {
        var inputs = batch.Plan.Inputs.Zip(batch.Tensors).ToList();
        if (!batch.Plan.RowsPlates.Any()) return;
        var shared = inputs.Where(i => !i.First.HasRows && i.Second.dim() > 0).ToList();
        var counts = batch.Plan.RowsPlates.Select(batch.Size).ToHashSet();
        var rows = Enumerable.Range(2, int.MaxValue - 2).First(n => !counts.Contains(n) && shared.TrueForAll(i => i.Second.shape[0] != n));
        long[] sizes = [.. batch.Plan.Plates.Select(plate => plate.IsRows ? rows : batch.Size(plate)), .. batch.Lengths];
        try
        {
            Tensor[] tensors = [.. inputs.Select(i => i.First.HasRows ? Repeated(i.Second, rows) : i.Second)];
            ModelRun.Probe(model, sizes, [.. tensors.Where((_, i) => !inputs[i].First.IsObserved)]);
            var other = new Batch(batch.Plan, tensors);
            var masks = new Masks(model, other, new Layout(other, 1));
            foreach (var site in model.Sequence(other.Lengths)) masks.Of(site);
        }
        catch (Exception fault) when (fault is PplException || LibraryFault.Is(fault))
        {
            var failed = $"rows in the plate the model fails: {fault.Message.Split('\n')[0]}";
            var suspect = shared.Find(i => !i.First.IsPlated && counts.Contains(i.Second.shape[0]));
            if (suspect.First is null) throw OfField(model, batch, $"With {rows} {failed}", fault);
            var data = string.Join(", ", batch.Plan.Inputs.Where(i => i.HasRows || i == suspect.First).Select(i => i.Name));
            throw new PplShapeException(
                $"shape {ShapeText.Of(suspect.Second.shape)}: {batch.Plan.Model}.{batch.Plan.Method} takes it row by row, but it is not in the "
                + $"plate, which makes it one tensor for all rows: write Plate({data}). With {rows} {failed}",
                suspect.First.Name,
                fault);
        }
    }

    /// <summary>The rows again and again, so many in all.</summary>
    private static Tensor Repeated(Tensor covariate, long rows) =>
        covariate.index_select(0, arange(rows, dtype: ScalarType.Int64, device: covariate.device).remainder(covariate.shape[0]));

    private static PplShapeException OfField(IGeneratedModel model, Batch batch, string failed, Exception fault)
    {
        var module = (nn.Module)model;
        var suspects = module.named_parameters().Select(p => (p.name, Value: (Tensor)p.parameter))
            .Concat(module.named_buffers().Select(b => (b.name, Value: b.buffer)))
            .Where(t => t.Value.dim() > 0 && t.Value.shape[0] == batch.Count)
            .Select(t => $"{t.name} of shape {ShapeText.Of(t.Value.shape)}").ToList();
        var named = suspects.Count > 0 ? $" ({string.Join(", ", suspects)})" : "";
        return new PplShapeException(
            $"{batch.Plan.Model}.{batch.Plan.Method} runs on {batch.Count} rows alone, so that it takes a tensor of its class row by row{named}: the "
            + $"row at a place is another one in each batch. Give the tensor to the method and the plate, or pick its rows by an index that is data. "
            + failed,
            inner: fault);
    }
}
