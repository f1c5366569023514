using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>A pass over data in evaluation mode, without gradient, with seeded noise. Puts everything back when it ends.</summary>
internal sealed class EvaluationPass : IDisposable
{
    private readonly nn.Module model;
    private readonly Guide guide;
    private readonly Dataset data;
    private readonly EvaluationOptions options;
    private readonly EvaluationMode mode;
    private int done;

    public EvaluationPass(GenerativeModel model, Guide guide, Dataset data, EvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ElementBudget, 1, "options.ElementBudget");
        if (!ReferenceEquals(guide.Model, model))
            throw new ArgumentException($"the guide was made for another {guide.Plan.Model}", nameof(guide));
        DataCheck.Columns(guide.Plan, data);
        (this.model, this.guide, this.data, this.options) = (model, guide, data, options);
        mode = new EvaluationMode(model, guide);
        EnsurePrepared();
    }

    /// <summary>Particles · rows that one pass may have within the budget of elements.</summary>
    public long MaxRows => Math.Max(1, options.ElementBudget / Width());

    /// <summary>Rows of data for each pass with this many particles.</summary>
    public int RowsWithin(int particles) => (int)Math.Clamp(MaxRows / particles, 1, options.BatchSize);

    /// <summary>The data in their order. Each batch seeds the noise by its place.</summary>
    public IEnumerable<Minibatch> Batches(int batchSize)
    {
        foreach (var batch in data.Batches(batchSize, options.Seed, epoch: 0, shuffle: false))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            StepSeed.Apply(options.Seed, StepSeed.Purpose.Evaluation, batch.Index);
            yield return batch;
            done += batch.Size;
            options.Progress?.Invoke((double)done / data.Count);
        }
    }

    public Batch Load(Minibatch rows) => BatchLoading.OnDeviceOf(model, guide, rows.Load());

    public void Dispose() => mode.Dispose();

    private void EnsurePrepared()
    {
        if (guide.IsPrepared) return;
        using var scope = NewDisposeScope();
        guide.Prepare(Load(data.Batches(1, options.Seed, epoch: 0, shuffle: false)[0]));
    }

    // The widest tensor of a pass has about the width of a row of data or of a layer's output.
    private long Width()
    {
        var width = data.Columns.Sum(c => c.EventShape.Aggregate(1L, (product, size) => product * size));
        foreach (var parameter in model.parameters().Concat(guide.parameters()))
        {
            if (parameter.dim() > 0) width = Math.Max(width, parameter.shape[0]);
        }

        return width;
    }
}
