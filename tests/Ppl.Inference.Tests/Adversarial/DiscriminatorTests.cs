using Ppl.Inference.Tests.EndToEnd;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Adversarial;

/// <summary>Total correlation and distances to the prior by a discriminator: closed forms, and gradients by finite differences.</summary>
public sealed class DiscriminatorTests : IDisposable
{
    private const double Correlation = 0.8;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>
    /// Codes that are normal with unit variances and correlation ρ have TC = −½ log(1 − ρ²), and the best discriminator's log odds are of the
    /// second degree, which the one here can be: its estimate is the closed form's up to the noise of 4,000 rows.
    /// </summary>
    [Fact]
    public void A_trained_discriminator_estimates_the_total_correlation_of_normal_codes()
    {
        using var run = new Codes(rows: 4000, Correlation);
        using var svi = run.Svi(Objective.FactorVae(run.Discriminator, gamma: 3), rate: 0.01);
        for (var step = 0; step < 800; step++) svi.Step(run.Data);
        var value = svi.Evaluate(run.Set);
        Assert.Equal(value.Reconstruction - value.Kl, value.Bound, 12);
        var estimate = Evaluate.Bound(run.Model, run.Guide, run.Set, svi.Objective, new() { BatchSize = 4000 });
        Assert.Equal(-0.5 * Math.Log(1 - (Correlation * Correlation)), estimate.Penalty / 3, 0.04);
    }

    /// <summary>Codes from N(1, 1) in each coordinate and a prior N(0, 1): the log odds are Σ z − ½ each.</summary>
    [Fact]
    public void A_trained_discriminator_is_the_log_ratio_of_codes_and_prior()
    {
        using var run = new Codes(rows: 4000, correlation: 0, mean: 1);
        using var svi = run.Svi(Objective.AdversarialAutoencoder(run.Discriminator), rate: 0.01);
        for (var step = 0; step < 800; step++) svi.Step(run.Data);
        using var at = tensor(new double[,] { { 0, 0 }, { 1, 0 }, { 1, 1 } });
        var odds = run.Discriminator.call(at).detach().flatten().data<double>().ToArray();
        Assert.Equal(-1, odds[0], 0.15);
        Assert.Equal(0, odds[1], 0.15);
        Assert.Equal(1, odds[2], 0.15);
    }

    /// <summary>The coordinates of one code are not apart in any order: it says nothing of the product of the marginals.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_batch_of_one_row_is_refused(int particles)
    {
        using var run = new Codes(rows: 1, Correlation);
        using var svi = run.Svi(Objective.FactorVae(run.Discriminator, gamma: 3, particles: particles), rate: 0.01);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(run.Data));
        Assert.Contains("this batch has one row", fault.Message, StringComparison.Ordinal);
        Assert.Contains("DropLast", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_discriminator_of_one_coordinate_or_with_a_sigmoid_is_refused()
    {
        using var model = new NoisyLine();
        using var guide = model.CreateGuide();
        using var data = randn(8, 2, dtype: ScalarType.Float64);
        using var plain = nn.Linear(1, 1, dtype: ScalarType.Float64);
        using var svi = new Svi(model, guide, Objective.FactorVae(plain, gamma: 3), settings: new() { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(data));
        Assert.Contains("its code has one coordinate, whose total correlation", fault.Message, StringComparison.Ordinal);
        Assert.Equal("z", fault.Site);
        using var squeezed = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid()).to(ScalarType.Float64);
        foreach (var objective in new[] { Objective.FactorVae(squeezed, 3), Objective.AdversarialAutoencoder(squeezed) })
        {
            Assert.Contains(
                "the discriminator ends in a Sigmoid", Assert.Throws<PplArgumentException>(() => svi.Objective = objective).Message, StringComparison.Ordinal);
        }

    }

    /// <summary>A network that takes more memory than there is names the rows that are too many, as a pass of the model does.</summary>
    [Fact]
    public void A_discriminator_that_takes_too_much_memory_tells_the_rows()
    {
        using var run = new Codes(rows: 4, Correlation, isHeld: false);
        using var network = new Insatiable();
        using var svi = run.Svi(Objective.FactorVae(network, gamma: 3, particles: 5), rate: 0.01);
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(run.Data));
        Assert.StartsWith("5 particles of 4 rows are 20 rows at once, more than there is memory for", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Model and guide go up the value, at the noise of the step, with the discriminator held.</summary>
    [Theory]
    [InlineData("FactorVAE")]
    [InlineData("AAE")]
    [InlineData("FactorVAE(3)")]
    [InlineData("AAE(3)")]
    public void The_gradient_is_that_of_finite_differences_with_the_discriminator_held(string name)
    {
        using var run = new Codes(rows: 7, Correlation);
        var particles = name.EndsWith(')') ? 3 : 1;
        var objective = name.StartsWith('F') ? Objective.FactorVae(run.Discriminator, gamma: 2, particles: particles)
            : Objective.AdversarialAutoencoder(run.Discriminator, weight: 2, particles: particles);
        Assert.StartsWith(name, objective.ToString(), StringComparison.Ordinal);
        var batch = run.Guide.Batch(run.Data);
        using (manual_seed(5))
        {
            objective.Accumulate(run.Guide, batch).Dispose();
        }

        foreach (var parameter in run.Model.parameters().Concat(run.Guide.parameters()))
        {
            var i = parameter.numel() / 2;
            double At(double step)
            {
                using (no_grad()) parameter.view(-1).narrow(0, i, 1).add_(step);
                using var same = manual_seed(5);
                using var value = objective.Evaluate(run.Guide, batch);
                using (no_grad()) parameter.view(-1).narrow(0, i, 1).sub_(step);
                return value.Bound;
            }

            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, -(parameter.grad?.view(-1)[i].item<double>() ?? 0), 5);
        }
    }

    /// <summary>The discriminator goes down its cross-entropy: of linear odds the gradient is a mean over codes and others.</summary>
    [Fact]
    public void The_discriminator_has_the_gradient_of_its_cross_entropy()
    {
        using var scope = NewDisposeScope();
        using var run = new Codes(rows: 7, Correlation);
        using var line = Critic.Line();
        var objective = Objective.AdversarialAutoencoder(line);
        using (manual_seed(5))
        {
            objective.Accumulate(run.Guide, run.Guide.Batch(run.Data)).Dispose();
        }

        Tensor codes, prior;
        using (manual_seed(5))
        {
            codes = run.Guide.Draw(run.Guide.Batch(run.Data), 1).Latents[0].detach();
            prior = new Distributions.Normal(0, 1).Expand(2).Sample(7).to(ScalarType.Float64);
        }

        var expected = 0.5 * ((line.call(prior).sigmoid() * prior).mean([0L]) - ((-line.call(codes)).sigmoid() * codes).mean([0L]));
        Assert.True(expected.allclose(line.weight!.grad!.squeeze(0), rtol: 1e-9, atol: 1e-12), $"{expected[0].item<double>()}");
    }

    /// <summary>Latents without an event are columns of the codes.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Latents_may_be_numbers(int particles)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(4);
        using var model = new TwoNumbers();
        using var guide = model.CreateGuide();
        using var discriminator = new Quadratic(2);
        var batch = guide.Batch(randn(6, 3, dtype: ScalarType.Float64));
        guide.Prepare(batch);
        Tensor judged;
        using (manual_seed(5))
        {
            var draws = guide.Draw(batch, particles);
            judged = discriminator.call(stack([draws.Latents[0], draws.Latents[1]], -1).reshape(-1, 2));
        }

        Check(Objective.FactorVae(discriminator, 2, particles: particles), Objective.Elbo(particles), value => value.Bound, -2 * judged.mean());
        Check(
            Objective.AdversarialAutoencoder(discriminator, 2, particles: particles), Objective.Elbo(particles), value => value.Reconstruction,
            2 * (-judged).log_sigmoid().mean());

        void Check(Objective objective, Objective plain, Func<BoundValue, double> part, Tensor added)
        {
            BoundValue value, of;
            using (manual_seed(5)) value = objective.Accumulate(guide, batch).Read();
            using (manual_seed(5)) of = plain.Evaluate(guide, batch).Read();
            Assert.Equal(part(of) + added.item<double>(), value.Bound, 10);
        }
    }

    /// <summary>A measurement computes with the statistics of training, and leaves them as they are.</summary>
    [Fact]
    public void A_measurement_leaves_the_discriminators_statistics()
    {
        using var run = new Codes(rows: 40, Correlation);
        var norm = nn.BatchNorm1d(2, dtype: ScalarType.Float64);
        using var discriminator = nn.Sequential(norm, nn.Linear(2, 1, dtype: ScalarType.Float64));
        var objective = Objective.FactorVae(discriminator, 1);
        Evaluate.Bound(run.Model, run.Guide, run.Set, objective);
        objective.Evaluate(run.Guide, run.Guide.Batch(run.Data)).Dispose();
        Assert.All(norm.running_mean!.data<double>().ToArray(), mean => Assert.Equal(0, mean));
        Assert.True(norm.training);
    }

    /// <summary>A prior that is no normal distribution, and an encoder of points: the codes' terms leave the bound.</summary>
    [Fact]
    public void A_mixture_may_be_the_prior_and_points_the_codes()
    {
        using var seed = manual_seed(4);
        using var model = new TwoClusters();
        using var guide = model.CreateGuide(z: Posterior.Delta());
        using var discriminator = new Quadratic(1);
        using var data = randn(30, 3, dtype: ScalarType.Float64);
        using var svi = new Svi(
            model, guide, Objective.AdversarialAutoencoder(discriminator), settings: new() { Reporter = ITrainingReporter.Quiet });
        var value = svi.Step(data).Read();
        Assert.True(value.Bound < value.Reconstruction, $"{value}");
        Assert.True(value.Bound > value.Reconstruction - 5, $"{value}");
        for (var step = 0; step < 5; step++) svi.Step(data);
        var live = LiveTensors.Count;
        for (var step = 0; step < 5; step++) svi.Step(data);
        Assert.Equal(live, LiveTensors.Count);
    }

    /// <summary>A latent may be drawn from a mixture: its density is the mixture's, and the ELBO trains a guide over the reals.</summary>
    [Fact]
    public void A_mixture_is_a_prior_for_any_objective()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(4);
        using var model = new TwoClusters();
        using var guide = model.CreateGuide();
        var (z, data) = (randn(6, 1, dtype: ScalarType.Float64), randn(6, 3, dtype: ScalarType.Float64));
        var prior = logsumexp(stack([Log(-2), Log(2)]), 0).squeeze(1) + Math.Log(0.5);
        var likelihood = (-0.5 * (data - model.Map.call(z)).square() - (0.5 * Math.Log(2 * Math.PI))).sum([1]);
        Assert.Equal((prior + likelihood).sum().item<double>(), model.LogJoint(new(z), data).sum().item<double>(), 10);
        using var svi = new Svi(model, guide, Objective.Elbo(), settings: new() { Reporter = ITrainingReporter.Quiet });
        var before = svi.Step(data).Bound;
        for (var step = 0; step < 200; step++) svi.Step(data);
        Assert.True(svi.Step(data).Bound > before, $"{before}");

        Tensor Log(double centre) => -0.5 * ((z - centre) / 0.5).square() - Math.Log(0.5 * Math.Sqrt(2 * Math.PI));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resumed_equals_uninterrupted(bool isFactor)
    {
        double[] Train(string? file, int stop)
        {
            using var run = new Codes(rows: 48, Correlation, isHeld: false);
            using var svi = run.Svi(
                isFactor ? Objective.FactorVae(run.Discriminator, 2) : Objective.AdversarialAutoencoder(run.Discriminator), 0.01,
                WeightAverage.Exponential(0.5));
            if (file is not null && File.Exists(file))
            {
                Ppca.Disturb(run.Discriminator, 1);
                svi.Restore(file);
            }

            svi.Fit(run.Set, 3 - svi.Epochs, batchSize: 16, options: new() { MaxSteps = stop, Checkpoint = file });
            using var averaged = svi.UseAverage();
            nn.Module[] networks = [run.Model, run.Guide, run.Discriminator];
            return [.. networks.SelectMany(network => network.parameters()).SelectMany(p => p.detach().data<double>().ToArray())];
        }

        var whole = Train(null, int.MaxValue);
        var path = folder.File("run.ckpt");
        Train(path, 4);
        Assert.Equal(whole, Train(path, int.MaxValue));
    }

    [Fact]
    public void Objectives_that_mean_nothing_are_refused_by_name()
    {
        using var run = new Codes(rows: 7, Correlation);
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.FactorVae(run.Discriminator, gamma: 0));
        Assert.Throws<ArgumentNullException>(() => Objective.FactorVae(null!, gamma: 1));
        Refused("LinearGaussian has no latent 'y'; its latents are z.", () => run.Svi(Objective.FactorVae(run.Discriminator, 1, ["y"]), 0.1));
        Assert.Contains(
            "at least one latent is needed", Assert.Throws<ArgumentException>(() => Objective.FactorVae(run.Discriminator, 1, [])).Message,
            StringComparison.Ordinal);
        Refused(
            "the discriminator has a parameter of LinearGaussian or its guide",
            () => run.Svi(Objective.AdversarialAutoencoder(run.Model.Decoder), 0.1));
        using var other = nn.Linear(3, 1, dtype: ScalarType.Float64);
        using var narrow = run.Svi(Objective.FactorVae(other, 1), 0.1);
        Assert.StartsWith(
            "FactorVAE: the discriminator fails for codes of shape (7, 2), Float64: ",
            Assert.Throws<PplShapeException>(() => narrow.Step(run.Data)).Message, StringComparison.Ordinal);
        using var wide = nn.Linear(2, 2, dtype: ScalarType.Float64);
        using var svi = run.Svi(Objective.FactorVae(wide, 1), 0.1);
        Assert.Contains(
            "the discriminator gives (7, 2) for codes of shape (7, 2)", Assert.Throws<PplShapeException>(() => svi.Step(run.Data)).Message,
            StringComparison.Ordinal);
        using var model = new NoisyLine();
        using var guide = model.CreateGuide();
        using var learnt = new Svi(
            model, guide, Objective.AdversarialAutoencoder(new Quadratic(1)), settings: new() { Reporter = ITrainingReporter.Quiet });
        using var data = randn(5, 2, dtype: ScalarType.Float64);
        Refused("its prior has parameters to train", () => learnt.Step(data));
    }

    /// <summary>A draw of it for each row, repeated over the entries, would fall to other rows and be the same in all of a row's codes.</summary>
    [Fact]
    public void A_prior_with_fewer_numbers_than_the_codes_is_refused()
    {
        using var model = new RowsOfTwo();
        using var guide = model.CreateGuide();
        using var discriminator = new Quadratic(2);
        using var svi = new Svi(
            model, guide, Objective.AdversarialAutoencoder(discriminator), settings: new() { Reporter = ITrainingReporter.Quiet });
        var (x, mean) = (randn(5, 2, dtype: ScalarType.Float64), randn(5, 1, dtype: ScalarType.Float64));
        Refused("its prior follows the row, and has shape (5, 1) for codes of shape (5, 2)", () => svi.Step(x, mean));
    }

    private static void Refused(string reason, Action act) =>
        Assert.Contains(reason, Assert.Throws<PplArgumentException>(act).Message, StringComparison.Ordinal);

    private sealed class Insatiable() : nn.Module<Tensor, Tensor>(nameof(Insatiable))
    {
        public override Tensor forward(Tensor input) => input.sum([1]) * zeros(1L << 50).sum();
    }
}
