using Ppl.Contracts;
using Ppl.Data;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// A pass over data in evaluation mode, without gradient, with seeded noise and checked values. Puts everything back when it ends.
/// </summary>
internal sealed class EvaluationPass : IDisposable
{
    private readonly nn.Module model;
    private readonly Guide guide;
    private readonly ModelData data;
    private readonly EvaluationOptions options;
    private readonly EvaluationMode mode;
    private readonly DisposeScope scope;
    private readonly DataCheck check;
    private int done;

    /// <param name="model">The model.</param>
    /// <param name="guide">Its guide.</param>
    /// <param name="data">The data.</param>
    /// <param name="options">Seed, memory, progress.</param>
    /// <param name="bound">The bound that the guide must fit and whose particles must not depend on each other; null where none is taken.</param>
    public EvaluationPass(GenerativeModel model, Guide guide, Dataset data, EvaluationOptions options, Objective? bound = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, "options.BatchSize");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MemoryBudget, 1, "options.MemoryBudget");
        if (!ReferenceEquals(guide.Model, model))
            throw new ArgumentException($"the guide was made for another {guide.Plan.Model}", nameof(guide));
        Disposal.Refuse(model, guide);
        if (bound is not null) ObjectiveCheck.OfGuide(bound, guide);
        (this.model, this.guide, this.data, this.options) = (model, guide, ModelData.Of(guide, data, options.Shared), options);
        mode = new EvaluationMode(model, guide);
        scope = NewDisposeScope();
        try
        {
            check = DataCheck.Probe(guide, this.data, options.Seed, epoch: 0);
            MaxRows = Math.Max(1, options.MemoryBudget / Width(bound));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Particles · rows that one pass may have within the budget.</summary>
    public long MaxRows { get; }

    /// <summary>Rows of data for each pass with this many particles.</summary>
    public int RowsWithin(int particles) => (int)Math.Clamp(MaxRows / particles, 1, options.BatchSize);

    /// <summary>The data in their order.</summary>
    public IEnumerable<Minibatch> Batches(int batchSize)
    {
        foreach (var batch in data.Batches(batchSize, options.Seed, epoch: 0, shuffle: false))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            yield return batch;
            done += batch.Size;
            options.Progress?.Invoke((double)done / data.Count);
        }
    }

    /// <summary>The noise of a batch, by its place.</summary>
    public StepSeed.Loan Noise(Minibatch rows) =>
        StepSeed.Begin(options.Seed, StepSeed.Purpose.Evaluation, rows.Index, BatchLoading.DeviceOf(model));

    /// <summary>The values of some rows, checked, where the model is.</summary>
    /// <exception cref="PplException">A value is not finite or outside its site's support: the message names the row.</exception>
    public Batch Load(Minibatch rows)
    {
        var columns = rows.Load();
        check.Values(rows, columns);
        return data.Load(model, guide, rows, columns);
    }

    /// <summary>Refuses likelihoods that are 0 since the model draws data without noise.</summary>
    /// <param name="losses">−log p of each row.</param>
    /// <exception cref="PplArgumentException">One is infinite, and a site is a point.</exception>
    public void RefusePoint(IEnumerable<double> losses)
    {
        if (check.PointSite is not { } site || losses.All(loss => !double.IsPositiveInfinity(loss))) return;
        throw new PplArgumentException(
            $"{guide.Plan.Model} puts it on a point, Delta, so that data elsewhere have no likelihood, and −log p is infinite: this is an implicit "
            + "model, which is told from data by its draws. Use Evaluate.FrechetDistance or Evaluate.PriorSamples.",
            site);
    }

    public void Dispose()
    {
        scope.Dispose();
        mode.Dispose();
    }

    /// <summary>Bytes of the largest tensor of a pass for one row. Sizes the guide's encoders where no training has.</summary>
    private long Width(Objective? bound)
    {
        using var inner = NewDisposeScope();
        var batch = Load(DataCheck.FirstRows(data, options.Seed, epoch: 0));
        GuidedPass.Prepare(guide, batch);
        using var noise = StepSeed.Begin(options.Seed, StepSeed.Purpose.Preparation, 0, BatchLoading.DeviceOf(model));
        if (bound is { UsesGuide: true }) NetworkProbe.Particles(bound, guide, batch, noise);
        return PassWidth.Measure(model, guide, batch);
    }
}
