using System.Diagnostics;
using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Fits by steps: each takes all data at once, or a model without parameters.</content>
public sealed partial class Svi
{
    /// <summary>Trains a model without parameters for some steps, and shows progress.</summary>
    /// <param name="steps">How many more, at least 0.</param>
    /// <param name="options">Checkpoints, callbacks, cancellation.</param>
    /// <returns>Why the fit ended, and the mean of the last tenth of its steps.</returns>
    /// <exception cref="PplArgumentException">The model has parameters, or an option needs epochs or a held-out set.</exception>
    public FitResult Fit(int steps, FitOptions? options = null) => Fit([], steps, options);

    /// <summary>Trains for some steps, each on all data at once, and shows progress.</summary>
    /// <remarks>
    /// A step's noise is a function of the seed and the step: a run that is restored from a checkpoint and fitted for the steps that are left,
    /// <c>svi.Fit(data, steps: 5000 - (int)svi.Steps)</c>, ends with the bits of one that was never interrupted.
    /// </remarks>
    /// <param name="data">One tensor for each parameter of the model, in order: the whole data. The caller keeps them; they are constants.</param>
    /// <param name="steps">How many more, at least 0.</param>
    /// <param name="options">Checkpoints, callbacks, cancellation. What is of epochs and of a held-out set has no meaning here.</param>
    /// <returns>Why the fit ended, and the mean of the last tenth of its steps.</returns>
    /// <exception cref="PplArgumentException">
    /// A tensor does not fit the model, an option needs epochs or a held-out set, or a fit or a step of this engine is running.
    /// </exception>
    /// <exception cref="PplSupportException">An observed value is outside its distribution's support.</exception>
    /// <exception cref="NonFiniteException">The data hold NaN or an infinity, or a step's bound, its gradient or a weight became so.</exception>
    /// <exception cref="ObjectDisposedException">This engine, the model or the guide has been disposed of.</exception>
    public FitResult Fit(IReadOnlyList<Tensor?> data, int steps, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require(nameof(Fit));
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        options ??= new FitOptions();
        options.Check(null, 0, null);
        if (options.DropLast) throw new PplArgumentException("options.DropLast leaves out batches of an epoch; a fit by steps has none.");
        if (options.BatchesPerStep > 1)
            throw new PplArgumentException("options.BatchesPerStep puts batches of an epoch together; a step of a fit by steps is on all data.");
        if (steps == 0) return new FitResult([], FitEnd.Steps, Checkpoint: null);
        if (step >= options.MaxSteps) return new FitResult([], FitEnd.MaxSteps, Checkpoint: null);
        using var entered = Enter(Stage.Fit);
        try
        {
            using var run = new StepsRun(this, data, steps, options);
            fit = run;
            return run.Run();
        }
        finally
        {
            fit = null;
        }
    }

    /// <summary>A fit of steps on the same tensors.</summary>
    private sealed class StepsRun : Fitting
    {
        private const int Sections = 10;

        private readonly IReadOnlyList<Tensor?> given;
        private readonly int steps;
        private readonly long last;
        private Batch? batch;
        private ParameterUpdater? followed;

        public StepsRun(Svi svi, IReadOnlyList<Tensor?> given, int steps, FitOptions options) : base(svi, options) =>
            (this.given, this.steps, last) = (given, steps, svi.step + steps);

        protected override bool HasHeldOut => false;

        protected override string Subject => HighestBound.Subject(Engine.objective, heldOut: null);

        public override void Dispose()
        {
            base.Dispose();
            ReleaseBatch();
        }

        protected override void Prepare()
        {
            if (Engine.updater is not null) Engine.FollowParameters();
            TakeBatch();
            Engine.RequireShapes(batch!);
            var sized = Engine.guide.IsPrepared;
            try
            {
                DataCheck.Whole(Engine.guide, batch!);
                if (Engine.updater is null) Engine.Begin(batch!);
                Engine.CheckNetworks(batch!);
            }
            catch when (!sized)
            {
                Engine.guide.Unprepare();
                throw;
            }

            followed = Engine.updater;
        }

        protected override FitReport Report() => new(
            Engine.epoch + 1, Engine.epoch + 1, steps, Engine.objective.ToString(), Engine.objective.Name, Engine.updater!.Count)
        {
            Unit = Engine.objective.UnitOf(Engine.guide.Plan),
            IsBySteps = true,
        };

        protected override FitResult Loop()
        {
            Wake();
            var section = Math.Max(1, steps / Sections);
            var (totals, training, clock) = (EpochTotals.Empty, (BoundValue?)null, new Stopwatch());
            while (Engine.step < last && !IsEnding)
            {
                clock.Start();
                totals = Step(totals, clock);
                clock.Stop();
                var done = steps - (last - Engine.step);
                if (done % section != 0 && Engine.step < last) continue;
                training = totals.Mean();
                Engine.reporter.Message(Line(training, totals.Rows / clock.Elapsed.TotalSeconds));
                (totals, clock) = (EpochTotals.Empty, new Stopwatch());
            }

            var end = StopReason is not null ? FitEnd.Stopped
                : Engine.step == last ? FitEnd.Steps
                : Engine.step >= Options.MaxSteps ? FitEnd.MaxSteps
                : FitEnd.Interrupted;
            Finish(end, $"{last - Engine.step} of {steps} steps left");
            return new FitResult([], end, Written)
            {
                Reason = StopReason,
                Training = totals.Rows > 0 ? totals.Mean() : training,
                ObjectiveState = Engine.objectiveState,
            };
        }

        /// <summary>One step; totals count steps in place of rows, since each is on all of them.</summary>
        private EpochTotals Step(EpochTotals totals, Stopwatch clock)
        {
            ObjectDisposedException.ThrowIf(Engine.isDisposed, Engine);
            using var scope = NewDisposeScope();
            Engine.FollowParameters();
            if (!ReferenceEquals(Engine.updater, followed)) TakeBatch();
            followed = Engine.updater;
            var phase = Engine.Phase;
            var result = Engine.Step([batch!], Callbacks)[^1];
            totals = totals.Add(1, result.Read());
            Engine.EndStep();
            Tell(new StepReport(
                Engine.step, Engine.epoch + 1, (int)(steps - (last - Engine.step)), result.Bound, totals, totals.Rows / clock.Elapsed.TotalSeconds)
            {
                GradientNorm = Engine.GradientNorm ?? 0,
                LearningRate = Engine.usedRate,
                ObjectiveState = Engine.objectiveState,
                Phase = phase,
            });
            return totals;
        }

        private string Line(BoundValue training, double rate) => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"step {Engine.step}  {TextReporter.Numbers(Engine.objective.Name, training)}  "
                + $"{TextReporter.State(Engine.objectiveState)}{rate:F1} steps/s");

        /// <summary>The tensors as constants where the model is, for all steps.</summary>
        private void TakeBatch()
        {
            ReleaseBatch();
            using var scope = NewDisposeScope();
            var tensors = Enumerable.Range(0, given.Count).Select(i => given[i]?.detach()).ToArray();
            batch = BatchLoading.OnDeviceOf(Engine.model, Engine.guide, tensors, null, null);
            scope.Detach([.. batch.Tensors]);
        }

        private void ReleaseBatch()
        {
            foreach (var tensor in batch?.Tensors ?? []) tensor.Dispose();
            batch = null;
        }
    }
}
