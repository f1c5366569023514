using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class LikelihoodTests
{
    [Fact]
    public void Is_exact_at_the_posterior()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var estimate = Evaluate.NegativeLogLikelihood(model, guide, data, samples: 7);
        Assert.Equal(-Ppca.Evidence(model, x).mean().item<double>(), estimate.Mean, 8);
        Assert.Equal(7, estimate.EffectiveSampleSizes.Min(), 8);
        Assert.True(estimate.MonteCarloError < 1e-8);
    }

    /// <summary>
    /// Within 5 Monte Carlo errors of the evidence, and chunks of any size alike: 3 comparisons at 5 sigma, a false alarm in 6e5 runs. Mean
    /// log p̂ is biased by half the squared error of a row, which 0.002 covers at this effective sample size.
    /// </summary>
    [Fact]
    public void Is_the_analytic_one_whatever_the_chunks()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(60);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.03);
        using var data = Dataset.From(x);
        var truth = -Ppca.Evidence(model, x).mean().item<double>();
        foreach (var budget in new[] { 1L << 27, 40_000, 2400 })
        {
            var estimate = Evaluate.NegativeLogLikelihood(model, guide, data, samples: 2000, new EvaluationOptions { MemoryBudget = budget });
            Assert.True(estimate.MonteCarloError is > 0 and < 0.02);
            Assert.InRange(estimate.Mean - truth, (-5 * estimate.MonteCarloError) - 0.002, (5 * estimate.MonteCarloError) + 0.002);
        }
    }

    [Fact]
    public void A_pass_never_has_more_rows_than_the_budget_allows()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(30);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        using var pass = new EvaluationPass(model, guide, data, new EvaluationOptions { MemoryBudget = 4000 });

        // Rows are five numbers of eight bytes, layers up to five too: 100 particles · rows.
        Assert.Equal(100, pass.MaxRows);
        Assert.Equal(100, pass.RowsWithin(1));
        Assert.Equal(14, pass.RowsWithin(7));
        Assert.Equal(1, pass.RowsWithin(5000));
    }

    [Fact]
    public void The_streamed_sum_is_the_whole_one()
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        var weights = (50 * randn([1000, 6], dtype: ScalarType.Float64)) - 4000;
        using var streamed = new StreamingLogMeanExp();
        foreach (var (start, length) in new[] { (0, 1), (1, 499), (500, 300), (800, 200) }) streamed.Add(weights.narrow(0, start, length));
        var whole = (weights.logsumexp(0) - Math.Log(1000)).data<double>().ToArray();
        Assert.All(whole.Zip(streamed.LogMean()), p => Assert.Equal(p.First, p.Second, 10));
        Assert.Equal(1000, streamed.Count);

        var normalized = weights.softmax(0);
        var sizes = (1 / normalized.square().sum([0])).data<double>().ToArray();
        Assert.All(sizes.Zip(streamed.EffectiveSampleSize()), p => Assert.Equal(p.First, p.Second, 9));
    }

    [Fact]
    public void The_same_seed_gives_the_same_estimate_and_leaves_networks_in_training()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.05);
        using var data = Dataset.From(x);
        var fractions = new List<double>();
        var options = new EvaluationOptions { Seed = 2, BatchSize = 8, Progress = fractions.Add };
        var first = Evaluate.NegativeLogLikelihood(model, guide, data, 50, options);
        var second = Evaluate.NegativeLogLikelihood(model, guide, data, 50, new EvaluationOptions { Seed = 2, BatchSize = 8 });
        Assert.Equal(first.PerDatum, second.PerDatum);
        var other = Evaluate.NegativeLogLikelihood(model, guide, data, 50, new EvaluationOptions { Seed = 3, BatchSize = 8 });
        Assert.NotEqual(first.PerDatum, other.PerDatum);
        Assert.Equal([0.4, 0.8, 1], fractions);
        Assert.True(model.training);
        Assert.True(is_grad_enabled());
    }

    /// <summary>
    /// Exceedances of a generalized Pareto law with shape k are (u^−k − 1)/k. Over 200 fits of 95 of them the mean of the fitted k, freed of
    /// its shrinkage, is within 0.05 of k; one fit's deviation is about (1 + k)/√95, so that this is over 4 errors of the mean.
    /// </summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.7)]
    [InlineData(1.2)]
    public void The_shape_of_a_pareto_tail_is_found(double k)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(6);
        const int N = 95;
        var uniforms = rand([200, N], dtype: ScalarType.Float64).data<double>().ToArray();
        var mean = uniforms.Chunk(N).Average(u =>
        {
            double[] weights = [1, .. u.Select(v => 1 + ((Math.Pow(v, -k) - 1) / k))];
            var shrunk = ParetoTail.Shape([.. weights.Select(w => Math.Log(w) - 3000)]);
            return ((shrunk * (N + 10)) - 5) / N;
        });
        Assert.InRange(mean - k, -0.05, 0.05);
    }

    /// <summary>
    /// For z ~ N(0, 1) weighed by q = N(0, s²), the weight's tail has the shape 1 − s² for s &lt; 1: k = 0.91 for s = 0.3. A wider q bounds it.
    /// </summary>
    [Fact]
    public void A_guide_that_is_too_narrow_is_found_unreliable()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(40);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        Assert.All(Evaluate.ParetoShape(model, guide, data, 200).PerDatum, shape => Assert.True(shape < 0.3));
        ScaleBy(guide, 0.3);
        Assert.True(Evaluate.ParetoShape(model, guide, data, 4000).Unreliable > 0.9);
        ScaleBy(guide, 1.4 / 0.3);
        Assert.Equal(0, Evaluate.ParetoShape(model, guide, data, 4000, new EvaluationOptions { MemoryBudget = 40_000 }).Unreliable);
    }

    private static void ScaleBy(LinearGaussian.Guide guide, double factor)
    {
        using var grad = no_grad();
        guide.z.named_parameters().Single(p => p.Item1.EndsWith("bias", StringComparison.Ordinal)).Item2.narrow(0, 2, 2).add_(Math.Log(factor));
    }

    [Fact]
    public void Cancellation_stops_it()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(20);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        Assert.Throws<OperationCanceledException>(
            () => Evaluate.NegativeLogLikelihood(
                model, guide, data, 50, new EvaluationOptions { Cancellation = new CancellationToken(canceled: true) }));
        Assert.True(is_grad_enabled());
    }
}
