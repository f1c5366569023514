namespace Ppl.Inference;

/// <content>What is in progress. Callbacks, reporters and makers of optimizers are handed this engine, or have it, and call it from within.</content>
public sealed partial class Svi
{
    private Stage stage;
    private bool isDisposed;

    private enum Stage
    {
        Idle,

        /// <summary>Outside of its steps: the batches to come are decided by where training stands.</summary>
        Fit,

        /// <summary>From the batch to the update: gradients, statistics and position do not belong together yet.</summary>
        Step,

        /// <summary>The states of callbacks included, which are asked for one by one.</summary>
        Save,

        /// <summary>The states of callbacks included.</summary>
        Restore,

        /// <summary>The averaged weights are in the place of those that are trained.</summary>
        Averaged,
    }

    /// <summary>Frees the optimizer's state. The model and the guide stay the caller's. A callback that calls this ends its fit.</summary>
    public void Dispose()
    {
        isDisposed = true;
        if (stage == Stage.Idle) Free();
    }

    /// <summary>Refuses a call by name where what is in progress would not go on as it would have without it.</summary>
    /// <param name="member">Who is called.</param>
    /// <param name="duringFit">Whether a fit goes on after it.</param>
    /// <exception cref="ObjectDisposedException">This engine has been disposed of.</exception>
    /// <exception cref="PplArgumentException">Something is in progress that does not bear it.</exception>
    private void Require(string member, bool duringFit = false)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (stage == Stage.Idle || (stage == Stage.Fit && duringFit)) return;
        throw new PplArgumentException(stage switch
        {
            Stage.Step => $"step {step + 1} of this engine is running: {member} cannot be called before its update is made.",
            Stage.Save => $"this engine is saving its state: {member} cannot be called before that is done.",
            Stage.Restore => $"this engine is restoring its state: {member} cannot be called before that is done.",
            Stage.Averaged => $"the averaged weights are in use: {member} cannot be called before what UseAverage returned is disposed of.",
            _ => $"a fit of this engine is running: {member} cannot be called before it has ended.",
        });
    }

    /// <summary>Enters a stage, and leaves it when the result is disposed.</summary>
    private Entered Enter(Stage next) => new(this, next);

    private void Free()
    {
        Release();
        updater?.Dispose();
        updater = null;
        average?.Dispose();
        average = null;
    }

    private readonly ref struct Entered : IDisposable
    {
        private readonly Svi svi;
        private readonly Stage before;

        public Entered(Svi svi, Stage next)
        {
            (this.svi, before) = (svi, svi.stage);
            svi.stage = next;
        }

        public void Dispose()
        {
            svi.stage = before;
            if (before == Stage.Idle && svi.isDisposed) svi.Free();
        }
    }
}
