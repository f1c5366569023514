using System.Diagnostics.CodeAnalysis;
using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>One step and its stages: draw, gradient, check, clip, update. What follows, the report, is the fit's.</content>
public sealed partial class Svi
{
    private double usedRate;

    /// <summary>One step on one batch.</summary>
    /// <param name="data">
    /// One tensor for each parameter of the model, in order; the caller keeps them. They are constants, as the rows of a data set are: where
    /// one carries a graph, what it was computed from gets no gradient, and a message says so.
    /// </param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">
    /// The bound or its gradient is NaN or infinite: weights and running statistics are those of before the step.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model or the guide has been disposed of.</exception>
    public ObjectiveResult Step(params IReadOnlyList<Tensor> data) => Take(() => guide.Batch(data), batch => Step(batch, []));

    /// <summary>One step on one batch.</summary>
    /// <param name="batch">The data; the caller keeps it. They are constants.</param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">
    /// The bound or its gradient is NaN or infinite: weights and running statistics are those of before the step.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model or the guide has been disposed of.</exception>
    public ObjectiveResult Step(Batch batch) => Take(() => batch, taken => Step(taken, []));

    /// <param name="batch">The data.</param>
    /// <param name="callbacks">Enter the step before the draw, and between gradient and check.</param>
    private ObjectiveResult Step(Batch batch, ITrainingCallback[] callbacks)
    {
        PrepareStep(batch);
        Release();
        using var scope = NewDisposeScope();
        var statistics = norms.Keep();
        try
        {
            foreach (var callback in callbacks) callback.OnStepBegin(this, batch);
            using var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Training, step, batch.Device);
            last = objective.Accumulate(guide, batch);
            foreach (var callback in callbacks) callback.OnGradient(this, last);
            GradientNorm = CheckAndClip(batch, last, noise);
        }
        catch
        {
            // A refused step leaves everything as it was.
            statistics.Restore();
            updater.IsCurrent(forgetGradients: true);
            Release();
            throw;
        }

        updater.Optimizer.step();
        step++;
        if (settings.ScheduleUnit == ScheduleUnit.Step) updater.AdvanceSchedule(step);
        return last;
    }

    /// <summary>Makes the guide and the optimizer ready at the first step, and follows parameters that were replaced since the last one.</summary>
    [MemberNotNull(nameof(updater), nameof(norms))]
    private void PrepareStep(Batch batch)
    {
        if (updater is null || norms is null)
        {
            PrepareGuide(batch);
            RememberColumns(batch);
            Replace(new ParameterUpdater(model, guide, makeOptimizer, settings));
        }

        FollowParameters(updater, forgetGradients: true);
        if (batch.Count == 1) RequireVariance(batch, $"the batch of step {step + 1}, with one row");
        ProbeNetworks(batch);
    }

    /// <summary>Where parameters were replaced, a new optimizer takes over.</summary>
    private void FollowParameters(ParameterUpdater current, bool forgetGradients)
    {
        if (current.IsCurrent(forgetGradients)) return;
        var (next, message) = current.Follow(step, epoch);
        Replace(next);
        reporter.Message(message);
        next.IsCurrent(forgetGradients);
    }

    [MemberNotNull(nameof(updater), nameof(norms))]
    private void Replace(ParameterUpdater next)
    {
        updater?.Dispose();
        updater = next;
        norms = new NormStatistics(model, guide);
    }

    /// <summary>Sizes the guide, and sees that its layers and the model's can train on a batch. A guide that is refused stays as it was.</summary>
    private void PrepareGuide(Batch batch)
    {
        var sized = guide.IsPrepared;
        var place = $"the batch of step {step + 1}, with {(batch.Count == 1 ? "one row" : $"{batch.Count} rows")}";
        try
        {
            using (new NormStatistics(model, guide).Watch(place)) GuidedPass.Prepare(guide, batch);
            RequireVariance(batch, place);
        }
        catch when (!sized)
        {
            guide.Unprepare();
            throw;
        }
    }

    /// <summary>Refuses rows of which a norm would see one value a channel.</summary>
    private void RequireVariance(Batch rows, string place)
    {
        using var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Preparation, step, rows.Device);
        new NormStatistics(model, guide).RequireVariance(() => GuidedPass.Terms(guide, rows, objective.Particles, objective.Form), place);
    }

    /// <summary>What types do not show of the networks, once for each objective.</summary>
    private void ProbeNetworks(Batch batch)
    {
        if (ReferenceEquals(probed, objective)) return;
        using var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Preparation, step, batch.Device);
        NetworkProbe.Run(objective, guide, batch, noise);
        probed = objective;
    }

    /// <summary>Refuses a bound or a gradient that is not finite, and rates that are none; clips. Returns the gradient's norm.</summary>
    private double CheckAndClip(Batch batch, ObjectiveResult result, StepSeed.Loan noise)
    {
        if (!double.IsFinite(result.Bound)) throw Diagnosis(batch).Bound(noise);
        usedRate = LearningRates.Check(updater!.Optimizer, $"step {step + 1}: the optimizer has");
        return updater.Clip() ?? throw Diagnosis(batch).Gradient(updater, noise);
    }

    private NonFiniteStep Diagnosis(Batch batch) => new(guide, objective, batch, step + 1, lastCheckpoint);

    private void Release()
    {
        last?.Dispose();
        last = null;
    }
}
