using Ppl.Data;
using Ppl.Distributions;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class AggregateTests
{
    /// <summary>
    /// A mixture of three normals in two dimensions, whose parts are integrals over a grid of 601 x 601 points from −9 to 9: five errors of 3 x 20,000
    /// draws, with a deviation of a draw below 1.5.
    /// </summary>
    [Fact]
    public void The_parts_are_the_integrals_over_the_mixture()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var model = new LinearGaussian(2, 2);
        var x = tensor(new double[,] { { 2, 1 }, { -1, -1.5 }, { 0.3, 1.2 } });
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(x));
        Ppca.SetLinear(guide.z, eye(2, dtype: ScalarType.Float64), zeros(2, dtype: ScalarType.Float64), tensor([-0.7, 0.1]));
        using var data = Dataset.From(x);
        const int Samples = 20_000;
        var found = Evaluate.AggregateDivergence(model, guide, data, Samples, options: new EvaluationOptions { MemoryBudget = 1 << 20 });

        const int N = 601;
        var grid = linspace(-9, 9, N, dtype: ScalarType.Float64);
        var cell = Math.Pow(18.0 / (N - 1), 2);
        Tensor Density(int dimension, double scale) =>
            (-0.5 * ((grid - x.select(1, dimension).unsqueeze(1)) / scale).square()).exp() / (scale * Math.Sqrt(2 * Math.PI));
        var (first, second) = (Density(0, Math.Exp(-0.7)), Density(1, Math.Exp(0.1)));
        var each = first.unsqueeze(2) * second.unsqueeze(1);
        var mixture = each.mean([0]);
        double Integral(Tensor density) => density.sum().item<double>() * cell;
        var information = Integral((each * ((each + 1e-300).log() - (mixture + 1e-300).log())).mean([0]));
        var (marginal1, marginal2) = (first.mean([0]), second.mean([0]));
        var correlation = Integral(mixture * ((mixture + 1e-300).log() - marginal1.unsqueeze(1).log() - marginal2.log()));
        double One(Tensor marginal) => (marginal * (marginal.log() + (0.5 * grid.square()) + (0.5 * Math.Log(2 * Math.PI)))).sum().item<double>()
            * Math.Sqrt(cell);
        var error = 5 * 1.5 / Math.Sqrt(3 * Samples);
        Assert.InRange(found.MutualInformation - information, -error, error);
        Assert.InRange(found.TotalCorrelation - correlation, -error, error);
        Assert.InRange(found.DimensionWise[0] - One(marginal1), -error, error);
        Assert.InRange(found.DimensionWise[1] - One(marginal2), -error, error);
        Assert.True(information > 0.5 && correlation > 0.1, $"{information}, {correlation}");
        Assert.Contains("3 rows, 20000 draws each", found.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The parts add up to the mean divergence of the posteriors, whatever the chunks.</summary>
    [Fact]
    public void The_parts_add_up_to_the_divergence()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(300);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var kl = Evaluate.Bound(model, guide, data, Objective.Elbo(kl: KlForm.ClosedForm)).Kl;
        foreach (var budget in new[] { 1L << 23, 4000 })
        {
            var found = Evaluate.AggregateDivergence(
                model, guide, data, samples: 20, options: new EvaluationOptions { MemoryBudget = budget, BatchSize = 70 });

            // One draw of log q − log p varies by about 1.5: 6,000 of them, at five errors.
            Assert.InRange(found.Kl - kl, -0.1, 0.1);
            Assert.InRange(found.MutualInformation, 0, Math.Log(300));
            Assert.InRange(found.Errors.MutualInformation, 1e-4, 0.2);
        }
    }

    /// <summary>Two equal rows: the aggregate is the posterior, a correlated normal, whose total correlation is −½ log det R.</summary>
    [Fact]
    public void Coordinates_of_a_full_covariance_have_their_own_marginals()
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        using var seed = manual_seed(3);
        using var model = new SmallVae(ScalarType.Float64);
        using var guide = model.CreateGuide(Posterior.FullCovariance(hidden: []));
        var x = ones([2, 64], dtype: ScalarType.Float64);
        guide.Prepare(guide.Batch(x));
        Ppca.Disturb(guide, 0.4);
        using var data = Dataset.From(x);
        var q = (MultivariateNormal)guide.z.Encode(x);
        var covariance = q.ScaleTril[0].matmul(q.ScaleTril[0].t());
        var deviations = covariance.diagonal().sqrt();
        var correlations = covariance / (deviations.unsqueeze(1) * deviations);
        var expected = -0.5 * linalg.slogdet(correlations).Item2.item<double>();
        Assert.True(expected > 0.02, $"{expected}");
        var found = Evaluate.AggregateDivergence(model, guide, data, samples: 40_000);
        Assert.Equal(0, found.MutualInformation, 10);
        Assert.InRange(found.TotalCorrelation - expected, -0.03, 0.03);
        for (var d = 0; d < 3; d++)
        {
            var (mean, scale) = (q.Mean[0, d].item<double>(), deviations[d].item<double>());
            var kl = (0.5 * ((scale * scale) + (mean * mean) - 1)) - Math.Log(scale);
            Assert.InRange(found.DimensionWise[d] - kl, -0.03 * (1 + Math.Abs(mean)), 0.03 * (1 + Math.Abs(mean)));
        }
    }

    /// <summary>
    /// With all rows in one batch every sum is divided by N² in the place of N; and where posteriors are far apart each draw meets its own alone:
    /// log N and log NM.
    /// </summary>
    [Fact]
    public void Minibatch_weighted_sampling_divides_by_rows_and_batch()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(12);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var exact = Evaluate.AggregateDivergence(model, guide, data);
        var weighted = Evaluate.AggregateDivergence(model, guide, data, estimator: AggregateEstimator.MinibatchWeighted);
        Assert.Equal(exact.MutualInformation + Math.Log(12), weighted.MutualInformation, 8);
        Assert.Equal(exact.TotalCorrelation + Math.Log(12), weighted.TotalCorrelation, 8);
        Assert.Equal(exact.DimensionWise[1] - Math.Log(12), weighted.DimensionWise[1], 8);
        Assert.Equal(exact.Kl, weighted.Kl, 8);

        using var far = Dataset.From(1e4 * x);
        var options = new EvaluationOptions { BatchSize = 4 };
        Assert.Equal(Math.Log(12), Evaluate.AggregateDivergence(model, guide, far, options: options).MutualInformation, 8);
        Assert.Equal(
            Math.Log(12 * 4),
            Evaluate.AggregateDivergence(model, guide, far, 3, AggregateEstimator.MinibatchWeighted, options).MutualInformation, 8);
    }

    [Fact]
    public void What_has_no_such_parts_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var hierarchy = new SmallHierarchy();
        using var pictures = Dataset.From(rand(5, 64).round());
        Refuse(hierarchy, hierarchy.CreateGuide(), pictures, "latents among them");
        using var simplex = new DirichletRows();
        using var words = Dataset.From(tensor(new double[,] { { 6, 0, 0 } }));
        Refuse(simplex, simplex.CreateGuide(), words, "depend on each other");
        using var rows = new RowPrior();
        using var paired = Dataset.From("rows", ("x", zeros(4)), ("mean", zeros(4)));
        Refuse(rows, rows.CreateGuide(), paired, "its prior follows");
        using var shared = new SharedMean();
        using var numbers = Dataset.From(zeros(4));
        Refuse(shared, shared.CreateGuide(), numbers, "no aggregate posterior");
        using var point = new SmallVae();
        Refuse(point, point.CreateGuide(Posterior.Delta()), pictures, "is a point");
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var first = Evaluate.AggregateDivergence(model, guide, data).Kl;
        var (live, state) = (LiveTensors.Count, get_rng_state().data<byte>().ToArray());
        Assert.Equal(first, Evaluate.AggregateDivergence(model, guide, data).Kl);
        Assert.Equal(live + 1, LiveTensors.Count);
        Assert.Equal(state, get_rng_state().data<byte>().ToArray());
    }

    private static void Refuse(GenerativeModel model, Guide guide, Dataset data, string reason)
    {
        using (guide)
        {
            var fault = Assert.Throws<PplArgumentException>(() => Evaluate.AggregateDivergence(model, guide, data));
            Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
        }
    }
}
