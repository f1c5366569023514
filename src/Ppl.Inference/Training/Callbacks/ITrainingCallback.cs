using System.Text.Json;
using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>
/// Something to do in the stages of the training loop: write pictures, record a curve, change gradients, stop early. Every member does
/// nothing unless implemented.
/// </summary>
/// <remarks>
/// A step goes: <see cref="OnStepBegin"/>, draw, gradient, <see cref="OnGradient"/>, check, clip, update, report, <see cref="OnStepEnd"/>.
/// An epoch: its steps, the held-out set with <see cref="OnHeldOut"/>, <see cref="OnEpochEnd"/>, then checkpoints. A callback ends the fit by
/// <see cref="Svi.RequestStop"/>. One whose own state must survive a resume implements <see cref="ICheckpointedState"/> too.
/// <para>
/// What a callback may call of the engine: from <see cref="OnStepBegin"/> to the update neither <see cref="Svi.Step(Batch)"/>,
/// <c>Svi.Fit</c>, <see cref="Svi.Save"/>, <see cref="Svi.Restore"/>,
/// <see cref="Svi.SwitchObjective"/>, <see cref="Svi.Freeze"/> nor <see cref="Svi.UseAverage"/>, since gradient, statistics
/// and position do not belong together there; in the other stages neither <see cref="Svi.Step(Batch)"/>, <c>Svi.Fit</c> nor
/// <see cref="Svi.Restore"/>, which would change the batches to come. Those are refused by name, and the fit can go on. Networks may be moved
/// (<c>model.to(...)</c> with <c>guide.to(...)</c>) outside of a step. <see cref="Svi.Dispose"/> ends the fit with an
/// <see cref="ObjectDisposedException"/>.
/// </para>
/// No callback is called while torch's generator is lent to the step, so that one may wait for a step that another thread makes with another
/// engine.
/// </remarks>
public interface ITrainingCallback
{
    /// <summary>Before the first step, once data and options have been checked.</summary>
    /// <param name="svi">The engine.</param>
    /// <param name="fit">What is about to run.</param>
    void OnFitBegin(Svi svi, FitReport fit)
    {
    }

    /// <summary>
    /// Before a step draws: its batch is loaded, its noise is not seeded yet, so that draws here change no step. Once for each batch of a step
    /// that has several.
    /// </summary>
    /// <param name="svi">The engine.</param>
    /// <param name="batch">The step's data; it lives until the end of the step.</param>
    void OnStepBegin(Svi svi, Batch batch)
    {
    }

    /// <summary>
    /// After backpropagation, before the gradient is checked, clipped and applied: it lies in <c>.grad</c> of the parameters and may be
    /// changed. Draws here change no step.
    /// </summary>
    /// <param name="svi">The engine.</param>
    /// <param name="result">The bound; of several batches the last one's.</param>
    void OnGradient(Svi svi, ObjectiveResult result)
    {
    }

    /// <summary>After the update. <see cref="Svi.GradientNorm"/> and <c>.grad</c> are the step's.</summary>
    /// <param name="svi">The engine.</param>
    /// <param name="step">The step's numbers.</param>
    void OnStepEnd(Svi svi, StepReport step)
    {
    }

    /// <summary>After the held-out set has been evaluated, within an epoch or at its end.</summary>
    /// <param name="svi">The engine; the networks may be used, and must not be changed.</param>
    /// <param name="report">The numbers.</param>
    void OnHeldOut(Svi svi, HeldOutReport report)
    {
    }

    /// <summary>After each epoch, once the held-out set has been evaluated and before the checkpoint.</summary>
    /// <param name="svi">The engine; the networks may be used, and must not be changed.</param>
    /// <param name="epoch">The epoch's numbers.</param>
    void OnEpochEnd(Svi svi, EpochReport epoch)
    {
    }

    /// <summary>When the fit is over, also by an exception: files are closed here.</summary>
    /// <param name="svi">The engine.</param>
    /// <param name="result">Where it ended; null after an exception.</param>
    void OnFitEnd(Svi svi, FitResult? result)
    {
    }
}

/// <summary>State of a callback that checkpoints carry, so that a resumed fit goes on as the uninterrupted one.</summary>
/// <remarks>
/// <see cref="LoadState"/> is called when a fit begins, before <see cref="ITrainingCallback.OnFitBegin"/>: with what the engine knows under
/// the name, from the checkpoint that it was restored from or from its own last fit. <see cref="SaveState"/> is called at each checkpoint
/// and at the end of the fit. Neither may step, fit, save, restore or change the objective.
/// </remarks>
public interface ICheckpointedState
{
    /// <summary>The state's name in checkpoints: any; no two callbacks of a fit have the same.</summary>
    string StateName { get; }

    /// <summary>The state as JSON.</summary>
    JsonElement SaveState();

    /// <summary>Takes a state over.</summary>
    /// <remarks>
    /// A checkpoint is a file, and may hold anything under the name. What is thrown here is told with the name and the state, as a
    /// <see cref="PplArgumentException"/>, and no fit begins.
    /// </remarks>
    /// <param name="state">What <see cref="SaveState"/> gave; null where there is none: begin anew.</param>
    void LoadState(JsonElement? state);
}
