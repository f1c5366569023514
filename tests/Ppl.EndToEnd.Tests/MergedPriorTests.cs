using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using Ppl.Interpretation;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>Factors of a guide that the model's own distribution of the latent multiplies.</summary>
public sealed partial class MergedPriorTests
{
    /// <summary>
    /// z2 ~ N(0, 1), z1 ~ N(z2, 1), x ~ N(z1, 1): the likelihood of z1 is N(x, 1), so that a factor with just that mean and scale, merged, is the
    /// exact q(z1 | z2, x) = N((x + z2) / 2, 1/2). With q(z2 | x) = N(x/3, 2/3) every weight is p(x) = N(0, 3).
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_likelihood_merged_with_the_prior_is_the_posterior(int particles)
    {
        using var scope = NewDisposeScope();
        using (manual_seed(2))
        {
        }

        using var model = new TopDownChain();
        using var guide = model.CreateGuide(z2: Linear(), z1: Linear().MergedWithPrior());
        Assert.Equal("guide of TopDownChain: q(z2 | x) q(z1 | x, z2) [merged with the prior]", guide.ToString());
        var x = 2 * randn(5, 1, dtype: ScalarType.Float64);
        guide.Prepare(guide.Batch(x));
        Set(guide.z2, 1.0 / 3, 0.5 * Math.Log(2.0 / 3));
        Set(guide.z1, 1, 0);
        var draws = guide.Draw(guide.Batch(x), particles);
        var evidence = -0.5 * ((x.square() / 3) + Math.Log(2 * Math.PI * 3)).squeeze(1);
        Close(evidence.expand(particles, -1), guide.Terms(draws, TermForm.Sampled).Groups[0].LogWeight, 1e-12);
    }

    /// <summary>The mean and variance of each factor of a ladder, by the formula, from the run of the user's own method.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Precisions_add_up_and_weigh_the_means(int particles)
    {
        using var pass = Pass.Prepare(TopDownLayers.Entry, guide: model => Merging((TopDownLayers)model));
        var guide = (TopDownLayers.Guide)pass.Guide;
        var draws = guide.Draw(pass.Batch, particles);
        var names = guide.LatentNames.ToList();
        for (var k = 0; k < particles; k++)
        {
            var trace = Interpreter.Replay(pass.Generated, pass.Batch, pass.Values(draws, k));
            for (var i = 0; i < 4; i++)
            {
                var p = trace[$"h[{i}]"].Model!;
                var factor = ((NormalHead)guide.h[i].Head).Forward(pass.Batch[0]);
                var precision = (1 / factor.Variance) + (1 / p.Variance);
                var q = (Normal)draws.Distributions[names.IndexOf($"h[{i}]")];
                Close(((factor.Mean / factor.Variance) + (p.Mean / p.Variance)) / precision, Of(q.Mean, k), 1e-12);
                Close(1 / precision, Of(q.Variance, k), 1e-12);
            }
        }

        // The top follows no latent: its factor has the rows of the data.
        Tensor Of(Tensor value, int particle) => value.shape[0] == 5 ? value : value.reshape(particles, 5, -1)[particle];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Terms_are_those_of_the_interpreter(int particles)
    {
        using var pass = Pass.Prepare(TopDownLayers.Entry, guide: model => Merging((TopDownLayers)model));
        ParityTests.Agree(pass, particles);
    }

    /// <summary>The model's parameters move the factors, too: central differences at fixed noise.</summary>
    [Fact]
    public void The_gradient_has_the_way_through_the_guide()
    {
        using var pass = Pass.Prepare(TopDownLayers.Entry, guide: model => Merging((TopDownLayers)model));
        var weights = pass.Model.get_parameter("down.1.weight")!;
        Tensor Bound()
        {
            using (manual_seed(7))
            {
            }

            return pass.Guide.Terms(pass.Guide.Draw(pass.Batch, 2), TermForm.ClosedFormWhereLegal)
                .Select(term => term.Kl is { } kl ? -kl.mean() : term.LogP!.mean()).Aggregate((sum, part) => sum + part);
        }

        pass.Model.zero_grad();
        Bound().backward();
        var gradient = weights.grad!.clone();
        using var fixedNoise = no_grad();
        for (var i = 0; i < 3; i++)
        {
            const double Step = 1e-5;
            weights[i, 0].add_(Step);
            var above = Bound().item<double>();
            weights[i, 0].sub_(2 * Step);
            var below = Bound().item<double>();
            weights[i, 0].add_(Step);
            Assert.Equal((above - below) / (2 * Step), gradient[i, 0].item<double>(), 1e-7);
        }
    }

    [Fact]
    public void It_trains_above_a_bottom_up_pass_and_under_importance_weights()
    {
        using var scope = NewDisposeScope();
        using (manual_seed(3))
        {
        }

        using var model = new TopDownLayers(3);
        var up = new BottomUp([.. Enumerable.Range(0, 3).Select(i => (Module<Tensor, Tensor>)Sequential(nn.Linear(i == 0 ? 6 : 5, 5), Tanh()))]);
        using var guide = model.CreateGuide(
            h: [.. Enumerable.Range(1, 3).Select(level => level < 3 ? Posterior.Default().Above(up, level).MergedWithPrior() : Posterior.Default().Above(up, 3))]);
        var x = rand(40, 6).round();
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Data.Dataset.From("x", ("x", x));
        svi.Fit(data, epochs: 1, batchSize: 20);
        var before = svi.Evaluate(data).Bound;
        svi.Fit(data, epochs: 60, batchSize: 20);
        svi.Objective = Objective.Iwae(3);
        svi.Fit(data, epochs: 1, batchSize: 20);
        Assert.True(Evaluate.Bound(model, guide, data).Bound > before + 0.1);
        Assert.Contains("q(h[0] | x, h[1]) [above level 1, merged with the prior]", guide.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gradients_that_hold_the_guide_apart_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new TopDownChain();
        using var guide = model.CreateGuide(z1: Linear().MergedWithPrior());
        foreach (var objective in new[]
        {
            Objective.Elbo(1, KlForm.Sampled, GradientForm.StickingTheLanding), Objective.Iwae(3, GradientForm.DoublyReparameterized),
            Objective.Piwae(2, 2), Objective.WakeSleep(2),
        })
        {
            using var svi = new Svi(model, guide, objective, settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
            var fault = Assert.Throws<PplArgumentException>(() => svi.Step(zeros(4, 1)));
            Assert.Equal("z1", fault.Site);
            Assert.Contains("its factor is merged with the prior, and so follows the model's parameters", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_order_that_is_not_the_models_is_refused()
    {
        using var model = new UpwardChain();
        using var guide = model.CreateGuide(z1: Linear().MergedWithPrior());
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(zeros(4, 1))));
        Assert.Equal(
            "z1: its factor is merged with the prior, before which the model draws z2, and the guide draws that later. Let the guide draw in "
            + "the model's order: [Model(Guide = GuideStructure.TopDown)].",
            fault.Message);
        fault = Assert.Throws<PplArgumentException>(() => model.CreateGuide(z2: Linear().MergedWithPrior()));
        Assert.StartsWith("z2: its factor sees no data that could be merged with the prior.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_normal_is_refused()
    {
        using var model = new HalfRows();
        using var guide = model.CreateGuide(s: Posterior.Default().MergedWithPrior());
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(zeros(4))));
        Assert.Equal(
            "s: MergedWithPrior() multiplies normals of independent coordinates; the model's distribution is HalfNormal and the factor's head "
            + "NormalHead. Leave it out.",
            fault.Message);
        Posterior[] others = [Posterior.FullCovariance(), Posterior.LowRank(1), Posterior.Delta()];
        foreach (var other in others) Assert.Throws<PplArgumentException>(() => other.MergedWithPrior());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Free().MergedWithPrior());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().MergedWithPrior().Free());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Shared().MergedWithPrior());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().MergedWithPrior().Shared());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().Pooled().MergedWithPrior());
        Assert.Throws<PplArgumentException>(() => Posterior.Default().MergedWithPrior().Pooled());
        using var groups = new TopDownGroups();
        fault = Assert.Throws<PplArgumentException>(() => groups.CreateGuide(mu: Posterior.Default().MergedWithPrior()));
        Assert.StartsWith("mu: it is outside the data's rows", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_encoder_alone_does_not_know_the_factor()
    {
        using var scope = NewDisposeScope();
        using var model = new TopDownChain();
        using var guide = model.CreateGuide(z1: Linear().MergedWithPrior());
        guide.Prepare(guide.Batch(zeros(4, 1)));
        var fault = Assert.Throws<PplArgumentException>(() => guide.z1.Encode(zeros(4, 1), zeros(4, 1)));
        Assert.StartsWith("z1: its factor is merged with the prior", fault.Message, StringComparison.Ordinal);
    }

    private static Posterior Linear() => Posterior.Diagonal(hidden: []);

    private static Guide Merging(TopDownLayers model) => model.CreateGuide(
        h: [Linear().MergedWithPrior(), Linear().MergedWithPrior(), Linear().MergedWithPrior(), Linear().MergedWithPrior()]);

    private static void Set(Encoder encoder, double slope, double logScale)
    {
        using var grad = no_grad();
        encoder.get_parameter("head.linear.weight")!.copy_(tensor(new[,] { { slope }, { 0 } }));
        encoder.get_parameter("head.linear.bias")!.copy_(tensor(new[] { 0, logScale }));
    }

    private static void Close(Tensor expected, Tensor found, double tolerance) =>
        Assert.True((expected - found).abs().max().item<double>() < tolerance, $"{(expected - found).abs().max().item<double>()}");

    internal sealed partial class HalfRows : GenerativeModel
    {
        [Model(Guide = GuideStructure.TopDown)]
        private void Generate(Tensor x)
        {
            using var data = Plate(x);
            var s = Sample(HalfNormal(1));
            Observe(x, Normal(0, s + 0.1));
        }
    }
}
