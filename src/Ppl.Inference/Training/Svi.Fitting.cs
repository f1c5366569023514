using System.Runtime.ExceptionServices;
using Ppl.Networks;

namespace Ppl.Inference;

/// <content>What fits have in common: files, callbacks and their states, why they end.</content>
public sealed partial class Svi
{
    /// <summary>One fit in progress, and what it has done so far.</summary>
    private abstract class Fitting : IDisposable
    {
        private readonly List<IDisposable> held = [];
        private Interruption? interruption;
        private long? savedAt;

        protected Fitting(Svi svi, FitOptions options)
        {
            (Engine, Options) = (svi, options);
            Disposal.Refuse(svi.model, svi.guide, svi.objective.Networks);
            Callbacks = [.. options.Callbacks];
        }

        protected Svi Engine { get; }

        protected FitOptions Options { get; }

        protected ITrainingCallback[] Callbacks { get; }

        protected HighestBound Highest { get; } = new();

        /// <summary>What the callback that stopped the fit said; null where none did.</summary>
        protected string? StopReason { get; private set; }

        /// <summary>The checkpoint written last, if any.</summary>
        protected string? Written { get; private set; }

        protected abstract bool HasHeldOut { get; }

        /// <summary>What the highest bound belongs to, as training stands: a callback may have changed the objective.</summary>
        protected abstract string Subject { get; }

        protected bool IsEnding => interruption!.Requested || StopReason is not null || Engine.step >= Options.MaxSteps;

        /// <summary>Checks the data; only then is anything sized, and nothing where a check fails.</summary>
        protected abstract void Prepare();

        /// <summary>The fit about to start.</summary>
        protected abstract FitReport Report();

        /// <summary>The steps.</summary>
        protected abstract FitResult Loop();

        public void Stop(string reason) => StopReason ??= reason;

        public virtual void Dispose()
        {
            interruption?.Dispose();
            held.ForEach(file => file.Dispose());
        }

        /// <summary>Refuses to choose weights by a value that does not tell how good the model is.</summary>
        /// <param name="objective">The engine's, or the one that it is to have.</param>
        public void RequireBound(Objective objective)
        {
            var chooser = Options.BestCheckpoint is not null ? $"options.{nameof(FitOptions.BestCheckpoint)}"
                : Callbacks.OfType<EarlyStopping>().Any() ? nameof(EarlyStopping) : null;
            if (chooser is null || objective is not CriticObjective) return;
            throw new PplArgumentException(
                $"{chooser} takes the weights with the highest value on the held-out set, and that of {objective} tells how well the critic does, "
                + "which is best where the model is worst. Save by options.Checkpoint, and choose by a measure of the model's draws, such as "
                + "Evaluate.FrechetDistance.");
        }

        /// <summary>The fit, from the checks to the files that are closed.</summary>
        public FitResult Run()
        {
            foreach (var path in new[] { Options.Checkpoint, Options.BestCheckpoint }.OfType<string>()) held.Add(Engine.Hold(path));
            Prepare();
            var start = Report();
            var begun = 0;
            FitResult? result = null;
            ExceptionDispatchInfo? first = null;
            try
            {
                LoadStates();
                foreach (var callback in Callbacks)
                {
                    begun++;
                    callback.OnFitBegin(Engine, start);
                }

                Engine.reporter.Run(start, () =>
                {
                    interruption = new Interruption(Options.Cancellation);
                    result = Loop();
                });
            }
            catch (Exception fault)
            {
                first = ExceptionDispatchInfo.Capture(fault);
            }

            Action[] ends = [.. Callbacks.Take(begun).Select(callback => (Action)(() => callback.OnFitEnd(Engine, result)))];
            End(begun == Callbacks.Length ? [SaveStates, .. ends] : ends, first);
            return result!;
        }

        private void LoadStates()
        {
            using var entered = Engine.Enter(Stage.Restore);
            Highest.Load(Engine.highestBound);
            Highest.Watch(Subject);
            foreach (var state in Callbacks.OfType<ICheckpointedState>()) Engine.LoadState(state);
        }

        /// <summary>What Callbacks and the fit itself remember, for a checkpoint or the next fit.</summary>
        public void SaveStates()
        {
            using var entered = Engine.Enter(Stage.Save);
            if (HasHeldOut) Engine.highestBound = Highest.State;
            foreach (var state in Callbacks.OfType<ICheckpointedState>()) Engine.SaveState(state);
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
                later.ForEach(fault => Engine.reporter.Message($"when the fit was over: {fault.Message} ({fault.GetType().Name})"));
            }
            finally
            {
                first?.Throw();
            }
        }

        /// <summary>The checkpoint of the fit, if it has one and there have been steps since the last.</summary>
        protected void Save()
        {
            if (Options.Checkpoint is not { } path || savedAt == Engine.step) return;
            Engine.Save(path);
            (Written, savedAt) = (path, Engine.step);
        }

        /// <summary>The last checkpoint, and a sentence where the fit ends before its time.</summary>
        /// <param name="end">Why it ends.</param>
        /// <param name="place">Where, for the sentence.</param>
        protected void Finish(FitEnd end, string place)
        {
            ObjectDisposedException.ThrowIf(Engine.isDisposed, Engine);
            Save();
            if (savedAt != Engine.step) Engine.RequireFinite("the fit ends with it");
            if (end is not (FitEnd.Interrupted or FitEnd.Stopped)) return;
            var saved = Written is null ? "" : $"; checkpoint {Written}";
            var what = end == FitEnd.Interrupted ? "interrupted" : "stopped";
            Engine.reporter.Message($"{what} after step {Engine.step} ({place}){(StopReason is null ? "" : $": {StopReason}")}{saved}");
        }

        /// <summary>Puts networks that were put aside as a whole in training mode; what the user froze stays.</summary>
        protected void Wake()
        {
            foreach (var (owner, network) in Engine.networks.All)
            {
                if (!TrainingMode.Wake(network)) continue;
                var name = owner == "model" ? Engine.guide.Plan.Model : owner == "guide" ? "the guide" : $"the {Engine.objective.Name}'s network";
                Engine.Tell($"{name} was in evaluation mode, and is in training mode from now on");
            }
        }

        /// <summary>What a step did, for those who watch.</summary>
        protected void Tell(StepReport report)
        {
            Engine.reporter.StepEnded(report);
            foreach (var callback in Callbacks) callback.OnStepEnd(Engine, report);
            if (Engine.step % Options.CheckpointEverySteps == 0) Save();
        }
    }
}
