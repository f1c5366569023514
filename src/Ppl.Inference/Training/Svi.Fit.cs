using System.Diagnostics;
using Ppl.Contracts;
using Ppl.Data;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The training loop.</content>
public sealed partial class Svi
{
    /// <summary>Trains for some epochs, and shows progress.</summary>
    /// <remarks>
    /// Epochs continue from where this engine stands; an epoch that was interrupted is finished first and counts as one. It must be finished
    /// with the data and the batch size that it was begun with, unless <see cref="FitOptions.OnChangedData"/> says otherwise; between epochs
    /// both may change. Ctrl-C, or the token of <paramref name="options"/>, ends the fit after the step in progress.
    /// </remarks>
    /// <param name="data">The data; columns by the names of the model's parameters, or in their order.</param>
    /// <param name="epochs">How many, at least 1.</param>
    /// <param name="batchSize">Rows of a mini-batch, at least 1; the last one of an epoch may have fewer.</param>
    /// <param name="heldOut">Data on which the same objective is evaluated after each epoch.</param>
    /// <param name="options">Checkpoints, callbacks, cancellation.</param>
    /// <returns>A report for each epoch, and whether the fit was interrupted.</returns>
    /// <exception cref="PplArgumentException">
    /// The data's columns are not the model's parameters, or an epoch is in progress that was begun with other data or another batch size.
    /// </exception>
    /// <exception cref="PplShapeException">A column's shape does not fit its site, or is not the one that the encoders were sized for.</exception>
    /// <exception cref="PplSupportException">An observed value is outside its distribution's support.</exception>
    /// <exception cref="NonFiniteException">The data hold NaN or an infinity, or a step's bound became so; the message names the site.</exception>
    public FitResult Fit(Dataset data, int epochs, int batchSize, Dataset? heldOut = null, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        options ??= new FitOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CheckpointEvery, 1, "options.CheckpointEvery");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.HeldOutEvery, 1, "options.HeldOutEvery");
        using var held = Hold(options.Checkpoint);
        data = ModelData.Of(guide, data, Tell);
        if (heldOut is not null) heldOut = ModelData.Of(guide, heldOut, Tell);
        RequireColumns(data);
        if (heldOut is not null) RequireColumns(heldOut);
        var next = new EpochSource(data.Identity(), batchSize);
        RequireSameEpoch(next, options.OnChangedData);

        PrepareFrom(data, batchSize);
        DataCheck.Run(guide, data, settings.Seed, epoch);
        if (heldOut is not null) DataCheck.Run(guide, heldOut, settings.Seed, 0);
        EnterEpoch(next);

        var start = new FitReport(
            epoch + 1,
            epoch + epochs,
            (int)(((long)data.Count + batchSize - 1) / batchSize),
            objective.ToString(),
            objective.Name,
            Parameters().Sum(p => p.numel()));
        FitResult? result = null;
        reporter.Run(start, () => result = Loop(data, epoch + epochs, batchSize, heldOut, options));
        return result!;
    }

    /// <summary>The mean of the objective over a data set, without gradient and without the noise of training.</summary>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows at a time; it bounds the memory used.</param>
    public BoundValue Evaluate(Dataset data, int batchSize = 500) =>
        Inference.Evaluate.Bound(model, guide, data, objective, new EvaluationOptions { BatchSize = batchSize, Seed = settings.Seed });

    private FitResult Loop(Dataset data, int lastEpoch, int batchSize, Dataset? heldOut, FitOptions options)
    {
        using var interruption = new Interruption(options.Cancellation);
        var reports = new List<EpochReport>();
        string? written = null;
        while (epoch < lastEpoch && !interruption.Requested)
        {
            var (seconds, steps) = RunEpoch(data, batchSize, options, interruption);
            if (batchOfEpoch > 0) break;

            var report = EndEpoch(heldOut, batchSize, options, lastEpoch, seconds, steps);
            reports.Add(report);
            reporter.EpochEnded(report);
            foreach (var callback in options.Callbacks) callback.OnEpochEnd(this, report);
            if (options.Checkpoint is { } path && (epoch == lastEpoch || epoch % options.CheckpointEvery == 0))
            {
                Save(path);
                written = path;
            }
        }

        if (epoch == lastEpoch) return new FitResult(reports, Interrupted: false, written);
        if (options.Checkpoint is { } last)
        {
            Save(last);
            written = last;
        }

        var saved = written is null ? "" : $"; checkpoint {written}";
        reporter.Message($"interrupted after step {step} (epoch {epoch + 1}, batch {batchOfEpoch}){saved}");
        return new FitResult(reports, Interrupted: true, written);
    }

    /// <summary>Runs what is left of the epoch, or until interrupted. At its end <c>batchOfEpoch</c> is 0 again.</summary>
    private (double Seconds, int Steps) RunEpoch(Dataset data, int batchSize, FitOptions options, Interruption interruption)
    {
        Wake();
        var batches = data.Batches(batchSize, settings.Seed, epoch);
        var first = batchOfEpoch;
        var clock = Stopwatch.StartNew();
        while (batchOfEpoch < batches.Count)
        {
            using var scope = NewDisposeScope();
            var batch = batches[batchOfEpoch];
            var result = Step(Load(batch));
            totals = totals.Add(batch.Size, result.Read());
            batchOfEpoch++;

            var rate = (batchOfEpoch - first) / clock.Elapsed.TotalSeconds;
            var report = new StepReport(step, epoch + 1, batchOfEpoch, result.Bound, totals, rate);
            reporter.StepEnded(report);
            foreach (var callback in options.Callbacks) callback.OnStepEnd(this, report);
            if (interruption.Requested && batchOfEpoch < batches.Count) return (clock.Elapsed.TotalSeconds, batchOfEpoch - first);
        }

        batchOfEpoch = 0;
        return (clock.Elapsed.TotalSeconds, batches.Count - first);
    }

    private EpochReport EndEpoch(Dataset? heldOut, int batchSize, FitOptions options, int lastEpoch, double seconds, int steps)
    {
        var training = totals.Mean();
        totals = EpochTotals.Empty;
        epoch++;
        if (settings.ScheduleUnit == ScheduleUnit.Epoch) schedule?.step();
        var evaluate = heldOut is not null && (epoch == lastEpoch || epoch % options.HeldOutEvery == 0);
        return new EpochReport(
            step, epoch, objective.Name, training, evaluate ? Evaluate(heldOut!, batchSize) : null, steps / seconds, seconds);
    }

    private void PrepareFrom(Dataset data, int batchSize)
    {
        DataCheck.Columns(guide.Plan, data);
        if (optimizer is not null) return;
        using var scope = NewDisposeScope();
        Prepare(Load(data.Batches(Math.Min(batchSize, data.Count), settings.Seed, epoch)[0]));
    }

    /// <summary>Puts networks that were put aside as a whole in training mode; what the user froze stays.</summary>
    private void Wake()
    {
        foreach (var network in new nn.Module[] { model, guide })
        {
            if (TrainingMode.Wake(network)) Tell($"{(network == guide ? "the guide" : guide.Plan.Model)} was in evaluation mode, and is in training mode from now on");
        }
    }

    private Batch Load(Minibatch batch) => BatchLoading.OnDeviceOf(model, guide, batch.Load());
}
