using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Evaluation;
using Ppl.Inference.Tests.Plates;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>beta-TCVAE: the parts by hand, its relation to the ELBO and to the parts that are measured, its estimators.</summary>
public sealed class TotalCorrelationTests : IDisposable
{
    private const int Rows = 6;
    private const int Total = 40;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = Ppca.Data(Rows);
    private readonly LinearGaussian model = Ppca.Model();
    private readonly LinearGaussian.Guide guide;

    public TotalCorrelationTests()
    {
        guide = Ppca.ExactGuide(model, x);
        Ppca.Disturb(guide, 0.1);
    }

    public void Dispose()
    {
        guide.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    public static TheoryData<AggregateEstimator> Estimators =>
        [AggregateEstimator.Exact, AggregateEstimator.MinibatchWeighted, AggregateEstimator.MinibatchStratified];

    /// <summary>The sums of appendix C of the paper, written out over rows and coordinates; K = 2.</summary>
    [Theory]
    [MemberData(nameof(Estimators))]
    public void The_value_is_that_of_the_papers_formulas(AggregateEstimator estimator)
    {
        const double Alpha = 0.5, Beta = 6, Gamma = 1.5;
        var total = estimator == AggregateEstimator.Exact ? Rows : Total;
        double[] z, mean, scale;
        using (manual_seed(6))
        {
            var draws = guide.Draw(guide.Batch(x), 2);
            z = Numbers(draws.Latents[0]);
            (mean, scale) = (Numbers(draws.Distributions[0].Mean), Numbers(draws.Distributions[0].Variance.sqrt()));
        }

        double LogNormal(double v, double m, double s) => (-0.5 * Math.Pow((v - m) / s, 2)) - Math.Log(s) - (0.5 * Math.Log(2 * Math.PI));
        double Density(int draw, int row, int d) => Math.Exp(LogNormal(z[(2 * draw) + d], mean[(2 * row) + d], scale[(2 * row) + d]));
        double Weight(int own, int row) => estimator switch
        {
            AggregateEstimator.Exact => 1.0 / Rows,
            AggregateEstimator.MinibatchWeighted => 1.0 / (Rows * Total),
            _ when row == own => 1.0 / Total,
            _ when row == (own + 1) % Rows => (Total - (Rows - 1.0)) / (Total * (Rows - 1.0)),
            _ => 1.0 / (Rows - 1),
        };

        var penalty = 0.0;
        for (var draw = 0; draw < 2 * Rows; draw++)
        {
            var own = draw % Rows;
            var (joint, first, second) = (0.0, 0.0, 0.0);
            for (var row = 0; row < Rows; row++)
            {
                joint += Weight(own, row) * Density(draw, row, 0) * Density(draw, row, 1);
                first += Weight(own, row) * Density(draw, row, 0);
                second += Weight(own, row) * Density(draw, row, 1);
            }

            var product = Math.Log(first) + Math.Log(second);
            var prior = LogNormal(z[2 * draw], 0, 1) + LogNormal(z[(2 * draw) + 1], 0, 1);
            var posterior = Math.Log(Density(draw, own, 0)) + Math.Log(Density(draw, own, 1));
            penalty += ((Alpha * (posterior - Math.Log(joint))) + (Beta * (Math.Log(joint) - product)) + (Gamma * (product - prior))) / (2 * Rows);
        }

        var sampled = Objective.BetaTcVae(Beta, Alpha, Gamma, estimator, particles: 2, kl: KlForm.Sampled);
        var found = Read(sampled, total: total);
        Assert.Equal(found.Reconstruction - penalty, found.Bound, 1e-9);

        // In closed form the part of the divergence has its mean in the place of its value at the draws.
        var closed = Read(Objective.BetaTcVae(Beta, Alpha, Gamma, estimator, particles: 2), total: total);
        Assert.Equal(found.Bound + (Alpha * found.Kl), closed.Bound + (Alpha * closed.Kl), 1e-9);
        Assert.NotEqual(found.Kl, closed.Kl, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public void With_weights_of_one_it_is_the_elbo(AggregateEstimator estimator)
    {
        var total = estimator == AggregateEstimator.Exact ? Rows : Total;
        foreach (var kl in new[] { KlForm.ClosedForm, KlForm.Sampled })
        {
            var (elbo, found) = (Read(Objective.Elbo(2, kl), total: total), Read(Objective.BetaTcVae(1, 1, 1, estimator, null, 2, kl), total: total));
            Assert.Equal(elbo.Bound, found.Bound);
            Assert.Equal(elbo.Parts, found.Parts);
        }

        var beta = Objective.Elbo(beta: 3);
        Assert.Equal(Read(beta, total: total).Bound, Read(Objective.BetaTcVae(3, 3, 3, estimator), total: total).Bound, 1e-12);
    }

    /// <summary>The same draws in the same batches: the bound changes with a weight by just the part that is measured.</summary>
    [Theory]
    [MemberData(nameof(Estimators))]
    public void The_parts_are_those_that_are_measured(AggregateEstimator estimator)
    {
        foreach (var posterior in new[] { Posterior.Default(hidden: []), Posterior.FullCovariance(hidden: []) })
        {
            using var vae = new SmallVae(ScalarType.Float64);
            using var own = vae.CreateGuide(posterior);
            var pictures = Dataset.From((Ppca.Data(24, seed: 8).matmul(randn([5, 64], ScalarType.Float64)) > 0).to(ScalarType.Float64));
            own.Prepare(own.Batch(pictures.Take(3).All()[0]));
            Ppca.Disturb(own, 0.3);
            var options = new EvaluationOptions { BatchSize = 8, Seed = 2 };
            var parts = Evaluate.AggregateDivergence(vae, own, pictures, 1, estimator, options);
            var whole = estimator == AggregateEstimator.Exact ? options with { BatchSize = 24 } : options;
            if (estimator == AggregateEstimator.Exact) parts = Evaluate.AggregateDivergence(vae, own, pictures, 1, estimator, whole);
            double Bound(double beta, double alpha, double gamma) => Evaluate.Bound(
                vae, own, pictures, Objective.BetaTcVae(beta, alpha, gamma, estimator, kl: KlForm.Sampled), whole).Bound;
            var one = Bound(1, 1, 1);
            Assert.Equal(parts.TotalCorrelation, one - Bound(2, 1, 1), 1e-9);
            Assert.Equal(parts.MutualInformation, one - Bound(1, 2, 1), 1e-9);
            Assert.Equal(parts.DimensionWise.Sum(), one - Bound(1, 1, 2), 1e-9);
            Assert.True(Math.Abs(parts.TotalCorrelation) > 1e-3, parts.ToString());
            pictures.Dispose();
        }
    }

    /// <summary>Over all ordered choices of the other rows of a batch, the estimates of q(z) have the mean q(z); weighted ones are too low.</summary>
    [Fact]
    public void Stratified_sampling_is_unbiased()
    {
        const int N = 6, B = 3;
        double[] densities = [0.7, 0.1, 1.9, 0.02, 0.4, 3];
        foreach (var own in Enumerable.Range(0, N))
        {
            var (stratified, weighted, count) = (0.0, 0.0, 0);
            var others = Enumerable.Range(0, N).Where(n => n != own).ToList();
            foreach (var first in others)
            {
                foreach (var second in others.Where(n => n != first))
                {
                    var batch = tensor([densities[own], densities[first], densities[second]]);
                    double Estimate(AggregateEstimator estimator) => (AggregateMixture.LogWeights(
                        estimator, tensor([0L]), B, N, batch).exp() * batch).sum().ToDouble();
                    stratified += Estimate(AggregateEstimator.MinibatchStratified);
                    weighted += Estimate(AggregateEstimator.MinibatchWeighted);
                    count++;
                }
            }

            Assert.Equal(densities.Average(), stratified / count, 1e-12);
            Assert.True(weighted / count < densities.Average());
        }
    }

    [Theory]
    [MemberData(nameof(Estimators))]
    public void Gradients_agree_with_differences(AggregateEstimator estimator)
    {
        foreach (var (objective, tolerance) in new[]
        {
            (Objective.BetaTcVae(4, 0.5, 2, estimator), 1e-7),
            (Objective.BetaTcVae(Schedule.Linear(0, 5, 10), estimator: estimator, particles: 2, kl: KlForm.Sampled).At(4), 1e-7),
        })
        {
            var batch = guide.Batch([x], [estimator == AggregateEstimator.Exact ? Rows : Total]);
            foreach (var module in new nn.Module[] { model, guide })
            {
                var exact = Gradients.Of(objective, guide, module, batch, seed: 11);
                var differences = Gradients.ByDifferences(objective, guide, module, batch, seed: 11);
                Gradients.Close(differences, exact, tolerance * (1 + Gradients.Largest(exact)));
                Assert.True(Gradients.Largest(exact) > 1e-3);
            }
        }
    }

    /// <summary>With latents outside the rows, the number of a row counts N times, and other divergences once.</summary>
    [Fact]
    public void It_counts_for_each_row_of_the_data()
    {
        using var example = Case.Disturbed(nameof(GlobalMean));
        double Bound(Objective objective, long total)
        {
            using var seed = manual_seed(3);
            using var result = objective.Evaluate(example.Guide, example.Guide.Batch(example.Data, [total]));
            return result.Bound;
        }

        // One coordinate has no total correlation; and weighted sampling divides densities by N too.
        var rows = example.Batch.Count;
        var names = new[] { "z" };
        Assert.Equal(Bound(Objective.Elbo(), rows), Bound(Objective.BetaTcVae(9, latents: names, estimator: AggregateEstimator.Exact), rows), 1e-9);
        double Added(long total) => Bound(Objective.Elbo(), total) - Bound(Objective.BetaTcVae(1, 1, 2, latents: names), total);
        Assert.Equal((Added(rows) / rows) - Math.Log(10), Added(10 * rows) / (10 * rows), 1e-9);
    }

    [Fact]
    public void What_means_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.BetaTcVae(1, alpha: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.BetaTcVae(1, gamma: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.BetaTcVae(1, estimator: (AggregateEstimator)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.AggregateDivergence(
            model, guide, Dataset.From(x), estimator: (AggregateEstimator)9));
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => Objective.BetaTcVae(-1)).ParamName);
        Refused("beta is below 0", Objective.BetaTcVae(Schedule.Of("below", _ => -1)), guide, x);
        Refused("no latent 'w'", Objective.BetaTcVae(2, latents: ["w"]), guide, x);
        Refused("a row's own and the others", Objective.BetaTcVae(2, estimator: AggregateEstimator.MinibatchStratified), guide, x.narrow(0, 0, 1));
        var fault = Assert.Throws<PplArgumentException>(() => Read(Objective.BetaTcVae(2, estimator: AggregateEstimator.Exact)));
        Assert.Contains("q(z) is the mixture of all of them", fault.Message, StringComparison.Ordinal);
        using var chain = new GaussianChain();
        using var layers = chain.ExactGuide(x.narrow(1, 0, 2));
        Refused("its factor sees h1", Objective.BetaTcVae(2, latents: ["h2"]), layers, x.narrow(1, 0, 2));
        using var vae = new SmallVae();
        using var points = vae.CreateGuide(Posterior.Delta());
        var pictures = zeros(4, 64);
        points.Prepare(points.Batch(pictures));
        Refused("which has no density", Objective.BetaTcVae(2), points, pictures);
        using var simplex = new DirichletRows();
        using var shares = simplex.CreateGuide();
        var words = tensor(new double[,] { { 6, 0, 0 }, { 1, 2, 3 } });
        shares.Prepare(shares.Batch(words));
        Refused("depend on each other", Objective.BetaTcVae(2), shares, words);
        using var rows = new KnownRows();
        using var partly = rows.CreateGuide();
        Tensor[] known = [zeros(4), zeros(4), tensor([true, false, true, false])];
        partly.Prepare(partly.Batch(known));
        Refused("it is known in some rows", Objective.BetaTcVae(2), partly, known);
        Assert.Equal(
            "beta-TCVAE(2), alpha 1, beta 6, gamma 1 of z, stratified",
            Objective.BetaTcVae(6, estimator: AggregateEstimator.MinibatchStratified, latents: ["z"], particles: 2).ToString());
        Assert.Equal("ELBO", Objective.BetaTcVae(6).Measured.ToString());
    }

    private static void Refused(string reason, Objective objective, Guide guide, params Tensor[] data)
    {
        var fault = Assert.Throws<PplArgumentException>(() => objective.Evaluate(guide, guide.Batch(data)));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    private static double[] Numbers(Tensor tensor) => tensor.detach().contiguous().data<double>().ToArray();

    private BoundValue Read(Objective objective, long total = Total)
    {
        using var seed = manual_seed(6);
        using var result = objective.Evaluate(guide, guide.Batch([x], [total]));
        return result.Read();
    }
}
