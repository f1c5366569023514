using System.Diagnostics;
using Ppl.Contracts;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The training loop.</content>
public sealed partial class Svi
{
    /// <summary>A fit of epochs over a data set.</summary>
    private sealed class FitRun : Fitting
    {
        private readonly (Dataset Data, Dataset? HeldOut) given;
        private readonly IReadOnlyList<Tensor> shared;
        private readonly int batchSize;
        private readonly int lastEpoch;
        private readonly List<EpochReport> reports = [];
        private readonly EpochSource source;
        private readonly DataIdentity? heldOutIdentity;
        private ModelData data;
        private ModelData? heldOut;
        private Minibatches? batches;
        private ParameterUpdater? followed;

        public FitRun(
            Svi svi, Dataset data, int epochs, int batchSize, Dataset? heldOut, FitOptions options, IReadOnlyList<Tensor> shared) : base(svi, options)
        {
            (this.batchSize, this.shared) = (batchSize, shared);
            given = (data, heldOut);
            (this.data, this.heldOut) = AsTaken();

            // The data as they were given: what the model makes of them may change when the guide is sized.
            source = new EpochSource(data.Identity(), batchSize, Options.DropLast);
            heldOutIdentity = heldOut?.Identity();
            lastEpoch = (int)Math.Min((long)Engine.epoch + epochs, int.MaxValue);
        }

        protected override bool HasHeldOut => heldOut is not null;

        protected override string Subject => HighestBound.Subject(Engine.objective, heldOutIdentity);

        /// <summary>Checks the data; only then is anything sized, and nothing where a check fails.</summary>
        protected override void Prepare()
        {
            RequireBound(Engine.objective);
            if (Engine.updater is not null) Engine.FollowParameters();
            Engine.RequireColumns(data);
            Engine.RequireSameEpoch(source, Options.OnChangedData);
            DataCheck.Run(Engine.guide, data, Engine.settings.Seed, Engine.epoch);
            if (heldOut is not null) HeldOutFault.Named(heldOut, () => CheckHeldOut(heldOut));
            var sized = Engine.guide.IsPrepared;
            try
            {
                if (Engine.updater is null) PrepareFirstStep();
                else RefuseSingleRows();
            }
            catch when (!sized)
            {
                Engine.guide.Unprepare();
                throw;
            }

            followed = Engine.updater;
            Engine.EnterEpoch(source);
        }

        private bool CheckHeldOut(ModelData heldOut)
        {
            Engine.RequireColumns(heldOut);
            if (heldOutIdentity?.Fingerprint != source.Data.Fingerprint) Engine.guide.RequireAmortized();
            DataCheck.Run(Engine.guide, heldOut, Engine.settings.Seed, 0);
            return true;
        }

        private void PrepareFirstStep()
        {
            using var scope = NewDisposeScope();
            var first = Load(Batches()[0]);
            GuidedPass.Prepare(Engine.guide, first);
            RefuseSingleRows();
            Engine.Begin(first);
            Engine.CheckNetworks(first);
        }

        /// <summary>
        /// Batch norm, and objectives that compare rows, cannot train on the last batch of an epoch where that has one row: found now rather than at
        /// the epoch's end.
        /// </summary>
        private void RefuseSingleRows()
        {
            var last = data.Count % batchSize == 0 || Options.DropLast ? Math.Min(batchSize, data.Count) : data.Count % batchSize;
            if (last != 1) return;
            var place = $"the last batch of an epoch of '{data.Name}', with {data.Count} rows in batches of {batchSize}, has one row";
            if (Engine.objective.OfOneRow is { } fault)
            {
                throw new PplArgumentException(
                    $"{Engine.objective}: {place}, and {fault}. Take another batch size, or leave a short last batch out (FitOptions.DropLast).");
            }

            Wake();
            using var scope = NewDisposeScope();
            var row = Load(data.Batches(1, Engine.settings.Seed, Engine.epoch, shuffle: false)[0]);
            Engine.RequireVariance(row, place);
        }

        /// <summary>The data in the numbers of the model.</summary>
        private (ModelData Data, ModelData? HeldOut) AsTaken() => (
            ModelData.Of(Engine.guide, given.Data, shared, Engine.Tell),
            given.HeldOut is { } set ? HeldOutFault.Named(set, () => ModelData.Of(Engine.guide, set, shared, Engine.Tell)) : null);

        private Minibatches Batches() => data.Batches(batchSize, Engine.settings.Seed, Engine.epoch, dropLast: Options.DropLast);

        /// <summary>How many steps some batches in a row are, from the first on.</summary>
        private int StepsIn(int batches) => (int)(((long)batches + Options.BatchesPerStep - 1) / Options.BatchesPerStep);

        protected override FitReport Report() => new(
            Engine.epoch + 1, lastEpoch, StepsIn(Batches().Count), Engine.objective.ToString(), Engine.objective.Name, Engine.updater!.Count)
        {
            HeldOut = heldOutIdentity,
            Unit = Engine.objective.UnitOf(Engine.guide.Plan),
        };

        protected override FitResult Loop()
        {
            while (Engine.epoch < lastEpoch && !IsEnding && RunEpoch(out var seconds, out var steps)) EndEpoch(seconds, steps);

            var end = StopReason is not null ? FitEnd.Stopped
                : Engine.epoch == lastEpoch ? FitEnd.Epochs
                : Engine.step >= Options.MaxSteps ? FitEnd.MaxSteps
                : FitEnd.Interrupted;
            var place = Engine.batchOfEpoch == 0 ? $"epoch {Engine.epoch} done" : $"epoch {Engine.epoch + 1}, batch {Engine.batchOfEpoch}";
            Finish(end, place);
            return new FitResult(reports, end, Written)
            {
                Reason = StopReason,
                Best = Highest.Best,
                Training = reports.LastOrDefault()?.Training,
                ObjectiveState = Engine.objectiveState,
            };
        }

        /// <summary>Runs what is left of the epoch. Returns whether its end was reached; <c>batchOfEpoch</c> is 0 again then.</summary>
        private bool RunEpoch(out double seconds, out int steps)
        {
            Wake();
            batches = Batches();
            var first = Engine.batchOfEpoch;
            var clock = new Stopwatch();
            while (Engine.batchOfEpoch < batches.Count)
            {
                clock.Start();
                Step(clock, first);
                clock.Stop();
                (seconds, steps) = (clock.Elapsed.TotalSeconds, StepsIn(Engine.batchOfEpoch - first));
                if (Engine.batchOfEpoch == batches.Count) break;
                if (EvaluatesNow()) Evaluate(Engine.epoch + 1, Engine.batchOfEpoch, Engine.totals.Mean(), save: true);
                if (IsEnding) return false;
            }

            (seconds, steps) = (clock.Elapsed.TotalSeconds, StepsIn(Engine.batchOfEpoch - first));
            Engine.batchOfEpoch = 0;
            return true;
        }

        private void Step(Stopwatch clock, int first)
        {
            ObjectDisposedException.ThrowIf(Engine.isDisposed, Engine);
            using var scope = NewDisposeScope();

            Follow();
            var phase = Engine.Phase;
            var rows = Enumerable.Range(Engine.batchOfEpoch, Math.Min(Options.BatchesPerStep, batches!.Count - Engine.batchOfEpoch))
                .Select(i => batches[i]).ToList();
            var results = Engine.Step(rows.ConvertAll(Load), Callbacks);
            foreach (var (part, result) in rows.Zip(results)) Engine.totals = Engine.totals.Add(part.Size, result.Read());
            var bound = rows.Count == 1 ? results[0].Bound
                : rows.Zip(results, (part, result) => part.Size * result.Bound).Sum() / rows.Sum(part => (double)part.Size);
            Engine.batchOfEpoch += rows.Count;
            Engine.EndStep();
            var rate = StepsIn(Engine.batchOfEpoch - first) / clock.Elapsed.TotalSeconds;
            var report = new StepReport(Engine.step, Engine.epoch + 1, Engine.batchOfEpoch, bound, Engine.totals, rate)
            {
                GradientNorm = Engine.GradientNorm ?? 0,
                LearningRate = Engine.usedRate,
                ObjectiveState = Engine.objectiveState,
                Phase = phase,
            };
            Tell(report);
        }

        /// <summary>A callback may have given the networks numbers of another type since the last step, and a checkpoint followed them.</summary>
        private void Follow()
        {
            Engine.FollowParameters();
            if (ReferenceEquals(Engine.updater, followed)) return;
            followed = Engine.updater;
            (data, heldOut) = AsTaken();
            batches = Batches();
        }

        private void EndEpoch(double seconds, int steps)
        {
            var training = Engine.totals.Mean();
            Engine.totals = EpochTotals.Empty;
            Engine.epoch++;
            if (Engine.settings.ScheduleUnit == ScheduleUnit.Epoch) Engine.updater!.AdvanceSchedule(Engine.step);
            var due = Engine.epoch == lastEpoch || Engine.epoch % Options.HeldOutEvery == 0 || EvaluatesNow();
            var (value, isBest) = heldOut is not null && due ? Evaluate(Engine.epoch, batch: 0, training, save: false) : (null, false);
            var rate = steps == 0 ? 0 : steps / seconds;
            var report = new EpochReport(Engine.step, Engine.epoch, Engine.objective.Name, training, value, rate, seconds)
            {
                ObjectiveState = Engine.objectiveState,
            };
            reports.Add(report);
            Engine.reporter.EpochEnded(report);
            foreach (var callback in Callbacks) callback.OnEpochEnd(Engine, report);
            if (isBest) SaveBest();
            if (Engine.epoch == lastEpoch || Engine.epoch % Options.CheckpointEvery == 0) Save();
        }

        /// <summary>Whether the held-out set is due after this step, wherever in an epoch.</summary>
        private bool EvaluatesNow() => heldOut is not null && (Engine.step % Options.HeldOutEverySteps == 0 || Engine.step == Options.MaxSteps);

        private (BoundValue Value, bool IsBest) Evaluate(int epoch, int batch, BoundValue training, bool save)
        {
            var value = HeldOutFault.Named(heldOut!, () => Engine.Evaluate(given.HeldOut!, batchSize, shared));
            var report = new HeldOutReport(Engine.step, epoch, batch, Engine.objective.Measured.Name, training, value);
            if (batch > 0) Engine.reporter.Message(TextReporter.Line(report));
            Highest.Watch(Subject);
            var isBest = Highest.Add(report, 0, Options.BestCheckpoint);
            foreach (var callback in Callbacks) callback.OnHeldOut(Engine, report);
            if (isBest && save) SaveBest();
            return (value, isBest);
        }

        private void SaveBest()
        {
            if (Options.BestCheckpoint is { } path) Engine.Save(path);
        }

        private Batch Load(Minibatch rows) => data.Load(Engine.model, Engine.guide, rows);
    }
}
