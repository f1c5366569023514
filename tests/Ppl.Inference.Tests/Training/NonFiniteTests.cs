using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>Numbers that are not finite never reach the weights or a checkpoint.</summary>
public sealed class NonFiniteTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Tensor values = Ppca.Data(50);

    public void Dispose()
    {
        values.Dispose();
        folder.Dispose();
    }

    public static TheoryData<Objective> Objectives =>
    [
        Objective.Elbo(),
        Objective.Elbo(3),
        Objective.Elbo(gradient: GradientForm.StickingTheLanding),
        Objective.Iwae(3),
        Objective.Iwae(3, GradientForm.DoublyReparameterized),
    ];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void An_infinite_gradient_of_a_finite_bound_is_not_applied_and_is_named(Objective objective)
    {
        using var model = new RootAtZero();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, objective, settings: Quiet);
        guide.Prepare(guide.Batch([values]));
        var before = Parameters(model, guide);
        var fault = Assert.Throws<NonFiniteException>(() => svi.Step(values));
        Assert.Equal("x", fault.Site);
        Assert.Contains("step 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'spread' of the model", fault.Message, StringComparison.Ordinal);
        Assert.Contains("gradient", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Parameters(model, guide));
        Assert.Equal(0, svi.Steps);

        // Nothing is lost: with the fault mended the same engine goes on.
        using (no_grad())
        {
            model.Spread.fill_(0.1);
        }

        Assert.True(double.IsFinite(svi.Step(values).Bound));
    }

    [Fact]
    public void Weights_that_the_last_update_broke_are_found_before_the_checkpoint_is_overwritten()
    {
        var path = folder.File("run.ckpt");
        var rate = new Rate { Value = 1e-3 };
        using var run = new Run(optimizer: p => rate.Make(p));
        run.Svi.Fit(run.Data, 1, batchSize: 50, options: new FitOptions { Checkpoint = path });
        var good = File.ReadAllBytes(path);
        rate.Set(double.MaxValue);
        var fault = Assert.Throws<NonFiniteException>(
            () => run.Svi.Fit(run.Data, 1, batchSize: 50, options: new FitOptions { Checkpoint = path }));
        Assert.Contains("of the model", fault.Message, StringComparison.Ordinal);
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    [Fact]
    public void Save_refuses_weights_that_are_not_finite()
    {
        var path = folder.File("run.ckpt");
        using var run = new Run();
        run.Fit(1, new FitOptions { Checkpoint = path });
        var good = File.ReadAllBytes(path);
        using (no_grad())
        {
            run.Model.Decoder.bias![3] = double.NaN;
        }

        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Save(path));
        Assert.Contains("'decoder.bias' of the model", fault.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_fit_does_not_end_with_weights_that_its_last_update_broke()
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: double.MaxValue));
        Assert.Throws<NonFiniteException>(() => run.Svi.Fit(run.Data, 1, batchSize: 50));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e-3)]
    public void A_rate_that_is_no_rate_is_refused_when_the_optimizer_is_made(double rate)
    {
        using var run = new Run(optimizer: p => optim.Adam(p, lr: rate));
        var fault = Assert.Throws<PplArgumentException>(() => run.Fit(1));
        Assert.Contains("learning rate", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, run.Svi.Steps);
    }

    [Theory]
    [InlineData(double.NaN, ScheduleUnit.Step)]
    [InlineData(double.PositiveInfinity, ScheduleUnit.Step)]
    [InlineData(-1, ScheduleUnit.Epoch)]
    public void A_rate_that_is_no_rate_is_refused_when_a_schedule_sets_it(double factor, ScheduleUnit unit)
    {
        var settings = new SviSettings { Schedule = o => optim.lr_scheduler.LambdaLR(o, times => times < 2 ? 1 : factor), ScheduleUnit = unit };
        using var run = new Run(settings: settings);
        var fault = Assert.Throws<PplArgumentException>(() => run.Fit(5));
        Assert.Contains("schedule", fault.Message, StringComparison.Ordinal);
        Assert.All(run.Parameters(), p => Assert.True(double.IsFinite(p)));
        Assert.Equal(1e-3, run.Svi.LearningRate);
    }

    /// <summary>The step is made when the schedule's next rate is known to be none: the next fit goes on behind it, with the rows to come.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_schedule_that_breaks_after_a_step_loses_no_place(int at)
    {
        var (expected, found) = (new Rows(), new Rows());
        using var whole = new Run();
        whole.Fit(2, new FitOptions { Callbacks = [expected] });
        var settings = new SviSettings
        {
            Schedule = o => optim.lr_scheduler.LambdaLR(o, times => times == at ? double.NaN : 1),
            ScheduleUnit = ScheduleUnit.Step,
        };
        using var broken = new Run(settings: settings);
        var fault = Assert.Throws<PplArgumentException>(() => broken.Fit(2, new FitOptions { Callbacks = [found] }));
        Assert.StartsWith($"after step {at} the schedule set", fault.Message, StringComparison.Ordinal);
        broken.Fit(2 - broken.Svi.Epochs, new FitOptions { Callbacks = [found] });
        Assert.Equal(expected.Seen, found.Seen);
        Assert.Equal(whole.Parameters(), broken.Parameters());
        Assert.Equal(whole.Recorder.Shown.Select(e => e.Training.Bound), broken.Recorder.Shown.Select(e => e.Training.Bound));
    }

    [Fact]
    public void A_rate_that_a_callback_breaks_is_refused_before_the_update()
    {
        var rate = new Rate { Value = 1e-3 };
        using var run = new Run(optimizer: p => rate.Make(p));
        run.Fit(1);
        var before = run.Parameters();
        rate.Set(double.NaN);
        Assert.Contains("learning rate", Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message, StringComparison.Ordinal);
        Assert.Equal(before, run.Parameters());
    }

    /// <summary>The values of each batch that a step is made of.</summary>
    private sealed class Rows : ITrainingCallback
    {
        public List<double[]> Seen { get; } = [];

        public void OnStepBegin(Svi svi, Contracts.Batch batch) => Seen.Add(batch["x"].data<double>().ToArray());
    }

    private static SviSettings Quiet => new() { Reporter = ITrainingReporter.Quiet };

    private static double[] Parameters(nn.Module model, nn.Module guide) =>
        [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().data<double>().ToArray())];

    /// <summary>An optimizer whose rate the test keeps a hand on.</summary>
    private sealed class Rate
    {
        private optim.Optimizer? optimizer;

        public required double Value { get; init; }

        public optim.Optimizer Make(IEnumerable<TorchSharp.Modules.Parameter> parameters) => optimizer = optim.Adam(parameters, lr: Value);

        public void Set(double rate)
        {
            foreach (var group in optimizer!.ParamGroups) group.LearningRate = rate;
        }
    }
}
