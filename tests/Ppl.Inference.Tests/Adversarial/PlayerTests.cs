using Ppl.Data;
using Ppl.Inference.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>What a game of model and critic is not: a judge of weights, a step of the guide, a likelihood.</summary>
public sealed class PlayerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly NoisyLine model = new();
    private readonly NoisyLine.Guide guide;
    private readonly nn.Module<Tensor, Tensor> critic = Critic.Line();
    private readonly TensorDataset data = Dataset.From(randn(48, 2, dtype: ScalarType.Float64));

    public PlayerTests() => guide = model.CreateGuide();

    public static TheoryData<string> Objectives => ["GAN", "WGAN", "WGAN-GP"];

    public void Dispose()
    {
        folder.Dispose();
        guide.Dispose();
        model.Dispose();
        critic.Dispose();
        data.Dispose();
    }

    /// <summary>The guide has no part in the game: where both players are frozen nothing is left to train.</summary>
    [Fact]
    public void A_step_without_players_is_refused()
    {
        using var svi = Engine(Make("GAN", critic));
        using var x = randn(8, 2, dtype: ScalarType.Float64);
        svi.Step(x);
        svi.Freeze("objective.*");
        svi.Step(x);
        svi.Freeze("model.*");
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(x));
        Assert.Equal(
            "step 3 would train nothing: every parameter but the guide's, which GAN does not train, is frozen; see Svi.Unfreeze.", fault.Message);
        svi.Objective = Objective.Elbo();
        svi.Step(x);
        svi.Freeze("guide.*");
        fault = Assert.Throws<PplArgumentException>(() => svi.Step(x));
        Assert.Equal("step 4 would train nothing: every parameter is frozen; see Svi.Unfreeze.", fault.Message);
        svi.Unfreeze("model.*");
        svi.Step(x);
    }

    /// <summary>The value is highest where the critic is fooled least: by it the first weights would be the best.</summary>
    [Theory]
    [MemberData(nameof(Objectives))]
    public void Weights_are_not_chosen_by_what_the_critic_says(string name)
    {
        var game = Make(name, critic);
        using var svi = Engine(game);
        var best = new FitOptions { BestCheckpoint = folder.File("best.ckpt") };
        foreach (var (chooser, options) in new[] { ("options.BestCheckpoint", best), ("EarlyStopping", new() { Callbacks = [new EarlyStopping(2)] }) })
        {
            var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(data, 1, 16, data, options));
            Assert.StartsWith(
                $"{chooser} takes the weights with the highest value on the held-out set, and that of {game} tells", fault.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, svi.Steps);
        Assert.False(guide.IsPrepared);

        // Nor by a game that comes in the middle of a fit.
        svi.Objective = Objective.Elbo();
        var later = best with { Callbacks = [new AtEpoch(1, engine => engine.Objective = game)] };
        Assert.StartsWith(
            "options.BestCheckpoint takes", Assert.Throws<PplArgumentException>(() => svi.Fit(data, 2, 16, data, later)).Message, StringComparison.Ordinal);
        Assert.Equal("ELBO", svi.Objective.Name);
        svi.Fit(data, 1, 16, data, best);

        // Without a choice the value is there to be looked at.
        svi.Objective = game;
        Assert.NotNull(svi.Fit(data, 1, 16, data).Last!.HeldOut);
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void A_critic_that_squeezes_its_number_is_refused(string name)
    {
        using var squeezed = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())).to(ScalarType.Float64);
        var fault = Assert.Throws<PplArgumentException>(() => Engine(Make(name, squeezed)).Dispose());
        Assert.Contains("the critic ends in a Sigmoid, and its number is any real one", fault.Message, StringComparison.Ordinal);
        using var inside = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1)).to(ScalarType.Float64);
        Engine(Make(name, inside)).Dispose();
    }

    /// <summary>The size of an epoch's last batch is known before the first step; what the message advises is then possible.</summary>
    [Theory]
    [InlineData("WAE")]
    [InlineData("InfoVAE")]
    [InlineData("beta-TCVAE")]
    [InlineData("FactorVAE")]
    public void A_last_batch_of_one_row_is_refused_before_the_first_step(string name)
    {
        using var discriminator = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1)).to(ScalarType.Float64);
        using var model = new TwoCoordinates();
        using var own = model.CreateGuide();
        Objective objective = name switch
        {
            "WAE" => Objective.Wae(2),
            "InfoVAE" => Objective.InfoVae(0.5, 2),
            "beta-TCVAE" => Objective.BetaTcVae(2, estimator: AggregateEstimator.MinibatchStratified),
            _ => Objective.FactorVae(discriminator, 2),
        };
        using var svi = new Svi(model, own, objective, settings: new() { Reporter = ITrainingReporter.Quiet });
        using var nine = Dataset.From(randn(9, 3, dtype: ScalarType.Float64));
        var fault = Assert.Throws<PplArgumentException>(() => svi.Fit(nine, 1, 4));
        Assert.Contains("the last batch of an epoch of 'tensors', with 9 rows in batches of 4, has one row, and ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("(FitOptions.DropLast).", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, svi.Steps);
        svi.Fit(nine, 1, 4, options: new() { DropLast = true });
        Assert.Equal(2, svi.Steps);
        svi.Objective = Objective.BetaTcVae(1, estimator: AggregateEstimator.MinibatchStratified);
        svi.Fit(nine, 1, 4);
        Assert.Equal(5, svi.Steps);
    }

    /// <summary>Data have the density 0 under a function of noise: no measure of likelihood says so by an infinity alone.</summary>
    [Fact]
    public void An_implicit_model_has_no_likelihood()
    {
        using var dreamer = new Implicit();
        using var own = dreamer.CreateGuide();
        var fault = Assert.Throws<PplArgumentException>(() => Evaluate.NegativeLogLikelihood(dreamer, own, data, 5));
        Assert.StartsWith("x: Implicit puts it on a point, Delta, so that data elsewhere have no likelihood", fault.Message, StringComparison.Ordinal);
        var annealing = new AnnealingOptions { Chains = 2, Temperatures = 3 };
        Assert.Equal(fault.Message, Assert.Throws<PplArgumentException>(() => Evaluate.AnnealedLikelihood(dreamer, own, data, annealing)).Message);
        using var svi = new Svi(dreamer, own, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
        var step = Assert.Throws<NonFiniteException>(() => svi.Fit(data, 1, 16)).Message;
        Assert.Contains("Delta needs its own point; found ", step, StringComparison.Ordinal);
        Assert.Contains("; what is computed without noise has no density at other values: give it a family that spreads", step, StringComparison.Ordinal);

        // Where the data are on the points, they have one.
        using (no_grad())
            foreach (var weight in dreamer.parameters()) weight.zero_();
        using var zero = Dataset.From(zeros(4, 2, dtype: ScalarType.Float64));
        Assert.True(double.IsFinite(Evaluate.NegativeLogLikelihood(dreamer, own, zero, 5).Mean));
    }

    private Svi Engine(Objective objective) => new(model, guide, objective, p => optim.Adam(p, 0.01), new() { Reporter = ITrainingReporter.Quiet });

    private static Objective Make(string name, nn.Module<Tensor, Tensor> critic) => name switch
    {
        "GAN" => Objective.Gan(critic),
        "WGAN" => Objective.Wgan(critic),
        _ => Objective.WganGp(critic),
    };
}
