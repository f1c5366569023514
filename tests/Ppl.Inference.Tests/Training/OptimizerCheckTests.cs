using Ppl.Inference.Tests.EndToEnd;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Training;

/// <summary>An optimizer, or a schedule, that would not train what the user thinks is refused when it is made.</summary>
public sealed class OptimizerCheckTests
{
    [Fact]
    public void An_optimizer_without_parameters_is_refused()
    {
        using var run = new Run(optimizer: _ => optim.Adam(Array.Empty<Parameter>(), 1e-3));
        Assert.Equal(
            "the optimizer Adam has no parameter that is trained: pass on those that it is given, or some of them.",
            Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message);
        Assert.Equal(0, run.Svi.Steps);
    }

    [Fact]
    public void A_parameter_of_neither_the_model_nor_the_guide_is_refused()
    {
        using var run = new Run(optimizer: p => optim.Adam([.. p, new Parameter(zeros(3, 2))], 1e-3));
        Assert.Equal(
            "the optimizer Adam has a parameter of shape (3, 2), Float32, of neither LinearGaussian nor its guide: pass on those that it is given, "
            + "or some of them.",
            Assert.Throws<PplArgumentException>(() => run.Fit(1)).Message);
        using var freed = new Run(optimizer: p =>
        {
            var own = new Parameter(zeros(3));
            own.Dispose();
            return new Holder([.. p, own]);
        });
        Assert.StartsWith("the optimizer Holder has a parameter that has been disposed of", Refusal(freed), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_would_be_updated_twice_is_refused()
    {
        using var run = new Run(optimizer: p => new Holder([.. p, .. p]));
        Assert.Equal("the optimizer Holder has the parameter 'logNoise' of the model twice: each step would update it twice.", Refusal(run));
    }

    /// <summary>On purpose: what is left out keeps its values, and its gradient is nobody's concern.</summary>
    [Fact]
    public void An_optimizer_of_some_parameters_trains_and_checks_just_those()
    {
        LinearGaussian? model = null;
        using var run = new Run(optimizer: _ => optim.Adam(model!.Decoder.parameters(), 1e-3));
        model = run.Model;
        var spoiled = new BreakGradient(model);
        using var noise = model.LogNoise.detach().clone();
        using var weight = model.Decoder.weight!.detach().clone();
        run.Fit(1, new FitOptions { Callbacks = [spoiled] });
        Assert.True(noise.allclose(model.LogNoise));
        Assert.False(weight.allclose(model.Decoder.weight!));
        var (step, numbers) = (run.Recorder.Steps[^1].GradientNorm, model.Decoder.parameters().Sum(p => p.grad!.square().sum().ToDouble()));
        Assert.Equal(Math.Sqrt(numbers), step, 10);
    }

    /// <summary>What is left out is neither counted nor missed when parameters move.</summary>
    [Fact]
    public void Parameters_that_are_left_out_do_not_count()
    {
        LinearGaussian? model = null;
        using var run = new Run(optimizer: _ => optim.Adam(model!.Decoder.parameters(), 1e-3));
        model = run.Model;
        var count = new Count();
        run.Fit(1, new FitOptions { Callbacks = [count] });
        Assert.Equal(2 * 5 + 5, count.Parameters);
        run.Model.to(ScalarType.Float32);
        run.Guide.to(ScalarType.Float32);
        using var values = run.Values.to(ScalarType.Float32);
        run.Svi.Step(values);
        Assert.Equal("parameters were replaced after step 4: Adam state kept for 2 of 2 parameters", run.Recorder.Messages[^1]);
    }

    [Fact]
    public void A_factory_that_returns_nothing_or_the_same_again_is_refused()
    {
        using var nothing = new Run(optimizer: _ => null!);
        Assert.Equal("the optimizer is null: the function given to Svi must make one.", Refusal(nothing));

        optim.Optimizer? shared = null;
        using var run = new Run(optimizer: p => shared ??= optim.Adam(p));
        run.Fit(1);
        var before = run.Parameters();
        const string Again = "the optimizer Adam is in use already, or was: the function given to Svi must make a new one at each call.";
        Assert.Equal(Again, Assert.Throws<PplArgumentException>(() => run.Svi.SwitchObjective(Objective.Iwae(2), resetOptimizer: true)).Message);
        using var other = new Svi(run.Model, run.Guide, Objective.Elbo(), _ => shared!, new SviSettings { Reporter = ITrainingReporter.Quiet });
        Assert.Equal(Again, Assert.Throws<PplArgumentException>(() => other.Step(run.Values)).Message);
        Assert.Equal(before, run.Parameters());

        // Nothing is lost.
        Assert.Equal("ELBO", run.Svi.Objective.Name);
        run.Fit(1);
        Assert.Equal(8, run.Svi.Steps);
    }

    [Fact]
    public void A_schedule_of_another_optimizer_or_none_is_refused()
    {
        using var nothing = new Run(settings: new SviSettings { Schedule = _ => null! });
        Assert.Equal("settings.Schedule made null: leave it out where the rate is to stay.", Refusal(nothing));
        using var foreign = new Parameter(zeros(2));
        using var other = optim.Adam([foreign], 1e-3);
        const string Other = "settings.Schedule made a schedule of another optimizer: make it of the one that is given, in each call anew.";
        using var run = new Run(settings: new SviSettings { Schedule = _ => optim.lr_scheduler.StepLR(other, 1, 0.5) });
        Assert.Equal(Other, Refusal(run));
        using var chained = new Run(settings: new SviSettings
        {
            Schedule = o => optim.lr_scheduler.ChainedLR([optim.lr_scheduler.StepLR(o, 1, 0.5), optim.lr_scheduler.StepLR(other, 1, 0.5)]),
        });
        Assert.Equal(Other, Refusal(chained));
        using var sound = new Run(settings: new SviSettings
        {
            Schedule = o => optim.lr_scheduler.ChainedLR([optim.lr_scheduler.StepLR(o, 1, 0.5), optim.lr_scheduler.StepLR(o, 1, 0.5)]),
        });
        sound.Fit(1);
        Assert.Equal(2.5e-4, sound.Svi.LearningRate!.Value, 12);
    }

    public static TheoryData<string, string, double, Func<IEnumerable<Parameter>, double, optim.Optimizer>> Settings => new()
    {
        { "Adam", "beta1", double.NaN, (p, x) => optim.Adam(p, 1e-3, beta1: x) },
        { "Adam", "beta1", 1, (p, x) => optim.Adam(p, 1e-3, beta1: x) },
        { "Adam", "beta2", -0.5, (p, x) => optim.Adam(p, 1e-3, beta2: x) },
        { "Adam", "eps", double.NaN, (p, x) => optim.Adam(p, 1e-3, eps: x) },
        { "Adam", "weight_decay", double.PositiveInfinity, (p, x) => optim.Adam(p, 1e-3, weight_decay: x) },
        { "AdamW", "weight_decay", -1, (p, x) => optim.AdamW(p, 1e-3, weight_decay: x) },
        { "SGD", "momentum", double.NaN, (p, x) => optim.SGD(p, 1e-3, momentum: x) },
        { "SGD", "dampening", double.PositiveInfinity, (p, x) => optim.SGD(p, 1e-3, dampening: x) },
        { "RMSProp", "alpha", 1.5, (p, x) => optim.RMSProp(p, 1e-3, alpha: x) },
        { "Adadelta", "rho", 2, (p, x) => optim.Adadelta(p, 1e-3, rho: x) },
        { "Adagrad", "initial_accumulator_value", -1, (p, x) => optim.Adagrad(p, 1e-3, initial_accumulator_value: x) },
        { "Rprop", "etaminus", 1.5, (p, x) => optim.Rprop(p, 1e-3, etaminus: x) },
        { "Rprop", "etaplus", 0.5, (p, x) => optim.Rprop(p, 1e-3, etaplus: x) },
        { "NAdam", "momentum_decay", -1, (p, x) => optim.NAdam(p, 1e-3, momentum_decay: x) },
        { "ASGD", "lambd", double.NaN, (p, x) => optim.ASGD(p, 1e-3, lambd: x) },
    };

    /// <summary>TorchSharp refuses some by itself; its sentence has the value too.</summary>
    [Theory]
    [MemberData(nameof(Settings))]
    public void A_setting_outside_its_domain_is_refused_before_the_first_step(
        string optimizer, string name, double value, Func<IEnumerable<Parameter>, double, optim.Optimizer> make)
    {
        using var run = new Run(optimizer: p => make(p, value));
        run.Guide.Prepare(run.Guide.Batch(run.Values));
        var before = run.Parameters();
        var text = value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var message = Refusal(run);
        var ours = $"was made with {name} = {text} for group 0 of {optimizer}; it must be .+";
        Assert.Matches($"^the optimizer ({ours}|cannot be made: .*{text}.*)$", message);
        Assert.Equal(before, run.Parameters());
    }

    [Fact]
    public void Settings_at_the_ends_of_their_domains_are_taken()
    {
        Func<IEnumerable<Parameter>, optim.Optimizer>[] makers =
        [
            p => optim.Adam(p, 1e-3, beta1: 0, beta2: 0, weight_decay: 0),
            p => optim.SGD(p, 1e-5, momentum: 0.9, dampening: -0.5),
            p => optim.RMSProp(p),
            p => optim.Rprop(p),
            p => optim.ASGD(p, 1e-5),
            p => optim.Adagrad(p),
            p => optim.Adadelta(p),
            p => optim.Adamax(p),
            p => optim.NAdam(p),
            p => optim.RAdam(p),
            p => optim.AdamW(p),
        ];
        foreach (var make in makers)
        {
            using var run = new Run(optimizer: make);
            run.Fit(1);
        }
    }

    private static string Refusal(Run run) => Assert.Throws<PplArgumentException>(() => run.Svi.Step(run.Values)).Message;

    private sealed class BreakGradient(LinearGaussian model) : ITrainingCallback
    {
        public void OnGradient(Svi svi, ObjectiveResult result) => model.LogNoise.grad!.fill_(double.NaN);
    }

    private sealed class Count : ITrainingCallback
    {
        public long Parameters { get; private set; }

        public void OnFitBegin(Svi svi, FitReport fit) => Parameters = fit.Parameters;
    }

    /// <summary>Says that it holds some parameters, whatever Adam thinks of them.</summary>
    private sealed class Holder(IReadOnlyList<Parameter> held) : Adam([held[0]], 1e-3)
    {
        public override IEnumerable<Parameter> parameters() => held;
    }
}
