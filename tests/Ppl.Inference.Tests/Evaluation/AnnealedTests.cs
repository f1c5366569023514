using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class AnnealedTests
{
    /// <summary>E[w] = p(x) whatever the number of temperatures: five comparisons of 6 rows at 5 standard errors.</summary>
    [Theory]
    [InlineData(1, TemperatureSchedule.Linear)]
    [InlineData(3, TemperatureSchedule.Linear)]
    [InlineData(3, TemperatureSchedule.Sigmoidal)]
    [InlineData(12, TemperatureSchedule.Sigmoidal)]
    public void Weights_are_unbiased_at_any_number_of_temperatures(int temperatures, TemperatureSchedule schedule)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(6);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var annealing = new AnnealingOptions { Chains = 20_000, Temperatures = temperatures, Schedule = schedule, LeapfrogSteps = 3 };
        var found = Evaluate.AnnealedLikelihood(model, guide, data, annealing);
        var truth = Ppca.Evidence(model, x).data<double>().ToArray();
        for (var i = 0; i < 6; i++)
        {
            var ratio = Math.Exp(-found.Estimate.PerDatum[i] - truth[i]);
            var error = Math.Sqrt((1 / found.Estimate.EffectiveSampleSizes[i]) - (1.0 / annealing.Chains));
            Assert.True(error < 0.4, $"effective samples {found.Estimate.EffectiveSampleSizes[i]}");
            Assert.InRange(ratio - 1, -5 * error, 5 * error);
        }
    }

    /// <summary>The mean over 40 rows of 16 chains each is within five Monte Carlo errors, below 0.025 nats, and a bias of 0.02.</summary>
    [Theory]
    [InlineData(TemperatureSchedule.Linear)]
    [InlineData(TemperatureSchedule.Sigmoidal)]
    public void Is_the_evidence_of_a_linear_gaussian_model(TemperatureSchedule schedule)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var found = Evaluate.AnnealedLikelihood(model, guide, data, new AnnealingOptions { Temperatures = 300, Schedule = schedule });
        var truth = -Ppca.Evidence(model, x).mean().item<double>();
        Assert.InRange(found.Estimate.MonteCarloError, 0, 0.025);
        Assert.InRange(found.Mean - truth, -5 * found.Estimate.MonteCarloError, 0.02 + (5 * found.Estimate.MonteCarloError));
        Assert.All(found.Acceptance, rate => Assert.InRange(rate, 0.45, 0.9));
        Assert.InRange(found.Acceptance.Average(), 0.58, 0.75);
        Assert.Contains("16 chains from the prior, 300 temperatures", found.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Importance sampling from the prior is annealing with one temperature, and the far worse bound.</summary>
    [Fact]
    public void More_temperatures_raise_the_bound()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var truth = -Ppca.Evidence(model, x).mean().item<double>();
        var means = new[] { 1, 10, 100 }.Select(t =>
            Evaluate.AnnealedLikelihood(model, guide, data, new AnnealingOptions { Chains = 4, Temperatures = t }).Mean - truth).ToList();
        Assert.True(means[0] > means[1] + 1 && means[1] > means[2] + 0.05 && means[2] > -0.05, string.Join(", ", means));
    }

    /// <summary>From the posterior itself every weight is p(x); from a guide that is off the weights are unbiased.</summary>
    [Fact]
    public void Begins_at_the_guide()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(10);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var annealing = new AnnealingOptions { Chains = 3, Temperatures = 5, Start = AnnealingStart.Guide };
        var truth = Ppca.Evidence(model, x).data<double>().ToArray();
        var exact = Evaluate.AnnealedLikelihood(model, guide, data, annealing);
        Assert.All(exact.Estimate.PerDatum.Zip(truth), p => Assert.Equal(-p.Second, p.First, 8));
        Ppca.Disturb(guide, 0.2);
        var off = Evaluate.AnnealedLikelihood(model, guide, data, annealing with { Chains = 5000 });
        for (var i = 0; i < 10; i++)
        {
            var error = Math.Sqrt((1 / off.Estimate.EffectiveSampleSizes[i]) - (1.0 / 5000));
            Assert.InRange(Math.Exp(-off.Estimate.PerDatum[i] - truth[i]) - 1, -5 * error, 5 * error);
        }
    }

    [Fact]
    public void Latents_above_0_move_by_their_logarithms()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[,] { { 0, 1, 4 }, { 9, 2, 0 } });
        using var model = new GammaPoissonRows();
        const double A = GammaPoissonRows.Shape, B = GammaPoissonRows.Rate;
        var each = lgamma(x + A) - lgamma(x + 1) - lgamma(tensor(A, ScalarType.Float64)) + (A * Math.Log(B / (B + 1))) - (x * Math.Log(B + 1));
        Near(model, model.CreateGuide(), Dataset.From(x), each.sum(1));
    }

    [Fact]
    public void Latents_on_a_simplex_have_one_coordinate_less()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new double[,] { { 6, 0, 0 }, { 1, 3, 2 } });
        using var model = new DirichletRows();
        var a = tensor(DirichletRows.Concentration, ScalarType.Float64);
        var evidence = lgamma(tensor(7.0, ScalarType.Float64)) - lgamma(x + 1).sum(1) + lgamma(3 * a) - lgamma((3 * a) + 6)
            + (lgamma(x + a) - lgamma(a)).sum(1);
        Near(model, model.CreateGuide(), Dataset.From(x), evidence);
    }

    /// <summary>p(x) by the trapezoid rule over 200,000 points of the lower latent, whose density −log z is integrable at 0.</summary>
    [Fact]
    public void A_support_may_depend_on_another_latent()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0.1, 0.5, 1.2]);
        using var model = new StickRows();
        var z = (arange(200_000, dtype: ScalarType.Float64) + 0.5) / 200_000;
        var likelihood = (-0.5 * ((x.unsqueeze(1) - z) / 0.3).square()).exp() / (0.3 * Math.Sqrt(2 * Math.PI));
        var guide = model.CreateGuide(high: Posterior.Of(() => new BoxHead(0.5, 1)), low: Posterior.Of(() => new BoxHead(0, 0.4)));
        Near(model, guide, Dataset.From(x), (-z.log() * likelihood).mean([1]).log(), AnnealingStart.Prior);
    }

    [Fact]
    public void A_prior_may_differ_from_row_to_row()
    {
        using var scope = NewDisposeScope();
        var (x, mean) = (tensor([0.1, 1.5, 3]), tensor([0.5, 2, -2.0]));
        using var model = new RowPrior();
        var evidence = (-0.5 * (x - mean).square() / 4.25) - (0.5 * Math.Log(2 * Math.PI * 4.25));
        Near(model, model.CreateGuide(), Dataset.From("rows", ("x", x), ("mean", mean)), evidence);
    }

    /// <summary>The mean log evidence of the model's own data is minus their entropy: within 5 standard errors, between the bounds.</summary>
    [Fact]
    public void Bounds_from_both_sides_hold_the_evidence()
    {
        using var scope = NewDisposeScope();
        using var model = Ppca.Model();
        var x = Ppca.Data(200);
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var few = Evaluate.BidirectionalLikelihood(model, guide, data, new AnnealingOptions { Chains = 2, Temperatures = 4 });
        var many = Evaluate.BidirectionalLikelihood(model, guide, data, new AnnealingOptions { Chains = 4, Temperatures = 200 });
        Assert.True(few.Gap > 0.5, $"{few.Gap}");
        Assert.InRange(many.Gap, 0, 0.2);
        using var grad = no_grad();
        var w = model.Decoder.weight!;
        var covariance = w.matmul(w.t()) + ((2 * model.LogNoise).exp() * eye(5, dtype: ScalarType.Float64));
        var expected = -0.5 * ((5 * Math.Log(2 * Math.PI * Math.E)) + linalg.slogdet(covariance).Item2.item<double>());

        // −log p(x) has the variance of half a chi-squared number: d/2.
        var error = 5 * Math.Sqrt(2.5 / 200);
        Assert.InRange(many.Lower.Average() - expected, -error - 0.2, error);
        Assert.InRange(many.Upper.Average() - expected, -error, error + 0.2);
        Assert.All(many.Lower.Zip(many.Upper), pair => Assert.InRange(pair.Second - pair.First, -2, 3));
    }

    [Fact]
    public void Seeds_decide_and_nothing_is_left_behind()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(9);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var annealing = new AnnealingOptions { Chains = 5, Temperatures = 6 };
        AnnealedLikelihood Measure(long seed, long memory = 1 << 23) =>
            Evaluate.AnnealedLikelihood(model, guide, data, annealing, new EvaluationOptions { Seed = seed, BatchSize = 4, MemoryBudget = memory });
        var first = Measure(1);
        using var before = get_rng_state();
        var live = LiveTensors.Count;
        Assert.Equal(first.Estimate.PerDatum, Measure(1).Estimate.PerDatum);
        Assert.Equal(live, LiveTensors.Count);
        using var after = get_rng_state();
        Assert.True(before.data<byte>().ToArray().SequenceEqual(after.data<byte>().ToArray()));
        Assert.NotEqual(first.Estimate.PerDatum, Measure(2).Estimate.PerDatum);

        // Chains in chunks of two.
        var chunks = Measure(1, memory: 80);
        Assert.Equal(9, chunks.Estimate.PerDatum.Count);
        Assert.All(chunks.Acceptance, rate => Assert.InRange(rate, 0.0, 1.0));
        Assert.Null(model.Decoder.weight!.grad);
        Assert.True(model.training && is_grad_enabled());
    }

    [Fact]
    public void What_has_no_meaning_is_refused()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(4);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        AnnealingOptions[] bad =
        [
            new() { Chains = 0 }, new() { Temperatures = 0 }, new() { LeapfrogSteps = 0 }, new() { StepSize = 0 },
            new() { StepSize = double.NaN }, new() { TargetAcceptance = 1 },
        ];
        foreach (var annealing in bad)
            Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.AnnealedLikelihood(model, guide, data, annealing));
        Assert.Throws<OperationCanceledException>(() => Evaluate.AnnealedLikelihood(
            model, guide, data, new() { Temperatures = 3 }, new EvaluationOptions { Cancellation = new CancellationToken(canceled: true) }));
    }

    [Fact]
    public void Models_without_independent_rows_are_refused()
    {
        using var scope = NewDisposeScope();
        using var data = Dataset.From(zeros(4));
        using var shared = new SharedMean();
        var fault = Refused(shared, shared.CreateGuide(), data);
        Assert.Contains("its rows are not independent", fault.Message, StringComparison.Ordinal);
        using var known = new KnownRows();
        using var partly = Dataset.From("rows", ("x", zeros(4)), ("y", zeros(4)), ("known", tensor([true, false, true, false])));
        fault = Refused(known, known.CreateGuide(), partly);
        Assert.Equal("z", fault.Site);
        Assert.Contains("it is known in some rows", fault.Message, StringComparison.Ordinal);
    }

    private static PplArgumentException Refused(GenerativeModel model, Guide guide, Dataset data)
    {
        using (guide)
        {
            Assert.Throws<PplArgumentException>(() => Evaluate.BidirectionalLikelihood(model, guide, data));
            return Assert.Throws<PplArgumentException>(() => Evaluate.AnnealedLikelihood(model, guide, data));
        }
    }

    private static void Near(GenerativeModel model, Guide guide, Dataset data, Tensor evidence, params AnnealingStart[] starts)
    {
        // The weights that the guide begins with: nobody trains them, and a start far from the posterior leaves few chains that count.
        using var seed = manual_seed(2);
        using (guide)
        {
            var truth = evidence.data<double>().ToArray();
            foreach (var start in starts.Length > 0 ? starts : [AnnealingStart.Prior, AnnealingStart.Guide])
            {
                var annealing = new AnnealingOptions { Chains = 500, Temperatures = start == AnnealingStart.Guide ? 200 : 50, Start = start, LeapfrogSteps = 5 };
                var found = Evaluate.AnnealedLikelihood(model, guide, data, annealing);
                for (var i = 0; i < truth.Length; i++)
                {
                    // log of a mean of ratios: five errors, and half the squared error that its own bias is. A guide that nobody trained is far off.
                    var error = Math.Sqrt((1 / found.Estimate.EffectiveSampleSizes[i]) - (1.0 / annealing.Chains));
                    Assert.True(error < (start == AnnealingStart.Prior ? 0.1 : 0.3), $"{start}, row {i}: {found.Estimate.EffectiveSampleSizes[i]}");
                    Assert.InRange(-found.Estimate.PerDatum[i] - truth[i], -0.02 - (5 * error), 0.02 + (5 * error));
                }
            }
        }
    }
}
