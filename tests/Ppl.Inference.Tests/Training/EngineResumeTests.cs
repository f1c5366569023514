using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>What a run is made of besides weights comes back from a checkpoint: resumed equals uninterrupted, to the bit.</summary>
public sealed class EngineResumeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string, Func<IEnumerable<Parameter>, optim.Optimizer>> Optimizers => new()
    {
        { "SGD", p => optim.SGD(p, 1e-2) },
        { "SGD, momentum", p => optim.SGD(p, 1e-2, momentum: 0.9, dampening: 0.1, weight_decay: 0.01) },
        { "SGD, Nesterov", p => optim.SGD(p, 1e-2, momentum: 0.9, nesterov: true) },
        { "AdaGrad", p => optim.Adagrad(p, 1e-2, lr_decay: 0.1, initial_accumulator_value: 0.1) },
        { "RMSProp", p => optim.RMSProp(p, 1e-3, alpha: 0.9, momentum: 0.5, centered: true) },
        { "Adam", p => optim.Adam(p, 1e-3, beta1: 0.8, amsgrad: true) },
        { "AdamW", p => optim.AdamW(p, 1e-3, weight_decay: 0.1) },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_goes_on_where_it_stood(string name, Func<IEnumerable<Parameter>, optim.Optimizer> make)
    {
        Run New() => new(optimizer: make, settings: new SviSettings
        {
            Schedule = o => optim.lr_scheduler.StepLR(o, 2, 0.7),
            ScheduleUnit = ScheduleUnit.Step,
        });
        Same(name, New, 7, new FitOptions());
    }

    /// <summary>Groups, phases in mid-cycle, what is frozen, a step of several batches, an average: everything at once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void Everything_at_once_goes_on_where_it_stood(int stopAfter)
    {
        Run New(WeightAverage average)
        {
            var run = new Run(settings: new SviSettings
            {
                Groups =
                [
                    new("decoder", "model.decoder.*") { Optimizer = p => optim.SGD(p, 1e-2, momentum: 0.9), Clip = GradientClip.ByNorm(1) },
                    new("noise", "model.logNoise")
                    {
                        Optimizer = p => optim.RMSProp(p, 1e-3),
                        Schedule = o => optim.lr_scheduler.ExponentialLR(o, 0.5),
                    },
                ],
                Phases = [new("E", 2, "guide.*"), new("M", 3, "model.*") { Objective = Objective.Iwae(3) }],
                Average = average,
                Clip = GradientClip.ByNorm(10),
            });
            run.Svi.Freeze("model.logNoise", steps: 4);
            return run;
        }

        var options = new FitOptions { BatchesPerStep = 3 };
        Same("exponential", () => New(WeightAverage.Exponential(0.7)), stopAfter, options);
        Same("mean", () => New(WeightAverage.Uniform(from: 2, every: 2)), stopAfter, options);
    }

    [Fact]
    public void Other_groups_than_the_checkpoints_are_refused()
    {
        using (var run = new Run(settings: new SviSettings { Groups = [new("a", "model.*")] }))
        {
            run.Fit(1);
            run.Svi.Save(folder.File("groups.ckpt"));
        }

        using var other = new Run();
        var before = Assert.Throws<Checkpoints.CheckpointException>(() => other.Svi.Restore(folder.File("groups.ckpt")));
        Assert.Matches("^its optimizer is a: Adam of 3, rest: Adam of [0-9]+, that of this run Adam$", before.Problem);
        using var smaller = new Run(settings: new SviSettings { Groups = [new("a", "model.decoder.*")] });
        Assert.Contains(
            "that of this run a: Adam of 2, rest: Adam of ",
            Assert.Throws<Checkpoints.CheckpointException>(() => smaller.Svi.Restore(folder.File("groups.ckpt"))).Problem,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_average_of_another_kind_begins_anew_and_says_so()
    {
        using (var run = new Run(settings: new SviSettings { Average = WeightAverage.Exponential(0.5) }))
        {
            run.Fit(1);
            run.Svi.Save(folder.File("average.ckpt"));
        }

        using var mean = new Run(settings: new SviSettings { Average = WeightAverage.Uniform(1) });
        mean.Svi.Restore(folder.File("average.ckpt"));
        Assert.Equal("average of weights: exponential, decay 0.5 (checkpoint) -> mean from step 1, every 1, begins anew", mean.Recorder.Messages[^1]);
        using (mean.Svi.UseAverage())
        {
            Assert.Throws<PplArgumentException>(() => mean.Fit(1));
        }

        using var none = new Run();
        none.Svi.Restore(folder.File("average.ckpt"));
        Assert.Equal("average of weights: exponential, decay 0.5 (checkpoint) -> none", none.Recorder.Messages[^1]);
        none.Svi.Save(folder.File("none.ckpt"));
        using var begun = new Run(settings: new SviSettings { Average = WeightAverage.Uniform(1) });
        begun.Svi.Restore(folder.File("none.ckpt"));
        Assert.Equal("average of weights: none (checkpoint) -> mean from step 1, every 1, begins anew", begun.Recorder.Messages[^1]);
    }

    [Fact]
    public void An_average_that_is_not_there_is_refused()
    {
        var file = folder.File("forged.ckpt");
        SviSettings settings = new() { Average = WeightAverage.Exponential(0.5) };
        using (var run = new Run(settings: settings))
        {
            run.Fit(1);
            run.Svi.Save(file);
        }

        Forge.Change(file, parts => parts.Remove("average.bin"));
        using var other = new Run(settings: settings);
        var before = other.Parameters();
        Assert.Equal(
            "part 'average.bin' is missing", Assert.Throws<Checkpoints.CheckpointException>(() => other.Svi.Restore(file)).Problem);
        Assert.Equal(before, other.Parameters());
    }

    private void Same(string name, Func<Run> make, int stopAfter, FitOptions options)
    {
        using var whole = make();
        whole.Fit(6, options);
        Assert.True(whole.Svi.Steps > stopAfter + 2, $"{whole.Svi.Steps}");
        var file = folder.File("run.ckpt");
        using (var broken = make())
        {
            broken.Fit(6, options with { MaxSteps = stopAfter, Checkpoint = file });
            Assert.Equal(stopAfter, broken.Svi.Steps);
        }

        using var resumed = make();
        EndToEnd.Ppca.Disturb(resumed.Model, 1);
        resumed.Svi.Restore(file);
        resumed.Fit(6 - resumed.Svi.Epochs, options);
        Assert.Equal(whole.Parameters(), resumed.Parameters());
        Assert.True(
            whole.Recorder.Steps.Skip(stopAfter).Select(Numbers).SequenceEqual(resumed.Recorder.Steps.Select(Numbers)), $"{name}: other steps");
        Assert.Equal(whole.Svi.Evaluate(whole.Data).Bound, resumed.Svi.Evaluate(resumed.Data).Bound);
    }

    private static (double, double, double, string?) Numbers(StepReport step) => (step.Bound, step.GradientNorm, step.LearningRate, step.Phase);
}
