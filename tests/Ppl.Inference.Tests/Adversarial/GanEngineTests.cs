using Ppl.Data;
using Ppl.Inference.Checkpoints;
using Ppl.Inference.Tests.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>What the engine does with an objective's own networks: seeds, checkpoints, groups, refusals, nothing left alive.</summary>
public sealed class GanEngineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Objectives => ["GAN", "WGAN", "WGAN-GP"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Resumed_equals_uninterrupted(string name)
    {
        var whole = Train(name, null, int.MaxValue);
        Assert.Equal(whole, Train(name, null, int.MaxValue));
        Assert.NotEqual(whole, Train(name, null, int.MaxValue, seed: 9));
        foreach (var stop in new[] { 2, 3, 7 })
        {
            var file = folder.File($"{name}{stop}.ckpt");
            Train(name, file, stop);
            Assert.Equal(whole, Train(name, file, int.MaxValue));
        }
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Nothing_is_left_alive(string name)
    {
        using var run = new Setup(name);
        for (var step = 0; step < 6; step++) run.Svi.Step(run.Values);
        var live = LiveTensors.Count;
        for (var step = 0; step < 12; step++) run.Svi.Step(run.Values);
        Assert.Equal(live, LiveTensors.Count);
    }

    /// <summary>A line of noise, and data from N(2, 0.5).</summary>
    [Theory]
    [InlineData("GAN", 1, 0.2)]
    [InlineData("WGAN-GP", 2, 0.5)]
    public void A_generator_learns_where_the_data_are(string name, int criticSteps, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        using var model = new Implicit(latents: 1, size: 1);
        using var critic = Critic.Curved(1);
        using var guide = model.CreateGuide();
        var objective = name == "GAN" ? Objective.Gan(critic, criticSteps) : Objective.WganGp(critic, penalty: 0.1, criticSteps);
        using var svi = new Svi(model, guide, objective, p => optim.Adam(p, 0.02, 0.5, 0.9), new()
        {
            Reporter = ITrainingReporter.Quiet,
            Schedule = optimizer => optim.lr_scheduler.ExponentialLR(optimizer, gamma: 0.998),
            ScheduleUnit = ScheduleUnit.Step,
        });
        var data = (randn(256, 1, dtype: ScalarType.Float64) * 0.5) + 2;
        for (var step = 0; step < 1500; step++) svi.Step(data);
        var draws = Evaluate.PriorSamples(model, 2000).Value;
        Assert.Equal(data.mean().item<double>(), draws.mean().item<double>(), tolerance);
        Assert.Equal(data.std().item<double>(), draws.std().item<double>(), tolerance);
    }

    /// <summary>Phases of the cycle train the critic, then the model, and nothing else.</summary>
    [Fact]
    public void Each_step_trains_its_own_networks()
    {
        using var run = new Setup("GAN", criticSteps: 2);
        run.Svi.Step(run.Values);
        for (var step = 1; step < 7; step++)
        {
            var (model, critic, guide) = (Bits(run.Model), Bits(run.Critic), Bits(run.Guide));
            run.Svi.Step(run.Values);
            Assert.Equal(step % 3 != 2, model.SequenceEqual(Bits(run.Model)));
            Assert.Equal(step % 3 == 2, critic.SequenceEqual(Bits(run.Critic)));
            Assert.Equal(guide, Bits(run.Guide));
        }
    }

    /// <summary>A phase of the model that falls on the critic's steps would train nothing, for good.</summary>
    [Fact]
    public void Phases_beside_its_turns_are_refused()
    {
        SviSettings phases = new() { Phases = [new("model", 1, "model.*"), new("critic", 1, "objective.*")] };
        Assert.Contains("take turns", Assert.Throws<PplArgumentException>(() => new Setup("GAN", settings: phases)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_critic_has_a_group_of_its_own_and_is_measured_on_held_out_data()
    {
        using var run = new Setup("WGAN-GP", settings: new() { Groups = [new("critic", "objective.critic.*") { Optimizer = p => optim.SGD(p, 0) }] });
        var before = Bits(run.Critic);
        var result = run.Fit(2, heldOut: run.Data);
        Assert.Equal(before, Bits(run.Critic));
        Assert.Equal(BoundUnit.PerDatum, result.Last!.HeldOut!.Unit);
        Assert.Empty(result.Last.Training.Parts);
        Assert.Throws<PplArgumentException>(() => new Setup("GAN", settings: new() { Groups = [new("critic", "objective.other.*")] }).Fit(1));
    }

    /// <summary>A game, then the ELBO: the critic leaves, and what the optimizer remembers of the model stays.</summary>
    [Fact]
    public void An_objective_with_networks_may_be_put_in_the_place_of_one_without()
    {
        using var seed = manual_seed(1);
        using var model = new NoisyLine();
        using var guide = model.CreateGuide();
        using var critic = Critic.Line();
        using var data = randn(20, 2, dtype: ScalarType.Float64);
        var recorder = new Recorder();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = recorder });
        svi.Step(data);
        svi.Objective = Objective.Gan(critic);
        Assert.Matches("Adam state kept for 7 of 9 parameters; anew for 'critic.weight' of the objective", recorder.Messages[^2]);
        svi.Step(data);
        svi.Objective = Objective.Elbo();
        svi.Step(data);
        Assert.Equal(3, svi.Steps);
    }

    /// <summary>An average of another critic has nothing of the one before, and is in checkpoints before the next step.</summary>
    [Fact]
    public void The_average_follows_the_networks_of_another_objective()
    {
        using var seed = manual_seed(1);
        using var model = new NoisyLine();
        using var guide = model.CreateGuide();
        using var one = Critic.Line();
        using var two = Critic.Line();
        using (no_grad()) one.weight!.fill_(100);
        using var data = randn(20, 2, dtype: ScalarType.Float64);
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet, Average = WeightAverage.Exponential(0.9) };
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: settings);
        svi.Step(data);
        var (weights, file) = (Bits(two), folder.File("average.ckpt"));
        foreach (var objective in new[] { Objective.Gan(one), Objective.Gan(two), Objective.Elbo() })
        {
            svi.Objective = objective;
            using (svi.UseAverage()) Assert.Equal(weights, Bits(two));
            svi.Save(file);
            using var resumed = new Svi(model, guide, objective, settings: settings);
            resumed.Restore(file);
            svi.Step(data);
            using (svi.UseAverage()) Assert.True(two.weight!.abs().max().item<double>() < 10);
            weights = Bits(two);
        }
    }

    /// <summary>What is frozen stays as it is, beyond the bounds too.</summary>
    [Fact]
    public void A_frozen_critic_is_not_clipped()
    {
        using var run = new Setup("WGAN");
        using (no_grad()) run.Critic.parameters().First().fill_(100);
        var before = Bits(run.Critic);
        run.Svi.Freeze("objective.*");
        for (var step = 0; step < 3; step++) run.Svi.Step(run.Values);
        Assert.Equal(before, Bits(run.Critic));
    }

    [Fact]
    public void Another_critic_than_the_checkpoints_is_refused()
    {
        var file = folder.File("critic.ckpt");
        Train("GAN", file, 2);
        using var other = new Setup("GAN", critic: Critic.Curved());
        var fault = Assert.Throws<CheckpointException>(() => other.Svi.Restore(file));
        Assert.Equal(
            "tensor 0 of its objective is critic.weight [1, 2] Float64, that of this run critic.0.weight [6, 2] Float64", fault.Problem);
        Forge.Change(file, parts => parts.Remove("objective.bin"));
        using var same = new Setup("GAN");
        Assert.Equal("part 'objective.bin' is missing", Assert.Throws<CheckpointException>(() => same.Svi.Restore(file)).Problem);
    }

    [Fact]
    public void What_is_not_finite_is_refused_by_name_and_changes_nothing()
    {
        using var run = new Setup("GAN");
        run.Svi.Step(run.Values);
        using (no_grad()) ((Linear)run.Model.Generator).weight!.mul_(1e308).mul_(1e308);
        var fault = Assert.Throws<NonFiniteException>(() => run.Svi.Step(run.Values));
        Assert.Contains("parameter 'generator.weight' of the model is not finite", fault.Message, StringComparison.Ordinal);
        using var overflow = new Setup("GAN");
        overflow.Svi.Step(overflow.Values);
        using (no_grad())
        {
            ((Linear)overflow.Model.Generator).weight!.fill_(1e200);
            ((Linear)overflow.Critic).weight!.fill_(1e200);
        }

        var before = Bits(overflow.Critic);
        fault = Assert.Throws<NonFiniteException>(() => overflow.Svi.Step(overflow.Values));
        Assert.Contains("the critic's numbers for the draws must be finite", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(overflow.Critic));
    }

    [Fact]
    public void A_critic_that_has_been_disposed_of_is_named()
    {
        using var run = new Setup("GAN");
        run.Svi.Step(run.Values);
        run.Critic.Dispose();
        Assert.StartsWith(
            "the network of the objective has been disposed of", Assert.Throws<ObjectDisposedException>(() => run.Svi.Step(run.Values)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Games_that_mean_nothing_are_refused_by_name()
    {
        using var critic = Critic.Line();
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Gan(critic, criticSteps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Wgan(critic, clip: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.WganGp(critic, penalty: double.NaN));
        Assert.Throws<ArgumentNullException>(() => Objective.Gan(null!));
        Refused("compares one observed site with its draws; TwoImplicit has 2 (x, y): name one by site.", new TwoImplicit(), Objective.Gan(critic));
        Refused("there is no such observed site; TwoImplicit has x, y.", new TwoImplicit(), Objective.Gan(critic, site: "w"));
        Refused("its rows follow from c too, which the critic does not see", new Guided(), Objective.Gan(critic));
        using var model = new Implicit();
        Refused("the critic has a parameter of Implicit", model, Objective.Gan(model.Generator));
        using var normed = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1));
        Refused("the critic has a BatchNorm1d", model, Objective.WganGp(normed));
        using var wide = nn.Linear(2, 3, dtype: ScalarType.Float64);
        using var run = new Setup("GAN", critic: wide);
        Assert.Contains(
            "the critic gives (48, 3) for rows of shape (48, 2)", Assert.Throws<PplShapeException>(() => run.Svi.Step(run.Values)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_without_a_path_are_refused_at_their_site()
    {
        using var model = new Coins();
        using var guide = model.CreateGuide();
        using var critic = Critic.Line(3);
        using var svi = new Svi(model, guide, Objective.Gan(critic), settings: new() { Reporter = ITrainingReporter.Quiet });
        using var data = zeros(4, 3, dtype: ScalarType.Float64);
        svi.Step(data);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(data));
        Assert.StartsWith("x: Bernoulli is not reparameterized, so that no gradient runs along its draw", fault.Message, StringComparison.Ordinal);
    }

    private double[] Train(string name, string? file, int stop, long seed = 0)
    {
        using var run = new Setup(name, seed: seed);
        if (file is not null && File.Exists(file))
        {
            EndToEnd.Ppca.Disturb(run.Critic, 1);
            run.Svi.Restore(file);
        }

        run.Fit(4 - run.Svi.Epochs, options: new() { MaxSteps = stop, Checkpoint = file });
        return [.. Bits(run.Model), .. Bits(run.Critic)];
    }

    private static void Refused(string reason, GenerativeModel model, Objective objective)
    {
        var guide = ((Contracts.IGeneratedModel)model).CreateGuide();
        Assert.Contains(reason, Assert.Throws<PplArgumentException>(() => new Svi(model, guide, objective)).Message, StringComparison.Ordinal);
    }

    private static double[] Bits(nn.Module module) =>
        [.. module.parameters().SelectMany(parameter => parameter.detach().data<double>().ToArray())];

    /// <summary>48 data of two numbers in batches of 16.</summary>
    private sealed class Setup : IDisposable
    {
        public Setup(string name, long seed = 0, int criticSteps = 2, nn.Module<Tensor, Tensor>? critic = null, SviSettings? settings = null)
        {
            using var same = manual_seed(42);
            Model = new Implicit();
            Critic = critic ?? Adversarial.Critic.Line();
            Guide = Model.CreateGuide();
            Values = randn(48, 2, dtype: ScalarType.Float64);
            Data = Dataset.From(Values);
            Svi = new Svi(
                Model, Guide, Make(name, Critic, criticSteps), p => optim.Adam(p, 0.01), (settings ?? new()) with
                {
                    Seed = seed,
                    Reporter = ITrainingReporter.Quiet,
                });
        }

        public Implicit Model { get; }

        public Implicit.Guide Guide { get; }

        public nn.Module<Tensor, Tensor> Critic { get; }

        public Tensor Values { get; }

        public Ppl.Data.TensorDataset Data { get; }

        public Svi Svi { get; }

        public static Objective Make(string name, nn.Module<Tensor, Tensor> critic, int criticSteps) => name switch
        {
            "GAN" => Objective.Gan(critic, criticSteps),
            "WGAN" => Objective.Wgan(critic, 0.05, criticSteps),
            _ => Objective.WganGp(critic, 10, criticSteps),
        };

        public FitResult Fit(int epochs, Dataset? heldOut = null, FitOptions? options = null)
        {
            using var seed = manual_seed(43);
            return Svi.Fit(Data, epochs, batchSize: 16, heldOut, options);
        }

        public void Dispose()
        {
            Svi.Dispose();
            Guide.Dispose();
            Model.Dispose();
            Critic.Dispose();
            Data.Dispose();
            Values.Dispose();
        }
    }
}
