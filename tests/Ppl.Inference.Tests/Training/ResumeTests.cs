using System.Text.Json;
using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Every option at once: a run that was interrupted and resumed is the uninterrupted one, bit for bit.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dataset heldOut = Dataset.From(Ppca.Data(20, seed: 9));

    public void Dispose()
    {
        (heldOut as IDisposable)?.Dispose();
        folder.Dispose();
    }

    /// <summary>In the middle of an epoch, at its end, right at an evaluation within it, and shortly before early stopping.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(25)]
    public void An_interrupted_run_goes_on_as_if_nothing_had_been(int stopAfter)
    {
        using var whole = Make();
        var expected = Fit(whole, "whole", 40);
        Assert.Equal(FitEnd.Stopped, expected.End);
        Assert.True(whole.Svi.Steps > 25, $"{whole.Svi.Steps}");

        using (var broken = Make(stopAfter))
        {
            Assert.True(Fit(broken, "broken", 40).Interrupted);
            Assert.Equal(stopAfter, broken.Svi.Steps);
        }

        // Another process: other initial weights, callbacks that have seen nothing.
        using var resumed = Make();
        Ppca.Disturb(resumed.Model, 1);
        resumed.Svi.Restore(folder.File("broken.ckpt"));
        var found = Fit(resumed, "broken", 40 - resumed.Svi.Epochs);
        Same(whole, resumed, expected, found);
        Assert.Equal(
            whole.Recorder.Steps.Skip(stopAfter).Select(s => (s.Bound, s.GradientNorm)),
            resumed.Recorder.Steps.Select(s => (s.Bound, s.GradientNorm)));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(11)]
    public void The_next_fit_of_an_interrupted_engine_does_so_too(int stopAfter)
    {
        using var whole = Make();
        var expected = Fit(whole, "whole", 40);
        using var broken = Make(stopAfter);
        Fit(broken, "broken", 40);
        using var second = new CancellationTokenSource();
        var found = Fit(broken, "broken", 40 - broken.Svi.Epochs, second.Token);
        Same(whole, broken, expected, found);
    }

    [Fact]
    public void State_of_ones_own_comes_back()
    {
        using var first = new Run();
        first.Fit(1, new FitOptions { Callbacks = [new Counter()], Checkpoint = folder.File("run.ckpt") });
        using var resumed = new Run();
        resumed.Svi.Restore(folder.File("run.ckpt"));
        var counter = new Counter();
        resumed.Fit(1, new FitOptions { Callbacks = [counter] });
        Assert.Equal(8, counter.Count);

        // Nothing is known in another run.
        using var other = new Run();
        other.Fit(1, new FitOptions { Callbacks = [counter] });
        Assert.Equal(4, counter.Count);
    }

    /// <summary>The engine keeps the highest bound beside the states of callbacks, whatever these are named.</summary>
    [Theory]
    [InlineData("best held-out bound")]
    [InlineData("HighestBound")]
    public void A_callback_may_have_any_name(string name)
    {
        // With a rate of 0 nothing rises above the first evaluation.
        using var first = new Run(optimizer: p => optim.Adam(p, lr: 0));
        var options = new FitOptions { Callbacks = [new Counter { StateName = name }], Checkpoint = folder.File("run.ckpt") };
        var best = first.Svi.Fit(first.Data, 2, 16, heldOut, options).Best;
        Assert.Equal(4, best!.Step);
        using var resumed = new Run(optimizer: p => optim.Adam(p, lr: 0));
        resumed.Svi.Restore(folder.File("run.ckpt"));
        var counter = new Counter { StateName = name };
        Assert.Equal(best, resumed.Svi.Fit(resumed.Data, 1, 16, heldOut, options with { Callbacks = [counter] }).Best);
        Assert.Equal(12, counter.Count);
    }

    /// <summary>JSON has no such number.</summary>
    [Fact]
    public void A_highest_bound_that_is_infinite_is_saved_and_comes_back()
    {
        var best = new BestBound(double.PositiveInfinity, 4, 1, null);
        var json = JsonSerializer.Serialize(new HighestBoundState("ELBO", best, 2));
        Assert.Equal(best, JsonSerializer.Deserialize<HighestBoundState>(json)!.Best);
    }

    [Fact]
    public void All_options_leave_no_tensors_behind()
    {
        using var run = Make();
        using var model = new Normalized();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet, Clip = GradientClip.ByNorm(1) });
        Fit(svi, run.Data, "live", 1);
        var before = LiveTensors.Count;
        Fit(svi, run.Data, "live", 5);
        Assert.Equal(before, LiveTensors.Count);
    }

    private static Run Make(int stopAfter = int.MaxValue) => new(
        Objective.Iwae(3),
        settings: new SviSettings
        {
            Clip = GradientClip.ByNorm(2),
            Schedule = o => optim.lr_scheduler.LambdaLR(o, step => step < 16 ? 20 : 2000),
            ScheduleUnit = ScheduleUnit.Step,
        },
        recorder: new Recorder { StopAfter = stopAfter });

    private FitResult Fit(Run run, string name, int epochs, CancellationToken? token = null)
    {
        using var seed = manual_seed(43);
        return Fit(run.Svi, run.Data, name, epochs, [run.Recorder], token ?? run.Recorder.Stop.Token);
    }

    private FitResult Fit(Svi svi, Dataset data, string name, int epochs, ITrainingCallback[]? more = null, CancellationToken token = default) =>
        svi.Fit(data, epochs, 16, heldOut, new FitOptions
        {
            Checkpoint = folder.File($"{name}.ckpt"),
            BestCheckpoint = folder.File($"{name}.best.ckpt"),
            HeldOutEverySteps = 3,
            DropLast = true,
            Callbacks =
            [
                new EarlyStopping(patience: 6, minDelta: 0.001),
                new CsvLog(folder.File($"{name}.csv"), everySteps: 2),
                new JsonLinesLog(folder.File($"{name}.jsonl"), everySteps: 2),
                .. more ?? [],
            ],
            Cancellation = token,
        });

    private void Same(Run whole, Run other, FitResult expected, FitResult found)
    {
        Assert.Equal(whole.Parameters(), other.Parameters());
        Assert.Equal((whole.Svi.Steps, whole.Svi.Epochs, whole.Svi.LearningRate), (other.Svi.Steps, other.Svi.Epochs, other.Svi.LearningRate));
        Assert.Equal((expected.End, expected.Reason), (found.End, found.Reason));
        Assert.Equal(expected.Best! with { Checkpoint = "" }, found.Best! with { Checkpoint = "" });
        Assert.Equal(Numbers("whole.csv"), Numbers("broken.csv"));
        Assert.Equal(File.ReadAllLines(folder.File("whole.jsonl")).Length, File.ReadAllLines(folder.File("broken.jsonl")).Length);

        // The best checkpoints are of the same step and weights.
        using var one = Make();
        using var two = Make();
        one.Svi.Restore(folder.File("whole.best.ckpt"));
        two.Svi.Restore(folder.File("broken.best.ckpt"));
        Assert.Equal(one.Parameters(), two.Parameters());
        Assert.Equal(expected.Best!.Step, two.Svi.Steps);
    }

    private List<string> Numbers(string name) => [.. File.ReadAllLines(folder.File(name)).Select(line => line[..line.LastIndexOf(',')])];

    private sealed class Counter : ITrainingCallback, ICheckpointedState
    {
        public int Count { get; private set; }

        public string StateName { get; init; } = "steps counted";

        public JsonElement SaveState() => JsonSerializer.SerializeToElement(Count);

        public void LoadState(JsonElement? state) => Count = state?.GetInt32() ?? 0;

        public void OnStepEnd(Svi svi, StepReport step) => Count++;
    }
}
