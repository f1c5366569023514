namespace Ppl.Inference.Tests.Training;

/// <summary>What a callback throws when the fit is over does not hide what ended it.</summary>
public sealed class FitEndTests
{
    [Fact]
    public void The_first_fault_is_kept_and_the_others_are_shown()
    {
        using var run = new Run();
        var last = new Last();
        var fault = Assert.Throws<InvalidOperationException>(
            () => run.Fit(1, new FitOptions { Callbacks = [new Broken("step"), new BrokenEnd("first end"), new BrokenEnd("second end"), last] }));
        Assert.Equal("step", fault.Message);
        Assert.Contains("Broken.OnStepEnd", fault.StackTrace, StringComparison.Ordinal);
        Assert.Equal(
            ["when the fit was over: first end (InvalidOperationException)", "when the fit was over: second end (InvalidOperationException)"],
            run.Recorder.Messages);
        Assert.True(last.IsTold);
        var broken = new FitOptions { Callbacks = [new BrokenEnd("first end"), new BrokenEnd("second end")] };
        fault = Assert.Throws<InvalidOperationException>(() => run.Fit(1, broken));
        Assert.Equal("first end", fault.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_on_a_device_is_refused_and_lets_go_of_it(bool isCsv)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("log");
        File.CreateSymbolicLink(path, "/dev/full");
        using var run = new Run();
        TrainingLog log = isCsv ? new CsvLog(path) : new JsonLinesLog(path);
        var fault = Assert.ThrowsAny<Exception>(() => run.Fit(1, new FitOptions { Callbacks = [log] }));
        Assert.StartsWith($"'{path}' is a device", fault.Message, StringComparison.Ordinal);

        // The log lets go of the file.
        File.Delete(path);
        run.Fit(1, new FitOptions { Callbacks = [log] });
        Assert.NotEmpty(File.ReadAllLines(path));
    }

    private sealed class Broken(string message) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport step) => throw new InvalidOperationException(message);
    }

    private sealed class BrokenEnd(string message) : ITrainingCallback
    {
        public void OnFitEnd(Svi svi, FitResult? result) => throw new InvalidOperationException(message);
    }

    private sealed class Last : ITrainingCallback
    {
        public bool IsTold { get; private set; }

        public void OnFitEnd(Svi svi, FitResult? result) => IsTold = true;
    }
}
