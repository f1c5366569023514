using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// Checks that the parameters which are not given to the plate are what that makes them: one tensor for all rows. One that the model takes
/// row by row would go unnoticed as long as it has as many rows as the batch, and break, or broadcast, as soon as a batch or the particles have
/// others.
/// </summary>
internal static class SharedInputs
{
    /// <summary>
    /// Draws from the prior with a number of rows that no shared tensor has. It runs only where one has the batch's number: elsewhere every pass is
    /// such a run.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">A batch on which the model runs.</param>
    /// <exception cref="PplShapeException">The draw fails: a shared tensor is used row by row.</exception>
    public static void Check(IGeneratedModel model, Batch batch)
    {
        var shared = batch.Plan.Inputs.Zip(batch.Tensors).Where(i => !i.First.IsPlated && i.Second.dim() > 0).ToList();
        var suspects = shared.Where(i => i.Second.shape[0] == batch.Count).ToList();
        if (suspects.Count == 0) return;

        // As it is, the model runs; whatever else may be wrong with it is told as it is.
        model.Simulate(batch.Count, Covariates(batch, 0));
        var more = 1L;
        while (shared.Any(i => i.Second.shape[0] == batch.Count + more)) more++;
        try
        {
            model.Simulate(batch.Count + more, Covariates(batch, more));
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var (input, tensor) = suspects[0];
            var data = string.Join(", ", batch.Plan.Inputs.Where(i => i.IsPlated || i == input).Select(i => i.Name));
            throw new PplShapeException(
                $"shape {ShapeText.Of(tensor.shape)}: {batch.Plan.Model}.{batch.Plan.Method} takes it row by row, but it is not in the plate, "
                + $"which makes it one tensor for all rows: write Plate({data}). "
                + $"With {batch.Count + more} rows in the plate the model fails: {FirstLine(fault.Message)}",
                input.Name);
        }
    }

    /// <summary>
    /// Draws from the prior with another number of rows: a tensor in a field of the model that is taken row by row would go with whatever row
    /// stands at its place in a shuffled batch.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">A batch on which the model runs.</param>
    /// <exception cref="PplShapeException">The draw fails.</exception>
    public static void CheckFields(IGeneratedModel model, Batch batch)
    {
        var taken = batch.Plan.Inputs.Zip(batch.Tensors).Where(i => !i.First.IsPlated && i.Second.dim() > 0).Select(i => i.Second.shape[0])
            .Append(batch.Count);
        var rows = Enumerable.Range(2, int.MaxValue - 2).First(n => !taken.Contains(n));
        var first = arange(rows, dtype: ScalarType.Int64, device: batch.Device).remainder(batch.Count);
        try
        {
            model.Simulate(rows, [.. batch.Plan.Inputs.Zip(batch.Tensors).Where(i => !i.First.IsObserved)
                .Select(i => i.First.IsPlated ? i.Second.index_select(0, first) : i.Second)]);
        }
        catch (Exception fault) when (fault is PplException || LibraryFault.Is(fault))
        {
            var suspects = ((nn.Module)model).named_parameters().Select(p => (p.name, Value: (Tensor)p.parameter))
                .Concat(((nn.Module)model).named_buffers().Select(b => (b.name, Value: b.buffer)))
                .Where(t => t.Value.dim() > 0 && t.Value.shape[0] == batch.Count)
                .Select(t => $"{t.name} of shape {ShapeText.Of(t.Value.shape)}").ToList();
            var named = suspects.Count > 0 ? $" ({string.Join(", ", suspects)})" : "";
            throw new PplShapeException(
                $"{batch.Plan.Model}.{batch.Plan.Method} runs on the {batch.Count} rows of this batch and not on {rows}, so that it takes a tensor "
                + $"of its class row by row{named}: the row at a place is another one in each batch. Give the tensor to the method "
                + $"and the plate, or pick its rows by an index that is data. On {rows} rows: {FirstLine(fault.Message)}",
                inner: fault);
        }
    }

    /// <summary>The covariates, those of the plate with some more rows, copies of the first.</summary>
    private static Tensor[] Covariates(Batch batch, long more) => [.. batch.Plan.Inputs.Zip(batch.Tensors).Where(i => !i.First.IsObserved)
        .Select(i => i.First.IsPlated && more > 0 ? cat([i.Second, .. Enumerable.Repeat(i.Second.narrow(0, 0, 1), (int)more)]) : i.Second)];

    private static string FirstLine(string message) => message.Split('\n')[0];
}
