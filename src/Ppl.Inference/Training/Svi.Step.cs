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
    /// <exception cref="PplArgumentException">A fit or a step of this engine is running, or a tensor does not fit the model.</exception>
    /// <exception cref="ObjectDisposedException">This engine, the model or the guide has been disposed of.</exception>
    public ObjectiveResult Step(params IReadOnlyList<Tensor?> data)
    {
        Require(nameof(Step));
        return Take(() => guide.Batch(data), StepByHand);
    }

    /// <summary>One step on a mini-batch of the data.</summary>
    /// <param name="data">One tensor for each parameter of the model, in order; the caller keeps them. They are constants.</param>
    /// <param name="total">N, the rows of the whole data: the terms of the B rows here count N/B times beside what stands outside them.</param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">
    /// The bound or its gradient is NaN or infinite: weights and running statistics are those of before the step.
    /// </exception>
    /// <exception cref="PplArgumentException">
    /// A fit or a step of this engine is running, a tensor does not fit the model, or there are more rows than <paramref name="total"/>.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This engine, the model or the guide has been disposed of.</exception>
    public ObjectiveResult Step(IReadOnlyList<Tensor?> data, long total)
    {
        Require(nameof(Step));
        return Take(() => guide.Batch(data, [total]), StepByHand);
    }

    /// <summary>One step on one batch.</summary>
    /// <param name="batch">The data; the caller keeps it. They are constants.</param>
    /// <returns>The bound before the update. It belongs to this engine and is freed at its next step.</returns>
    /// <exception cref="NonFiniteException">
    /// The bound or its gradient is NaN or infinite: weights and running statistics are those of before the step.
    /// </exception>
    /// <exception cref="PplArgumentException">A fit or a step of this engine is running, or the schedule sets a rate that is none.</exception>
    /// <exception cref="ObjectDisposedException">This engine, the model or the guide has been disposed of.</exception>
    public ObjectiveResult Step(Batch batch)
    {
        Require(nameof(Step));
        return Take(() => batch, StepByHand);
    }

    private ObjectiveResult StepByHand(Batch batch)
    {
        using var entered = Enter(Stage.Step);
        if (updater is null) Begin(batch);
        else FollowParameters();
        var result = Step([batch], [])[^1];
        EndStep();
        return result;
    }

    /// <summary>Everything up to the update. <see cref="EndStep"/> follows once the step has been counted wherever it counts.</summary>
    /// <param name="batches">The data: the step's gradient is the mean of theirs, weighed by their rows.</param>
    /// <param name="callbacks">Enter the step before each draw, and between gradient and check.</param>
    /// <returns>The bound of each batch.</returns>
    private IReadOnlyList<ObjectiveResult> Step(IReadOnlyList<Batch> batches, ITrainingCallback[] callbacks)
    {
        using var entered = Enter(Stage.Step);
        updater!.ForgetGradients();
        foreach (var batch in batches) CheckNetworks(batch);
        frozen.Expire(step);
        var left = targets!.LeftAt(PhaseNow, frozen, step + 1, PhaseObjective);
        Release();
        using var scope = NewDisposeScope();
        var statistics = norms!.Keep();
        try
        {
            Accumulate(batches, callbacks);
            ParameterUpdater.ForgetGradients(left);
            foreach (var callback in callbacks) callback.OnGradient(this, last[^1]);
            RequireSameParameters(callbacks, nameof(ITrainingCallback.OnGradient));
            GradientNorm = CheckAndClip(batches, left);
        }
        catch
        {
            // A refused step leaves everything as it was.
            statistics.Restore();
            updater.ForgetGradients();
            Release();
            throw;
        }

        updater.Update();
        ObjectiveNow.AfterUpdate();
        Remember(batches);
        step++;
        average?.Update(updater.Trained, step);
        return last;
    }

    /// <summary>What the engine's objective remembers of a step that raised it: of several batches, by the mean over their rows.</summary>
    private void Remember(IReadOnlyList<Batch> batches)
    {
        if (objectiveState.Count == 0 || !ReferenceEquals(PhaseObjective, objective)) return;
        var mean = batches.Zip(last).Aggregate(EpochTotals.Empty, (sum, part) => sum.Add(part.First.Count, part.Second.Read())).Mean();
        objectiveState = ObjectiveNow.Next(objectiveState, mean);
    }

    /// <summary>Draws, and adds up the gradients.</summary>
    /// <remarks>
    /// After batch j the gradient is Σ_i≤j (B_i / B_j) g_i, and at the end (1 / Σ B_i) Σ_i B_i g_i: one batch alone, and batches of one size but for
    /// the last factor, are never multiplied.
    /// </remarks>
    private void Accumulate(IReadOnlyList<Batch> batches, ITrainingCallback[] callbacks)
    {
        for (var j = 0; j < batches.Count; j++)
        {
            if (j > 0 && batches[j].Count != batches[j - 1].Count) updater!.ScaleGradients((double)batches[j - 1].Count / batches[j].Count);
            foreach (var callback in callbacks) callback.OnStepBegin(this, batches[j]);
            RequireSameParameters(callbacks, nameof(ITrainingCallback.OnStepBegin));

            // Callbacks have no part in the noise: one that waits for another engine's step would keep it waiting for its turn.
            using (Noise(batches[j], j)) last = [.. last, ObjectiveNow.Accumulate(guide, batches[j])];
        }

        if (batches.Count > 1) updater!.ScaleGradients((double)batches[^1].Count / batches.Sum(batch => (double)batch.Count));
    }

    /// <summary>Advances schedules of steps. Where that fails, the step is made and counted all the same.</summary>
    private void EndStep()
    {
        if (settings.ScheduleUnit == ScheduleUnit.Step) updater!.AdvanceSchedule(step);
    }

    /// <summary>A step goes on only with the parameters that it was begun with.</summary>
    private void RequireSameParameters(ITrainingCallback[] callbacks, string stage)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (callbacks.Length == 0 || updater!.IsCurrent) return;
        throw new PplArgumentException(
            $"step {step + 1}: {stage} of a callback ({string.Join(", ", callbacks.Select(callback => callback.GetType().Name))}) replaced "
            + $"parameters of the model or the guide, as to(...) does: do so in {nameof(ITrainingCallback.OnStepEnd)} or "
            + $"{nameof(ITrainingCallback.OnEpochEnd)}, or between fits.");
    }

    private StepSeed.Loan Noise(Batch batch, int part) => StepSeed.Begin(settings.Seed, StepSeed.Purpose.Training, step, batch.Device, part);

    /// <summary>Makes the guide and the optimizer ready at the first step.</summary>
    private void Begin(Batch batch)
    {
        PrepareGuide(batch);
        RememberColumns(batch);
        Replace(new ParameterUpdater(networks, makeOptimizer, settings));
    }

    /// <summary>Refuses what the networks would make of the batch without an error.</summary>
    private void CheckNetworks(Batch batch)
    {
        if (batch.Count == 1) RequireVariance(batch, $"the batch of step {step + 1}, with one row");
        ProbeNetworks(batch);
    }

    /// <summary>Where parameters were replaced, a new optimizer takes over.</summary>
    private void FollowParameters()
    {
        if (updater!.IsCurrent) return;
        var (next, message) = updater.Follow(step, epoch);
        Replace(next);
        reporter.Message(message);
    }

    private void Replace(ParameterUpdater next)
    {
        try
        {
            frozen.Resolve(next.Parameters);
            targets = new StepTargets(next, settings.Phases);
        }
        catch
        {
            next.Dispose();
            throw;
        }

        updater?.Dispose();
        updater = next;
        norms = new NormStatistics(networks);
        if (targets.Never is { Count: > 0 } never) Tell($"no phase trains {string.Join(", ", never.Select(p => p.FullName))}");
    }

    /// <summary>Sizes the guide, and sees that its layers and the model's can train on a batch. A guide that is refused stays as it was.</summary>
    private void PrepareGuide(Batch batch)
    {
        var sized = guide.IsPrepared;
        var place = $"the batch of step {step + 1}, with {(batch.Count == 1 ? "one row" : $"{batch.Count} rows")}";
        try
        {
            using (new NormStatistics(networks).Watch(place)) GuidedPass.Prepare(guide, batch);
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
        new NormStatistics(networks).RequireVariance(() => ObjectiveNow.Pass(guide, rows), place);
    }

    /// <summary>What types do not show of the networks, once for each objective; again where a plate had one row, which mixes with none.</summary>
    private void ProbeNetworks(Batch batch)
    {
        if (!PhaseObjective.UsesGuide) return;
        var now = guide.Plan.Plates.Where(plate => plate.IsRows && batch.Size(plate) == 1).Select(plate => plate.Name).ToHashSet();
        var raised = PhaseObjective;
        if (probed.TryGetValue(raised, out var singles) && now.IsSupersetOf(singles)) return;
        using var noise = StepSeed.Begin(settings.Seed, StepSeed.Purpose.Preparation, step, batch.Device);
        NetworkProbe.Run(ObjectiveNow, guide, batch, noise);
        probed[raised] = now;
    }

    /// <summary>Refuses a bound or a gradient that is not finite, and rates that are none; clips. Returns the gradient's norm.</summary>
    private double CheckAndClip(IReadOnlyList<Batch> batches, IReadOnlyList<NamedParameter> left)
    {
        for (var j = 0; j < batches.Count; j++)
            if (!double.IsFinite(last[j].Bound)) throw Diagnosis(batches[j], j, left);
        usedRate = updater!.CheckRates($"step {step + 1}: the optimizer has");
        if (updater.Clip() is { } norm) return norm;
        var part = batches.Count == 1 ? 0 : BadPart(batches, left);
        throw Diagnosis(batches[part], part, left, isGradient: true);
    }

    /// <summary>Of several batches the first whose gradient alone is not finite; else the last.</summary>
    private int BadPart(IReadOnlyList<Batch> batches, IReadOnlyList<NamedParameter> left)
    {
        for (var j = 0; j < batches.Count; j++)
        {
            updater!.ForgetGradients();
            using (Noise(batches[j], j)) ObjectiveNow.Accumulate(guide, batches[j]).Dispose();
            ParameterUpdater.ForgetGradients(left);
            if (updater.Norm() is null) return j;
        }

        return batches.Count - 1;
    }

    /// <summary>Repeats the pass over a batch with its noise, to find the cause.</summary>
    private NonFiniteException Diagnosis(Batch batch, int part, IReadOnlyList<NamedParameter> left, bool isGradient = false)
    {
        using var noise = Noise(batch, part);
        var failed = new NonFiniteStep(networks, guide, ObjectiveNow, batch, step + 1, lastCheckpoint);
        return isGradient ? failed.Gradient(updater!, left, noise) : failed.Bound(noise);
    }

    private void Release()
    {
        foreach (var result in last) result.Dispose();
        last = [];
    }
}
