using Ppl.Contracts;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Callbacks enter the stages of the loop, in their order.</summary>
public sealed class StageTests
{
    [Fact]
    public void The_stages_come_in_their_order()
    {
        using var run = new Run();
        using var heldOut = Data.Dataset.From(Ppca.Data(20, seed: 9));
        var stages = new Stages();
        run.Svi.Fit(run.Data, 2, batchSize: 25, heldOut, new FitOptions { Callbacks = [stages], HeldOutEverySteps = 3 });
        string[] step = ["begin", "gradient", "end"];
        string[] first = [.. step, .. step, "held out 2/0", "epoch"];
        string[] second = [.. step, "held out 3/1", .. step, "held out 4/0", "epoch"];
        Assert.Equal(["fit", .. first, .. second, "done"], stages.Seen);
    }

    [Fact]
    public void A_gradient_that_a_callback_changes_is_the_one_applied()
    {
        using var run = new Run(optimizer: p => optim.SGD(p, 1));
        run.Guide.Prepare(run.Guide.Batch(run.Values));
        var before = run.Parameters();
        run.Svi.Fit(run.Data, 1, 16, options: new FitOptions { Callbacks = [new Fill(0)] });
        Assert.Equal(before, run.Parameters());
        Assert.Equal(0, run.Svi.GradientNorm);
        run.Svi.Fit(run.Data, 1, 50, options: new FitOptions { Callbacks = [new Fill(0.5)] });
        Assert.All(before.Zip(run.Parameters()), p => Assert.Equal(p.First - 0.5, p.Second, 1e-12));
    }

    [Fact]
    public void A_gradient_that_a_callback_breaks_is_refused()
    {
        using var run = new Run();
        run.Guide.Prepare(run.Guide.Batch(run.Values));
        var before = run.Parameters();
        var options = new FitOptions { Callbacks = [new Fill(double.NaN)] };
        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Fit(run.Data, 1, 16, options: options));
        Assert.Contains("a callback changed it", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Parameters());
    }

    [Fact]
    public void Draws_in_a_callback_change_no_step()
    {
        using var with = new Run();
        using var without = new Run();
        with.Fit(2, new FitOptions { Callbacks = [new Draws()] });
        without.Fit(2);
        Assert.Equal(without.Parameters(), with.Parameters());
    }

    [Fact]
    public void A_callback_ends_the_fit_by_asking()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.ckpt");
        using var run = new Run();
        var result = run.Fit(5, new FitOptions { Callbacks = [new StopAt(6)], Checkpoint = path });
        Assert.Equal(FitEnd.Stopped, result.End);
        Assert.Equal("enough", result.Reason);
        Assert.False(result.Interrupted);
        Assert.Equal(6, run.Svi.Steps);
        Assert.Equal(path, result.Checkpoint);
        Assert.Contains($"stopped after step 6 (epoch 2, batch 2): enough; checkpoint {path}", run.Recorder.Messages);

        // What is left of the epoch is done by the next fit.
        using var whole = new Run();
        whole.Fit(3);
        run.Fit(2);
        Assert.Equal(whole.Parameters(), run.Parameters());
        Assert.Throws<PplArgumentException>(() => run.Svi.RequestStop("no fit is running"));
    }

    [Fact]
    public void A_fit_that_breaks_tells_its_callbacks_that_it_is_over()
    {
        using var run = new Run();
        var stages = new Stages();
        Assert.Throws<InvalidOperationException>(() => run.Fit(1, new FitOptions { Callbacks = [stages, new Break()] }));
        Assert.Equal(["fit", "begin", "gradient", "end", "broken"], stages.Seen);
        run.Fit(1);
    }

    /// <summary>Files are closed there: one that fails keeps no other one from it.</summary>
    [Fact]
    public void Every_callback_is_told_that_the_fit_is_over_also_after_one_that_throws()
    {
        using var run = new Run();
        var stages = new Stages();
        Assert.Throws<InvalidOperationException>(() => run.Fit(1, new FitOptions { Callbacks = [new BreakAtEnd(), stages] }));
        Assert.Equal("done", stages.Seen[^1]);
        Assert.Throws<InvalidOperationException>(() => run.Fit(1, new FitOptions { Callbacks = [stages, new BreakState()] }));
        Assert.Equal("done", stages.Seen[^1]);
        Assert.Equal(2, stages.Seen.Count(seen => seen == "done"));
    }

    [Fact]
    public void A_step_reports_its_gradients_norm_and_its_rate()
    {
        var settings = new SviSettings { Schedule = o => optim.lr_scheduler.StepLR(o, 1, 0.5), ScheduleUnit = ScheduleUnit.Step };
        using var run = new Run(settings: settings);
        run.Fit(1);
        Assert.Equal([1e-3, 5e-4, 2.5e-4, 1.25e-4], run.Recorder.Steps.Select(s => s.LearningRate));
        Assert.All(run.Recorder.Steps, s => Assert.True(s.GradientNorm > 0));
        Assert.Equal(run.Svi.GradientNorm, run.Recorder.Steps[^1].GradientNorm);
    }

    private sealed class Stages : ITrainingCallback
    {
        public List<string> Seen { get; } = [];

        public void OnFitBegin(Svi svi, FitReport fit) => Seen.Add("fit");

        public void OnStepBegin(Svi svi, Batch batch) => Seen.Add("begin");

        public void OnGradient(Svi svi, ObjectiveResult result) => Seen.Add("gradient");

        public void OnStepEnd(Svi svi, StepReport step) => Seen.Add("end");

        public void OnHeldOut(Svi svi, HeldOutReport report) => Seen.Add($"held out {report.Step}/{report.Batch}");

        public void OnEpochEnd(Svi svi, EpochReport epoch) => Seen.Add("epoch");

        public void OnFitEnd(Svi svi, FitResult? result) => Seen.Add(result is null ? "broken" : "done");
    }

    private sealed class Fill(double value) : ITrainingCallback
    {
        public void OnGradient(Svi svi, ObjectiveResult result)
        {
            foreach (var p in svi.Model.parameters().Concat(svi.Guide.parameters())) p.grad!.fill_(value);
        }
    }

    private sealed class Draws : ITrainingCallback
    {
        public void OnStepBegin(Svi svi, Batch batch) => randn(3).Dispose();

        public void OnGradient(Svi svi, ObjectiveResult result) => randn(3).Dispose();

        public void OnStepEnd(Svi svi, StepReport step) => randn(3).Dispose();
    }

    private sealed class StopAt(long step) : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport report)
        {
            if (report.Step == step) svi.RequestStop("enough");
        }
    }

    private sealed class Break : ITrainingCallback
    {
        public void OnStepEnd(Svi svi, StepReport step) => throw new InvalidOperationException("broken");
    }

    private sealed class BreakAtEnd : ITrainingCallback
    {
        public void OnFitEnd(Svi svi, FitResult? result) => throw new InvalidOperationException("broken");
    }

    private sealed class BreakState : ITrainingCallback, ICheckpointedState
    {
        public string StateName => "broken";

        public System.Text.Json.JsonElement SaveState() => throw new InvalidOperationException("broken");

        public void LoadState(System.Text.Json.JsonElement? state)
        {
        }
    }
}
