using System.Runtime.InteropServices;

namespace Ppl.Inference.Tests.Training;

public sealed class InterruptionTests
{
    /// <summary>The process sends itself SIGINT, as Ctrl-C does; the fit must end after a step and the process must live on.</summary>
    [FactOn("Windows has no call by which a process sends Ctrl-C to itself alone", "Linux", "macOS")]
    public void Ctrl_c_ends_the_fit_after_the_step_with_a_checkpoint()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using var run = new Run();
        var result = run.Fit(100_000, new FitOptions { Checkpoint = path, CheckpointEvery = 100_000, Callbacks = [new CtrlC(step: 30)] });
        Assert.True(result.Interrupted);
        Assert.InRange(run.Svi.Steps, 30, 399_999);
        Assert.Equal(path, result.Checkpoint);
        Assert.Contains(
            run.Recorder.Messages,
            m => m.StartsWith("interrupted after step", StringComparison.Ordinal) && m.Contains(path, StringComparison.Ordinal));

        using var resumed = new Run();
        resumed.Svi.Restore(path);
        Assert.Equal(run.Parameters(), resumed.Parameters());

        // The handler is gone: a new fit runs to its end.
        Assert.False(run.Fit(1).Interrupted);
    }

    [Fact]
    public void Cancellation_between_epochs_completes_no_further_epoch()
    {
        using var run = new Run(recorder: new Recorder { StopAfter = 8 });
        var result = run.Fit(5, new FitOptions { Callbacks = [run.Recorder], Cancellation = run.Recorder.Stop.Token });
        Assert.True(result.Interrupted);
        Assert.Equal(2, result.Epochs.Count);
        Assert.Equal(2, run.Svi.Epochs);
        Assert.Null(result.Checkpoint);
    }

    private sealed class CtrlC(long step) : ITrainingCallback
    {
        private const int SigInt = 2;

        public void OnEpochEnd(Svi svi, EpochReport epoch)
        {
        }

        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step != step) return;
            Assert.Equal(0, Kill(Environment.ProcessId, SigInt));
        }

        // The C library's own call: a bare system has no program `kill`.
        [DllImport("libc", EntryPoint = "kill")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Kill(int process, int signal);
    }
}
