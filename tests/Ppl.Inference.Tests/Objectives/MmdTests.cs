using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using Ppl.Inference.Tests.Evaluation;
using Ppl.Inference.Tests.Plates;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Objectives;

/// <summary>InfoVAE and WAE by maximum mean discrepancy: values by hand and in closed form, gradients, what they mean nothing for.</summary>
public sealed class MmdTests : IDisposable
{
    private const int Rows = 12;

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Tensor x = Ppca.Data(Rows);
    private readonly LinearGaussian model = Ppca.Model();
    private readonly LinearGaussian.Guide guide;

    public MmdTests()
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

    public static TheoryData<Objective> Objectives => new()
    {
        Objective.InfoVae(0.3, 20),
        Objective.InfoVae(-1, 4, Kernel.Rbf(0.5, 2), MmdEstimator.Biased, particles: 2),
        Objective.Wae(30, Kernel.Rbf()),
        Objective.Wae(30, estimator: MmdEstimator.Biased, latents: ["z"], particles: 3),
    };

    [Theory]
    [InlineData(MmdEstimator.Unbiased)]
    [InlineData(MmdEstimator.Biased)]
    public void The_value_is_the_double_sum(MmdEstimator estimator)
    {
        double[][] codes, prior;
        using (manual_seed(6))
        {
            codes = Matrix(guide.Draw(guide.Batch(x), 1).Latents[0]);
            prior = Matrix(randn([Rows, 2]).to(ScalarType.Float64));
        }

        double Imq(double[] a, double[] b) => new[] { 0.1, 0.2, 0.5, 1, 2, 5, 10 }.Sum(s => 4 * s / ((4 * s) + Square(a, b)));
        double Rbf(double[] a, double[] b) => new[] { 0.7, 3 }.Sum(s => Math.Exp(-Square(a, b) / (2 * s * s)));
        var plain = Read(Objective.Elbo());
        foreach (var (kernel, k) in new (Kernel?, Func<double[], double[], double>)[] { (null, Imq), (Kernel.Rbf(0.7, 3), Rbf) })
        {
            var expected = Discrepancy(codes, prior, k, estimator);
            Assert.True(Math.Abs(expected) > 1e-3);
            var info = Read(Objective.InfoVae(0.25, 10, kernel, estimator));
            Assert.Equal(plain.Reconstruction - (0.75 * plain.Kl) - (9.25 * expected), info.Bound, 1e-9);
            Assert.Equal(plain.Parts, info.Parts);
            Assert.Equal(plain.Bound, info.Bound + info.Penalty, 1e-9);
            Assert.Equal(plain.Reconstruction - (10 * expected), Read(Objective.Wae(10, kernel, estimator)).Bound, 1e-9);
            var measured = Evaluate.MaximumMeanDiscrepancy(tensor(Flat(codes)).view(Rows, 2), tensor(Flat(prior)).view(Rows, 2), kernel, estimator);
            Assert.Equal(expected, measured, 1e-12);
        }

        Assert.Equal(plain.Bound, Read(Objective.InfoVae(0, 1)).Bound, 1e-12);
    }

    /// <summary>
    /// E exp(−d²/(2ℓ²)) of d ~ N(m, s²) is Π (1 + s²/ℓ²)^(−½) exp(−m²/(2(ℓ² + s²))): the mean of 2,000 estimates, within five of their errors.
    /// </summary>
    [Fact]
    public void Its_mean_is_the_closed_form_of_normals()
    {
        const double Length = 1.3;
        const int K = 2000;
        using var grad = no_grad();
        var q = guide.z.Encode(x);
        var (means, variances) = (Matrix(q.Mean), Matrix(q.Variance));
        double Expected(double[] mean, double[] variance) => Enumerable.Range(0, mean.Length).Aggregate(1.0, (product, d) =>
            product * Math.Exp(-mean[d] * mean[d] / (2 * ((Length * Length) + variance[d]))) / Math.Sqrt(1 + (variance[d] / (Length * Length))));
        double[] Each(Func<int, double> number) => [number(0), number(1)];

        // Within the codes the mean runs over pairs of different rows.
        var (within, across) = (0.0, 0.0);
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Rows; j++)
            {
                var apart = Expected(Each(d => means[i][d] - means[j][d]), Each(d => variances[i][d] + variances[j][d]));
                if (i != j) within += apart / (Rows * (Rows - 1));
            }

            across += Expected(means[i], Each(d => variances[i][d] + 1)) / Rows;
        }

        var expected = within + Expected([0, 0], [2, 2]) - (2 * across);
        var plain = Read(Objective.Elbo(K));
        var found = plain.Reconstruction - Read(Objective.Wae(1, Kernel.Rbf(Length), particles: K)).Bound;
        var single = Enumerable.Range(0, 40).Select(seed => Read(Objective.Elbo(), seed).Reconstruction
            - Read(Objective.Wae(1, Kernel.Rbf(Length)), seed).Bound).ToList();
        var deviation = Math.Sqrt(single.Sum(v => Math.Pow(v - single.Average(), 2)) / 39);
        Assert.InRange(found - expected, -5 * deviation / Math.Sqrt(K), 5 * deviation / Math.Sqrt(K));
        Assert.True(expected > 20 * deviation / Math.Sqrt(K), $"{expected}, {deviation}");
    }

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Gradients_agree_with_differences(Objective objective)
    {
        foreach (var module in new nn.Module[] { model, guide })
        {
            var exact = Gradients.Of(objective, guide, module, guide.Batch(x), seed: 11);
            Gradients.Close(
                Gradients.ByDifferences(objective, guide, module, guide.Batch(x), seed: 11), exact, 1e-7 * (1 + Gradients.Largest(exact)));
            Assert.True(Gradients.Largest(exact) > 1e-3);
        }
    }

    /// <summary>In a model with latents outside the rows the bound is of the whole data, and the number of a row counts N times.</summary>
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

        double Added(double weight, long total) =>
            Bound(Objective.InfoVae(0, 1, latents: ["z"]), total) - Bound(Objective.InfoVae(0, 1 + weight, latents: ["z"]), total);
        var rows = example.Batch.Count;
        Assert.Equal(Added(1, rows) / rows, Added(1, 10 * rows) / (10 * rows), 1e-10);
        Assert.Equal(2 * Added(1, rows), Added(2, rows), 1e-9);
        Assert.True(Math.Abs(Added(1, rows)) > 1e-3);
    }

    /// <summary>Neither a divergence nor −log p of a point counts.</summary>
    [Fact]
    public void Points_may_be_the_codes_of_a_wasserstein_autoencoder()
    {
        using var vae = new SmallVae(ScalarType.Float64);
        using var points = vae.CreateGuide(Posterior.Delta(hidden: [4]));
        var data = rand([8, 64], ScalarType.Float64).round();
        points.Prepare(points.Batch(data));
        using (manual_seed(2))
        {
            using var result = Objective.Wae(5).Evaluate(points, points.Batch(data));
            var z = points.Draw(points.Batch(data), 1).Latents[0];
            using var again = manual_seed(2);
            var prior = randn([8, 3]);
            var expected = result.Read().Reconstruction - (5 * Evaluate.MaximumMeanDiscrepancy(z, prior));
            Assert.Equal(expected, result.Bound, 1e-9);
            Assert.True(result.Read().Parts.Single(part => part.Site == "z").IsPoint);
        }

        var exact = Gradients.Of(Objective.Wae(5), points, points, points.Batch(data), seed: 4);
        Gradients.Close(
            Gradients.ByDifferences(Objective.Wae(5), points, points, points.Batch(data), seed: 4), exact, 1e-7 * (1 + Gradients.Largest(exact)));
        Refused("which has no divergence to weigh", Objective.InfoVae(0, 3), points, data);
    }

    /// <summary>Without a divergence the codes of a linear model are spread as the prior is.</summary>
    [Fact]
    public void Training_brings_the_codes_to_the_prior()
    {
        using var data = Dataset.From(Ppca.Data(256, seed: 3));
        using var own = new LinearGaussian(2, 5);
        using var encoder = own.CreateGuide();
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(own, encoder, Objective.Wae(200), p => optim.Adam(p, 1e-2), settings);
        double Distance()
        {
            using var inner = NewDisposeScope();
            using var grad = no_grad();
            using var seed = manual_seed(5);
            var codes = encoder.Draw(encoder.Batch(data.All()), 1).Latents[0];
            return Evaluate.MaximumMeanDiscrepancy(codes, randn([256, 2], ScalarType.Float64));
        }

        svi.Fit(data, epochs: 1, batchSize: 64);
        var before = Distance();
        svi.Fit(data, epochs: 60, batchSize: 64);
        Assert.True(Distance() < before / 5, $"{before} to {Distance()}");
        Assert.Equal("ELBO", svi.Objective.Measured.ToString());
    }

    [Fact]
    public void What_means_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.InfoVae(1.5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.InfoVae(0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.InfoVae(0.5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Wae(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Objective.Wae(1, estimator: (MmdEstimator)7));
        Assert.Throws<ArgumentException>(() => Objective.Wae(1, latents: []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernel.Rbf(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Kernel.InverseMultiquadratic(double.NaN));
        Refused("has no latent 'w'; its latents are z", Objective.Wae(1, latents: ["w"]), guide, x);
        Refused("a mean over pairs of different rows", Objective.Wae(1), guide, x.narrow(0, 0, 1));
        Assert.True(double.IsFinite(Read(Objective.Wae(1, estimator: MmdEstimator.Biased), rows: 1).Bound));
        using var chain = new GaussianChain();
        using var layers = chain.ExactGuide(x.narrow(1, 0, 2));
        Refused("its prior follows other latents or the row", Objective.Wae(1), layers, x.narrow(1, 0, 2));
        using var example = Case.Disturbed(nameof(GlobalMean));
        Refused("mu: WAE, 1 MMD by RBF(1): it stands outside every rows plate", Objective.Wae(1, Kernel.Rbf()), example.Guide, example.Data);
        using var rows = new KnownRows();
        using var partly = rows.CreateGuide();
        Tensor[] known = [zeros(4), zeros(4), tensor([true, false, true, false])];
        partly.Prepare(partly.Batch(known));
        Refused("it is known in some rows", Objective.InfoVae(0, 2), partly, known);
        var fault = Assert.Throws<PplShapeException>(() => Evaluate.MaximumMeanDiscrepancy(zeros(3, 2), zeros(3, 1)));
        Assert.Contains("(3, 2) and (3, 1)", fault.Message, StringComparison.Ordinal);
        Assert.Throws<NonFiniteException>(() => Evaluate.MaximumMeanDiscrepancy(zeros(3, 2), full([3, 2], double.NaN)));
    }

    /// <summary>Sets of different sizes, in several chunks.</summary>
    [Fact]
    public void Large_sets_are_compared_in_chunks()
    {
        using var seed = manual_seed(1);
        var (first, second) = (randn([700, 3], ScalarType.Float64), (0.5 * randn([900, 3], ScalarType.Float64)) + 1);
        Tensor Kernels(Tensor a, Tensor b) => (-0.5 * (a.unsqueeze(1) - b).square().sum([2])).exp();
        foreach (var (estimator, n, m) in new[] { (MmdEstimator.Biased, 700 * 700, 900 * 900), (MmdEstimator.Unbiased, 700 * 699, 900 * 899) })
        {
            var diagonal = estimator == MmdEstimator.Biased ? 0 : 1;
            var expected = ((Kernels(first, first).sum() - (diagonal * 700)) / n) + ((Kernels(second, second).sum() - (diagonal * 900)) / m)
                - (2 * Kernels(first, second).mean());
            Assert.Equal(expected.ToDouble(), Evaluate.MaximumMeanDiscrepancy(first, second, Kernel.Rbf(), estimator), 1e-12);
        }

        Assert.Equal(0, Evaluate.MaximumMeanDiscrepancy(first, first, estimator: MmdEstimator.Biased), 1e-12);
    }

    private static void Refused(string reason, Objective objective, Guide guide, params Tensor[] data)
    {
        var fault = Assert.Throws<PplArgumentException>(() => objective.Evaluate(guide, guide.Batch(data)));
        Assert.Contains(reason, fault.Message, StringComparison.Ordinal);
    }

    private static double Discrepancy(double[][] a, double[][] b, Func<double[], double[], double> k, MmdEstimator estimator)
    {
        var (sum, pairs) = (0.0, estimator == MmdEstimator.Biased ? Rows * Rows : Rows * (Rows - 1));
        for (var i = 0; i < Rows; i++)
        {
            for (var j = 0; j < Rows; j++)
            {
                if (i != j || estimator == MmdEstimator.Biased) sum += (k(a[i], a[j]) + k(b[i], b[j])) / pairs;
                sum -= 2 * k(a[i], b[j]) / (Rows * Rows);
            }
        }

        return sum;
    }

    private static double Square(double[] a, double[] b) => a.Zip(b, (p, q) => (p - q) * (p - q)).Sum();

    private static double[][] Matrix(Tensor rows) =>
        [.. Enumerable.Range(0, (int)rows.shape[0]).Select(i => rows[i].detach().contiguous().data<double>().ToArray())];

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];

    private BoundValue Read(Objective objective, long seed = 6, int rows = Rows)
    {
        using var generator = manual_seed(seed);
        using var result = objective.Evaluate(guide, guide.Batch(x.narrow(0, 0, rows)));
        return result.Read();
    }
}
