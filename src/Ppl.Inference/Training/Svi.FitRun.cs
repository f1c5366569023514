using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Ppl.Contracts;
using Ppl.Data;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>The training loop.</content>
public sealed partial class Svi
{
    /// <summary>One fit in progress: its data and options, and what it has done so far.</summary>
    private sealed class FitRun : IDisposable
    {
        private readonly Svi svi;
        private readonly (Dataset Data, Dataset? HeldOut) given;
        private readonly int batchSize;
        private readonly int lastEpoch;
        private readonly FitOptions options;
        private readonly ITrainingCallback[] callbacks;
        private readonly HighestBound highest = new();
        private readonly List<EpochReport> reports = [];
        private readonly EpochSource source;
        private readonly DataIdentity? heldOutIdentity;
        private readonly List<IDisposable> held = [];
        private Dataset data;
        private Dataset? heldOut;
        private Minibatches? batches;
        private ParameterUpdater? followed;
        private Interruption? interruption;
        private string? stop;
        private string? written;
        private long? savedAt;

        public FitRun(Svi svi, Dataset data, int epochs, int batchSize, Dataset? heldOut, FitOptions options)
        {
            (this.svi, this.batchSize, this.options) = (svi, batchSize, options);
            Disposal.Refuse(svi.model, svi.guide);
            given = (data, heldOut);
            (this.data, this.heldOut) = AsTaken();

            // The data as they were given: what the model makes of them may change when the guide is sized.
            source = new EpochSource(data.Identity(), batchSize, options.DropLast);
            heldOutIdentity = heldOut?.Identity();
            lastEpoch = (int)Math.Min((long)svi.epoch + epochs, int.MaxValue);
            callbacks = [.. options.Callbacks];
        }

        private bool IsEnding => interruption!.Requested || stop is not null || svi.step >= options.MaxSteps;

        public void Stop(string reason) => stop ??= reason;

        public void Dispose()
        {
            interruption?.Dispose();
            held.ForEach(file => file.Dispose());
        }

        public FitResult Run()
        {
            foreach (var path in new[] { options.Checkpoint, options.BestCheckpoint }.OfType<string>()) held.Add(svi.Hold(path));
            Prepare();
            var start = Report();
            var begun = 0;
            FitResult? result = null;
            ExceptionDispatchInfo? first = null;
            try
            {
                LoadStates($"{start.Objective} on {start.HeldOut}");
                foreach (var callback in callbacks)
                {
                    begun++;
                    callback.OnFitBegin(svi, start);
                }

                svi.reporter.Run(start, () => result = Loop());
            }
            catch (Exception fault)
            {
                first = ExceptionDispatchInfo.Capture(fault);
            }

            Action[] ends = [.. callbacks.Take(begun).Select(callback => (Action)(() => callback.OnFitEnd(svi, result)))];
            End(begun == callbacks.Length ? [SaveStates, .. ends] : ends, first);
            return result!;
        }

        private void LoadStates(string subject)
        {
            using var entered = svi.Enter(Stage.Restore);
            highest.Load(svi.highestBound);
            highest.Watch(subject);
            foreach (var state in callbacks.OfType<ICheckpointedState>()) svi.LoadState(state);
        }

        /// <summary>What callbacks and the fit itself remember, for a checkpoint or the next fit.</summary>
        public void SaveStates()
        {
            using var entered = svi.Enter(Stage.Save);
            if (heldOut is not null) svi.highestBound = highest.State;
            foreach (var state in callbacks.OfType<ICheckpointedState>()) svi.SaveState(state);
        }

        /// <summary>
        /// Does each of the things that end a fit, also after one that throws, since files are closed here. The first fault is thrown; what came
        /// after it, and may have come of it, is shown.
        /// </summary>
        private void End(IEnumerable<Action> acts, ExceptionDispatchInfo? first)
        {
            var later = new List<Exception>();
            foreach (var act in acts)
            {
                try
                {
                    act();
                }
                catch (Exception fault)
                {
                    if (first is null) first = ExceptionDispatchInfo.Capture(fault);
                    else later.Add(fault);
                }
            }

            try
            {
                later.ForEach(fault => svi.reporter.Message($"when the fit was over: {fault.Message} ({fault.GetType().Name})"));
            }
            finally
            {
                first?.Throw();
            }
        }

        /// <summary>Checks the data; only then is anything sized, and nothing where a check fails.</summary>
        private void Prepare()
        {
            if (svi.updater is not null) svi.FollowParameters();
            svi.RequireColumns(data);
            svi.RequireSameEpoch(source, options.OnChangedData);
            DataCheck.Run(svi.guide, data, svi.settings.Seed, svi.epoch);
            if (heldOut is not null) HeldOutFault.Named(heldOut, () => CheckHeldOut(heldOut));
            var sized = svi.guide.IsPrepared;
            try
            {
                if (svi.updater is null) PrepareFirstStep();
                else RefuseSingleRows();
            }
            catch when (!sized)
            {
                svi.guide.Unprepare();
                throw;
            }

            followed = svi.updater;
            svi.EnterEpoch(source);
        }

        private bool CheckHeldOut(Dataset heldOut)
        {
            svi.RequireColumns(heldOut);
            DataCheck.Run(svi.guide, heldOut, svi.settings.Seed, 0);
            return true;
        }

        private void PrepareFirstStep()
        {
            using var scope = NewDisposeScope();
            var first = svi.Load(Batches()[0]);
            GuidedPass.Prepare(svi.guide, first);
            RefuseSingleRows();
            svi.Begin(first);
            svi.CheckNetworks(first);
        }

        /// <summary>Batch norm cannot train on the last batch of an epoch where that has one row: found now rather than at the epoch's end.</summary>
        private void RefuseSingleRows()
        {
            var last = data.Count % batchSize == 0 || options.DropLast ? Math.Min(batchSize, data.Count) : data.Count % batchSize;
            if (last != 1) return;
            Wake();
            using var scope = NewDisposeScope();
            var row = svi.Load(data.Batches(1, svi.settings.Seed, svi.epoch, shuffle: false)[0]);
            svi.RequireVariance(row, $"the last batch of an epoch of '{data.Name}', with {data.Count} rows in batches of {batchSize}, has one row");
        }

        /// <summary>Puts networks that were put aside as a whole in training mode; what the user froze stays.</summary>
        private void Wake()
        {
            foreach (var network in new nn.Module[] { svi.model, svi.guide })
            {
                if (!TrainingMode.Wake(network)) continue;
                var name = network == svi.guide ? "the guide" : svi.guide.Plan.Model;
                svi.Tell($"{name} was in evaluation mode, and is in training mode from now on");
            }
        }

        /// <summary>The data in the numbers of the model.</summary>
        private (Dataset Data, Dataset? HeldOut) AsTaken() => (
            ModelData.Of(svi.guide, given.Data, svi.Tell),
            given.HeldOut is { } set ? HeldOutFault.Named(set, () => ModelData.Of(svi.guide, set, svi.Tell)) : null);

        private Minibatches Batches() => data.Batches(batchSize, svi.settings.Seed, svi.epoch, dropLast: options.DropLast);

        private FitReport Report() => new(
            svi.epoch + 1, lastEpoch, Batches().Count, svi.objective.ToString(), svi.objective.Name, svi.updater!.Count)
        {
            HeldOut = heldOutIdentity,
            Unit = svi.objective.UnitOf(svi.guide.Plan),
        };

        private FitResult Loop()
        {
            interruption = new Interruption(options.Cancellation);
            while (svi.epoch < lastEpoch && !IsEnding && RunEpoch(out var seconds, out var steps)) EndEpoch(seconds, steps);

            var end = stop is not null ? FitEnd.Stopped
                : svi.epoch == lastEpoch ? FitEnd.Epochs
                : svi.step >= options.MaxSteps ? FitEnd.MaxSteps
                : FitEnd.Interrupted;
            ObjectDisposedException.ThrowIf(svi.isDisposed, svi);
            Save();
            if (savedAt != svi.step) svi.RequireFinite("the fit ends with it");
            if (end is FitEnd.Interrupted or FitEnd.Stopped)
            {
                var saved = written is null ? "" : $"; checkpoint {written}";
                var place = svi.batchOfEpoch == 0 ? $"epoch {svi.epoch} done" : $"epoch {svi.epoch + 1}, batch {svi.batchOfEpoch}";
                var what = end == FitEnd.Interrupted ? "interrupted" : "stopped";
                svi.reporter.Message($"{what} after step {svi.step} ({place}){(stop is null ? "" : $": {stop}")}{saved}");
            }

            return new FitResult(reports, end, written) { Reason = stop, Best = highest.Best };
        }

        /// <summary>Runs what is left of the epoch. Returns whether its end was reached; <c>batchOfEpoch</c> is 0 again then.</summary>
        private bool RunEpoch(out double seconds, out int steps)
        {
            Wake();
            batches = Batches();
            var first = svi.batchOfEpoch;
            var clock = new Stopwatch();
            while (svi.batchOfEpoch < batches.Count)
            {
                clock.Start();
                Step(clock, first);
                clock.Stop();
                (seconds, steps) = (clock.Elapsed.TotalSeconds, svi.batchOfEpoch - first);
                if (svi.batchOfEpoch == batches.Count) break;
                if (EvaluatesNow()) Evaluate(svi.epoch + 1, svi.batchOfEpoch, svi.totals.Mean(), save: true);
                if (IsEnding) return false;
            }

            (seconds, steps) = (clock.Elapsed.TotalSeconds, svi.batchOfEpoch - first);
            svi.batchOfEpoch = 0;
            return true;
        }

        private void Step(Stopwatch clock, int first)
        {
            ObjectDisposedException.ThrowIf(svi.isDisposed, svi);
            using var scope = NewDisposeScope();

            Follow();
            var rows = batches![svi.batchOfEpoch];
            var result = svi.Step(svi.Load(rows), callbacks);
            svi.totals = svi.totals.Add(rows.Size, result.Read());
            svi.batchOfEpoch++;
            svi.EndStep();
            var rate = (svi.batchOfEpoch - first) / clock.Elapsed.TotalSeconds;
            var report = new StepReport(svi.step, svi.epoch + 1, svi.batchOfEpoch, result.Bound, svi.totals, rate)
            {
                GradientNorm = svi.GradientNorm ?? 0,
                LearningRate = svi.usedRate,
            };
            svi.reporter.StepEnded(report);
            foreach (var callback in callbacks) callback.OnStepEnd(svi, report);
        }

        /// <summary>A callback may have given the networks numbers of another type since the last step, and a checkpoint followed them.</summary>
        private void Follow()
        {
            svi.FollowParameters();
            if (ReferenceEquals(svi.updater, followed)) return;
            followed = svi.updater;
            (data, heldOut) = AsTaken();
            batches = Batches();
        }

        private void EndEpoch(double seconds, int steps)
        {
            var training = svi.totals.Mean();
            svi.totals = EpochTotals.Empty;
            svi.epoch++;
            if (svi.settings.ScheduleUnit == ScheduleUnit.Epoch) svi.updater!.AdvanceSchedule(svi.step);
            var due = svi.epoch == lastEpoch || svi.epoch % options.HeldOutEvery == 0 || EvaluatesNow();
            var (value, isBest) = heldOut is not null && due ? Evaluate(svi.epoch, batch: 0, training, save: false) : (null, false);
            var report = new EpochReport(svi.step, svi.epoch, svi.objective.Name, training, value, steps == 0 ? 0 : steps / seconds, seconds);
            reports.Add(report);
            svi.reporter.EpochEnded(report);
            foreach (var callback in callbacks) callback.OnEpochEnd(svi, report);
            if (isBest) SaveBest();
            if (svi.epoch == lastEpoch || svi.epoch % options.CheckpointEvery == 0) Save();
        }

        /// <summary>Whether the held-out set is due after this step, wherever in an epoch.</summary>
        private bool EvaluatesNow() => heldOut is not null && (svi.step % options.HeldOutEverySteps == 0 || svi.step == options.MaxSteps);

        private (BoundValue Value, bool IsBest) Evaluate(int epoch, int batch, BoundValue training, bool save)
        {
            var value = HeldOutFault.Named(heldOut!, () => svi.Evaluate(heldOut!, batchSize));
            var report = new HeldOutReport(svi.step, epoch, batch, svi.objective.Name, training, value);
            if (batch > 0) svi.reporter.Message(TextReporter.Line(report));
            var isBest = highest.Add(report, 0, options.BestCheckpoint);
            foreach (var callback in callbacks) callback.OnHeldOut(svi, report);
            if (isBest && save) SaveBest();
            return (value, isBest);
        }

        private void SaveBest()
        {
            if (options.BestCheckpoint is { } path) svi.Save(path);
        }

        private void Save()
        {
            if (options.Checkpoint is not { } path || savedAt == svi.step) return;
            svi.Save(path);
            (written, savedAt) = (path, svi.step);
        }
    }

    private Batch Load(Minibatch batch) => BatchLoading.OnDeviceOf(model, guide, batch);
}
