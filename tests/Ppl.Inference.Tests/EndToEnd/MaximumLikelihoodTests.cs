using Ppl.Data;
using Ppl.Inference.Tests.Training;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>Models without latents: the guide draws nothing, and the bound is log p of the data.</summary>
public sealed class MaximumLikelihoodTests
{
    private static readonly double[] Values = [0.3, -1.2, 2.5, 1.1, 0.4, -0.7, 3.0, 0.1, 0.9, -2.0, 1.5, 0.2];

    [Fact]
    public void A_normal_distribution_ends_at_the_moments_of_its_sample()
    {
        using var run = new Sample(Values, optimizer: p => optim.SGD(p, 0.2));
        var result = run.Svi.Fit([run.Values], steps: 2000);
        var best = 0.0;
        for (var d = 0; d < 3; d++)
        {
            var column = Enumerable.Range(0, 4).Select(row => Values[(3 * row) + d]).ToArray();
            var mean = column.Average();
            var variance = column.Average(x => (x - mean) * (x - mean));
            Assert.Equal(mean, run.Mean[d], 9);
            Assert.Equal(variance, Math.Exp(2 * run.LogScale[d]), 9);
            best -= 0.5 * (Math.Log(2 * Math.PI * variance) + 1);
        }

        Assert.Equal(best, result.Training!.Bound, 9);
        Assert.Equal(BoundUnit.PerDatum, result.Training.Unit);
    }

    [Fact]
    public void The_bound_is_the_likelihood_itself()
    {
        using var run = new Sample(Values);
        var value = run.Svi.Evaluate(run.Data, batchSize: 3);
        Assert.Equal(Values.Sum(x => -0.5 * ((x * x) + Math.Log(2 * Math.PI))) / 4, value.Bound, 12);
        Assert.Equal(["x"], value.Parts.Select(part => part.Site));
        Assert.Equal(0, value.Kl);
        Assert.Equal(value.Bound, value.Reconstruction, 12);
        Assert.Empty(run.Guide.Steps);
        Assert.Empty(run.Guide.parameters());
        Assert.Equal(value.Bound, Evaluate.Bound(run.Model, run.Guide, run.Data, Objective.Iwae(1)).Bound, 12);
        Assert.Empty(Evaluate.ActiveUnits(run.Model, run.Guide, run.Data));
        using var logJoint = run.Model.LogJoint(new(), run.Values);
        Assert.Equal(value.Bound, logJoint.mean().item<double>(), 12);
        Assert.Equal(-value.Bound, Evaluate.NegativeLogLikelihood(run.Model, run.Guide, run.Data, samples: 7).Mean, 12);
        Assert.Equal([5, 3], run.Model.Simulate(5).x.Value.shape);
        Assert.Equal([4, 3], run.Guide.Reconstruct(run.Values).x.Value.shape);
    }

    [Fact]
    public void An_objective_that_draws_is_refused_with_the_reason()
    {
        foreach (var objective in new[]
        {
            Objective.Iwae(5), Objective.Elbo(particles: 2), Objective.Iwae(2, joint: true),
            Objective.Elbo(gradient: GradientForm.StickingTheLanding),
        })
        {
            Assert.Equal(
                $"{objective}: NormalSample has no latents, so that nothing is drawn: its bound is log p of the data itself, for which every "
                + "particle would be the same and no gradient goes along a draw. Use Objective.Elbo().",
                Assert.Throws<PplArgumentException>(() => new Sample(Values, objective: objective)).Message);
        }
    }

    /// <summary>Expectation maximisation written by hand ends at the same mixture.</summary>
    [Fact]
    public void A_mixture_ends_where_expectation_maximisation_does()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var noise = randn([200], dtype: ScalarType.Float64, generator: generator).data<double>().ToArray();
        var x = noise.Select((e, i) => i % 3 == 0 ? -2 + (0.5 * e) : 1.5 + e).ToArray();
        var (share, mean, variance) = (new[] { 0.5, 0.5 }, new[] { -1.0, 1.0 }, new[] { 1.0, 1.0 });
        for (var round = 0; round < 2000; round++)
        {
            var weights = Enumerable.Range(0, 2).Select(k => x.Select(value => share[k] * Density(value, mean[k], variance[k])).ToArray()).ToArray();
            for (var k = 0; k < 2; k++)
            {
                var of = weights[k].Select((w, i) => w / (weights[0][i] + weights[1][i])).ToArray();
                share[k] = 0;
                mean[k] = of.Zip(x, (w, value) => w * value).Sum() / of.Sum();
                variance[k] = of.Zip(x, (w, value) => w * Math.Pow(value - mean[k], 2)).Sum() / of.Sum();
                share[k] = of.Average();
            }
        }

        using var model = new TwoClusters();
        using var guide = model.CreateGuide();
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet, Schedule = o => optim.lr_scheduler.ExponentialLR(o, 0.995) };
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.Adam(p, 0.05), settings with { ScheduleUnit = ScheduleUnit.Step });
        svi.Fit([tensor(x)], steps: 2000);
        Assert.Equal(share[0], model.Weights.softmax(0)[0].item<double>(), 5);
        for (var k = 0; k < 2; k++)
        {
            Assert.Equal(mean[k], model.Means[k].item<double>(), 5);
            Assert.Equal(variance[k], Math.Exp(2 * model.LogScales[k].item<double>()), 5);
        }
    }

    /// <summary>At the maximum the gradient is 0, and the bound is the sum over all paths of states, taken one by one.</summary>
    [Fact]
    public void A_hidden_markov_chain_ends_at_a_maximum_of_its_likelihood()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(4, CPU);
        double[] states = [.. from row in Enumerable.Range(0, 30) from t in Enumerable.Range(0, 4)
            select ((row * 7) + (t * t * 3) + (row / 3)) % 5 < 2 ? -1.5 : 1.5];
        var x = randn([30, 4], dtype: ScalarType.Float64, generator: generator) + tensor(states).reshape(30, 4);
        using var model = new TwoStates();
        using var guide = model.CreateGuide();
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet, Schedule = o => optim.lr_scheduler.ExponentialLR(o, 0.99) };
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.Adam(p, 0.1), settings with { ScheduleUnit = ScheduleUnit.Step });
        svi.Fit([x], steps: 1000);
        using var data = Dataset.From(x);
        var transition = model.Stay.softmax(1).detach().data<double>().ToArray();
        var means = model.Means.detach().data<double>().ToArray();
        var values = x.data<double>().ToArray();
        var sum = 0.0;
        for (var row = 0; row < 30; row++)
        {
            var likelihood = 0.0;
            for (var path = 0; path < 16; path++)
            {
                var joint = 0.5;
                for (var t = 0; t < 4; t++)
                {
                    var (state, before) = ((path >> t) & 1, t == 0 ? 0 : (path >> (t - 1)) & 1);
                    joint *= (t == 0 ? 1 : transition[(2 * before) + state]) * Density(values[(4 * row) + t], means[state], 1);
                }

                likelihood += joint;
            }

            sum += Math.Log(likelihood);
        }

        Assert.Equal(sum / 30, svi.Evaluate(data).Bound, 10);
        Assert.InRange(svi.GradientNorm!.Value, 0, 1e-6);
    }

    /// <summary>Least squares, over mini-batches, with a held-out set.</summary>
    [Fact]
    public void A_line_is_that_of_least_squares()
    {
        using var scope = NewDisposeScope();
        var (x, y) = Points();
        var (meanX, meanY) = (x.Average(), y.Average());
        var slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
        using var model = new Line();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.SGD(p, 0.1), new SviSettings { Reporter = ITrainingReporter.Quiet });
        using var data = Dataset.From(tensor(x), tensor(y));
        svi.Fit(data, epochs: 400, batchSize: 5, heldOut: data, options: new FitOptions { BatchesPerStep = 4 });
        Assert.Equal(slope, model.Slope.item<double>(), 8);
        Assert.Equal(meanY - (slope * meanX), model.Offset.item<double>(), 8);
    }

    /// <summary>With a prior N(0, 0.5²) and a point for the slope: Σxy / (Σx² + 4), the ridge regression.</summary>
    [Fact]
    public void A_point_guide_ends_at_the_maximum_a_posteriori()
    {
        using var scope = NewDisposeScope();
        var (x, y) = Points();
        using var model = new LineWithPrior();
        using var guide = model.CreateGuide(slope: Posterior.Delta());
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.SGD(p, 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit([tensor(x), tensor(y)], steps: 500);
        var point = guide.Posterior(tensor(x), tensor(y)).slope.item<double>();
        Assert.Equal(x.Zip(y, (a, b) => a * b).Sum() / (x.Sum(a => a * a) + 4), point, 8);
    }

    /// <summary>(a − 1 + heads) / (a + b − 2 + n), under a prior whose density is above 1: −log p of a point is no divergence, and may be below 0.</summary>
    [Theory]
    [InlineData(KlForm.ClosedForm)]
    [InlineData(KlForm.Sampled)]
    public void A_point_may_have_a_density_above_one(KlForm form)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(5);
        using var x = tensor(new double[] { 1, 0, 0, 1, 1, 0, 0, 0, 1, 0 });
        using var model = new CoinWithPrior();
        using var guide = model.CreateGuide(heads: Posterior.Delta());
        using var svi = new Svi(
            model, guide, Objective.Elbo(kl: form), p => optim.SGD(p, 0.01), new SviSettings { Reporter = ITrainingReporter.Quiet });
        svi.Fit([x], steps: 800);
        Assert.Equal((6 - 1 + 4) / (6 + 20 - 2 + 10.0), guide.Posterior(x).heads.to(ScalarType.Float64).item<double>(), 5);
    }

    private static (double[] X, double[] Y) Points()
    {
        double[] x = [.. Enumerable.Range(0, 20).Select(i => Math.Sin(i * 2.1))];
        return (x, [.. x.Select((value, i) => (1.7 * value) - 0.4 + (0.3 * Math.Cos(i * 3.7)))]);
    }

    private static double Density(double x, double mean, double variance) =>
        Math.Exp(-0.5 * Math.Pow(x - mean, 2) / variance) / Math.Sqrt(2 * Math.PI * variance);
}
