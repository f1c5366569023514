using System.Text.Json;
using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Fits: see <see cref="FitRun"/> for the loop.</content>
public sealed partial class Svi
{
    // What callbacks remember, by name: of the checkpoint restored, and of the fits since.
    private readonly Dictionary<string, JsonElement> callbackStates = [];

    // Beside them: a callback may have any name.
    private HighestBoundState? highestBound;
    private string? restoredFrom;
    private Fitting? fit;

    /// <summary>Trains for some epochs, and shows progress.</summary>
    /// <remarks>
    /// Epochs continue from where this engine stands; an epoch that was interrupted is finished first and counts as one. It must be finished
    /// with the data and the batch size that it was begun with, unless <see cref="FitOptions.OnChangedData"/> says otherwise; between epochs
    /// both may change. Ctrl-C, or the token of <paramref name="options"/>, ends the fit after the step in progress.
    /// </remarks>
    /// <param name="data">The data; columns by the names of the model's parameters, or in their order.</param>
    /// <param name="epochs">How many, at least 0; 0 does nothing.</param>
    /// <param name="batchSize">Rows of a mini-batch, at least 1; the last one of an epoch may have fewer.</param>
    /// <param name="heldOut">Data on which the same objective is evaluated after each epoch.</param>
    /// <param name="options">Checkpoints, evaluations, callbacks, cancellation.</param>
    /// <param name="shared">
    /// The tensors of the model's parameters that have no rows, in their order: each is whole in every batch. The columns of the data are
    /// the others'.
    /// </param>
    /// <returns>A report for each epoch, and why the fit ended.</returns>
    /// <exception cref="PplArgumentException">
    /// The data's columns are not the model's parameters, an option does not go with the others, a layer cannot take a batch of one row, or
    /// an epoch is in progress that was begun with other batches, a callback does not take its state, or a fit or a step of this engine is running.
    /// </exception>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    /// <exception cref="PplShapeException">A column's shape does not fit its site, or is not the one that the encoders were sized for.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written, or the fit of another program writes it.</exception>
    /// <exception cref="PplSupportException">An observed value is outside its distribution's support.</exception>
    /// <exception cref="NonFiniteException">
    /// The data hold NaN or an infinity, or a step's bound, its gradient or a weight became so; the message names the place.
    /// </exception>
    public FitResult Fit(
        Dataset data,
        int epochs,
        int batchSize,
        Dataset? heldOut = null,
        FitOptions? options = null,
        IReadOnlyList<Tensor>? shared = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require(nameof(Fit));
        if (epochs < 0)
            throw new ArgumentOutOfRangeException(nameof(epochs), epochs, $"a fit takes 0 epochs or more; this engine has done {epoch} already");
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        options ??= new FitOptions();
        options.Check(data, batchSize, heldOut);
        if (epochs == 0) return new FitResult([], FitEnd.Epochs, Checkpoint: null);
        if (step >= options.MaxSteps) return new FitResult([], FitEnd.MaxSteps, Checkpoint: null);
        using var entered = Enter(Stage.Fit);
        try
        {
            using var run = new FitRun(this, data, epochs, batchSize, heldOut, options, shared ?? []);
            fit = run;
            return run.Run();
        }
        finally
        {
            fit = null;
        }
    }

    /// <summary>Ends the fit in progress after its step, or after the evaluation or the epoch that calls this: for callbacks.</summary>
    /// <param name="reason">Why, as a clause: it is shown, and <see cref="FitResult.Reason"/> repeats it.</param>
    /// <exception cref="PplArgumentException">No fit is running.</exception>
    public void RequestStop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        if (fit is null) throw new PplArgumentException("no fit is running that could be stopped.");
        fit.Stop(reason);
    }

    /// <summary>
    /// The mean of the objective over a data set, without gradient and without the noise of training; by the averaged weights where
    /// <see cref="SviSettings.Average"/> keeps some.
    /// </summary>
    /// <remarks>
    /// Of an objective that weighs the ELBO it is the ELBO (<see cref="Objective.Measured"/>): a number to compare over steps and weights. With the
    /// weights it is <see cref="Inference.Evaluate.Bound"/> of <see cref="Objective.At(long)"/>.
    /// </remarks>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">Rows at a time; it bounds the memory used.</param>
    /// <param name="shared">The tensors of the model's parameters that have no rows, in their order.</param>
    /// <exception cref="NonFiniteException">The bound is not finite because a weight is not; the message names it.</exception>
    public BoundValue Evaluate(Dataset data, int batchSize = 500, IReadOnlyList<Tensor>? shared = null)
    {
        using var averaged = Averaged();
        var options = new EvaluationOptions { BatchSize = batchSize, Seed = settings.Seed, Shared = shared ?? [] };
        var value = Inference.Evaluate.Bound(model, guide, data, objective.Measured, options);
        if (!double.IsFinite(value.Bound) && StateCheck.BadParameter(networks) is { } parameter)
            throw new NonFiniteException($"after step {step} the {objective.Name} is not finite: {parameter}.");
        return value;
    }

    /// <summary>Gives a callback what is known of its state, which may come from a file.</summary>
    private void LoadState(ICheckpointedState callback)
    {
        JsonElement? known = callbackStates.TryGetValue(callback.StateName, out var state) ? state : null;
        try
        {
            callback.LoadState(known);
        }
        catch (Exception fault)
        {
            var origin = restoredFrom is null ? "" : $" This engine was restored from {restoredFrom}.";
            throw new PplArgumentException(
                $"the callback '{callback.StateName}' ({callback.GetType().Name}) cannot take its state {Shown(known)}: {fault.Message}{origin}",
                null,
                fault);
        }
    }

    /// <summary>What a person can read of a state.</summary>
    private static string Shown(JsonElement? state)
    {
        const int Most = 80;
        var text = state is { ValueKind: not JsonValueKind.Undefined } known ? known.GetRawText() : "(none)";
        return text.Length <= Most ? text : $"{text[..Most]}...";
    }

    private void SaveState(ICheckpointedState callback) => callbackStates[callback.StateName] = callback.SaveState();
}
