using Ppl.Common;
using Ppl.Data;
using Ppl.Inference.Tests.EndToEnd;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

/// <summary>Codes and what is measured on them, reconstruction errors, and distances of features.</summary>
public sealed class CodeTests
{
    [Fact]
    public void Codes_are_the_means_of_the_guide()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(23);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var data = Dataset.From(x);
        var codes = Evaluate.Codes(model, guide, data, new EvaluationOptions { BatchSize = 10 });
        using var grad = no_grad();
        Assert.Equal([23, 2], codes.shape);
        Assert.True((codes - guide.z.Encode(x).Mean).abs().max().item<double>() < 1e-12);
        using var hierarchy = new SmallHierarchy();
        using var deep = hierarchy.CreateGuide();
        using var pictures = Dataset.From(rand(5, 64).round());
        Assert.Equal([5, 6], Evaluate.Codes(hierarchy, deep, pictures).shape);
        using var shared = new SharedMean();
        using var global = shared.CreateGuide();
        using var numbers = Dataset.From(zeros(4));
        Assert.Throws<PplArgumentException>(() => Evaluate.Codes(shared, global, numbers));
    }

    /// <summary>A guide without spread: z is the mean, and both numbers are known.</summary>
    [Fact]
    public void Reconstruction_errors_are_those_of_the_decoded_means()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(9);
        using var model = Ppca.Model();
        using var guide = Ppca.ExactGuide(model, x);
        using var grad = no_grad();
        guide.z.named_parameters().Single(p => p.Item1.EndsWith("bias", StringComparison.Ordinal)).Item2.narrow(0, 2, 2).fill_(-40);
        using var data = Dataset.From(x);
        var found = Evaluate.ReconstructionError(model, guide, data, samples: 3, options: new EvaluationOptions { BatchSize = 4 });
        var squares = (x - model.Decoder.call(guide.z.Encode(x).Mean)).square().sum(1);
        var scale = model.LogNoise.exp().item<double>();
        var logs = (-0.5 * squares / (scale * scale)) - (5 * (Math.Log(scale) + (0.5 * Math.Log(2 * Math.PI))));
        Assert.All(squares.data<double>().ToArray().Zip(found.SquaredErrors!), p => Assert.Equal(p.First, p.Second, 8));
        Assert.All(logs.data<double>().ToArray().Zip(found.LogLikelihoods), p => Assert.Equal(p.First, p.Second, 8));
        Assert.Equal(squares.mean().item<double>(), found.SquaredError, 8);
        Assert.Contains("9 rows, 3 draws each", found.ToString(), StringComparison.Ordinal);
        Assert.Throws<PplArgumentException>(() => Evaluate.ReconstructionError(model, guide, data, site: "y"));
    }

    [Fact]
    public void Reconstruction_errors_leave_out_what_is_not_there()
    {
        using var scope = NewDisposeScope();
        using var model = new MaskedRows();
        using var guide = model.CreateGuide();
        using var data = Dataset.From("rows", ("x", tensor([1f, float.NaN, 3])), ("seen", tensor([true, false, true])));
        var found = Evaluate.ReconstructionError(model, guide, data, samples: 4);
        Assert.Equal(0, found.SquaredErrors![1]);
        Assert.Equal(0, found.LogLikelihoods[1]);

        // log N(x; z, 0.5) is a line in the squared error.
        foreach (var row in new[] { 0, 2 })
            Assert.Equal((-2 * found.SquaredErrors[row]) - Math.Log(0.5 * Math.Sqrt(2 * Math.PI)), found.LogLikelihoods[row], 4);
    }

    [Fact]
    public void A_family_without_a_mean_has_no_squared_error()
    {
        using var scope = NewDisposeScope();
        using var model = new CauchyRows();
        using var guide = model.CreateGuide();
        using var data = Dataset.From(tensor([1f, 2, 3]));
        var found = Evaluate.ReconstructionError(model, guide, data);
        Assert.All(found.SquaredErrors!, error => Assert.Equal(double.NaN, error));
        Assert.True(double.IsNaN(found.SquaredError) && double.IsFinite(found.LogLikelihood));
        using var kinds = new CategoryRows();
        using var other = kinds.CreateGuide();
        using var categories = Dataset.From(tensor(new long[] { 0, 2, 1 }));
        found = Evaluate.ReconstructionError(kinds, other, categories);
        Assert.Null(found.SquaredErrors);
        Assert.True(double.IsNaN(found.SquaredError) && double.IsFinite(found.LogLikelihood));
    }

    /// <summary>The minimum that scipy.optimize.minimize (BFGS) finds of the same function, with the penalty 0.7.</summary>
    [Fact]
    public void Logistic_regression_is_the_minimum()
    {
        using var scope = NewDisposeScope();
        double[] x = [-1.2, 0.1, 0.4, 2.0, 1.1, -0.3, 0.9, 3.0, 2.2, 0.2];
        var inputs = tensor(x.SelectMany(v => new[] { v, Math.Sin(3 * v) }).ToArray(), [10, 2], dtype: ScalarType.Float64);
        var labels = tensor(new long[] { 0, 0, 1, 2, 1, 0, 1, 2, 2, 0 });
        var found = LogisticRegression.Fit(inputs, labels, 3, penalty: 0.7).Weights;
        var expected = tensor(new double[,]
        {
            { -1.3700633768175854, -0.04935944651378603, 1.4194227015978247 },
            { -0.2557619707676386, 0.3822067422149369, -0.12644482984221622 },
            { 1.3023965455628477, 0.36550648859827073, -1.6679043583314035 },
        });
        Assert.True((found - expected).abs().max().item<double>() < 1e-5);
    }

    /// <summary>Four clouds on the corners of a square, in the classes of an exclusive or: the neighbours know them, no line does.</summary>
    [Fact]
    public void Probes_find_what_they_can()
    {
        using var scope = NewDisposeScope();
        var (codes, corners) = Clouds(seed: 1);
        var (test, testCorners) = Clouds(seed: 2);
        Assert.Equal(1, Evaluate.LinearProbe(codes, corners, test, testCorners).Accuracy);
        Assert.Equal(1, Evaluate.NearestNeighbours(codes, corners, test, testCorners).Accuracy);
        var (halves, testHalves) = (Exclusive(corners), Exclusive(testCorners));
        var linear = Evaluate.LinearProbe(codes, halves, test, testHalves);
        Assert.InRange(linear.Accuracy, 0.2, 0.8);
        Assert.Equal(Math.Sqrt(linear.Accuracy * (1 - linear.Accuracy) / 200), linear.StandardError, 12);
        var near = Evaluate.NearestNeighbours(codes, halves, test, testHalves, neighbours: 3);
        Assert.Equal(1, near.Accuracy);
        Assert.Equal([[100, 0], [0, 100]], near.Confusion);
        Assert.Equal("100.00% ± 0.00% of 200 data, 2 classes", near.ToString());

        // Scales and offsets of codes do not matter to a standardized probe; a constant one has no part in it.
        var other = cat([(1e4 * codes) + 3, ones([200, 1], dtype: ScalarType.Float64)], 1);
        var otherTest = cat([(1e4 * test) + 3, 5 * ones([200, 1], dtype: ScalarType.Float64)], 1);
        Assert.Equal(1, Evaluate.LinearProbe(other, corners, otherTest, testCorners).Accuracy);

        static Tensor Exclusive(Tensor corners) => corners.eq(1).logical_or(corners.eq(2)).to(ScalarType.Int64);
    }

    [Fact]
    public void Neighbours_vote_and_the_nearest_decides_among_equals()
    {
        using var scope = NewDisposeScope();
        var codes = tensor(new double[,] { { 0 }, { 1 }, { 3 }, { 4 }, { 4.5 } });
        var labels = tensor(new long[] { 0, 1, 2, 2, 1 });
        var test = tensor(new double[,] { { 0.1 }, { 3.4 } });
        var truth = tensor(new long[] { 0, 2 });
        foreach (var k in new[] { 1, 2, 4, 5 })
        {
            var found = Evaluate.NearestNeighbours(codes, labels, test, truth, k).Confusion;

            // From 0.1: 0, 1, 2, 2, 1. From 3.4: 2, 2, 1, 1, 0, where two of each leave it to the nearest.
            int[] expected = k switch { 1 => [0, 2], 2 => [0, 2], 4 => [2, 2], _ => [1, 2] };
            Assert.Equal(1, found[0][expected[0]]);
            Assert.Equal(1, found[2][expected[1]]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.NearestNeighbours(codes, labels, test, truth, 6));
        Assert.Throws<PplShapeException>(() => Evaluate.NearestNeighbours(codes, truth, test, truth));
        Assert.Throws<PplArgumentException>(() => Evaluate.LinearProbe(codes, labels - 1, test, truth));
        Assert.ThrowsAny<PplException>(() => Evaluate.LinearProbe(codes / 0, labels, test, truth));
    }

    /// <summary>Against all pairs, with scores that are often equal.</summary>
    [Fact]
    public void The_area_below_a_curve_counts_pairs()
    {
        var random = new CounterRandom(CounterRandom.Key(2, 2));
        var isPositive = Enumerable.Range(0, 80).Select(_ => random.NextInt(3) == 0).ToArray();
        var scores = isPositive.Select(positive => (double)(random.NextInt(6) + (positive ? 1 : 0))).ToArray();
        double pairs = 0, wins = 0;
        for (var i = 0; i < 80; i++)
        {
            for (var j = 0; j < 80; j++)
            {
                if (!isPositive[i] || isPositive[j]) continue;
                pairs++;
                wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }

        var curve = RocCurve.Of(scores, isPositive);
        Assert.Equal(wins / pairs, curve.Area, 12);
        double trapezoids = 0;
        for (var i = 1; i < curve.TruePositiveRates.Count; i++)
        {
            var width = curve.FalsePositiveRates[i] - curve.FalsePositiveRates[i - 1];
            trapezoids += 0.5 * width * (curve.TruePositiveRates[i] + curve.TruePositiveRates[i - 1]);
        }

        Assert.Equal(curve.Area, trapezoids, 12);
        Assert.Equal((0, 1), (curve.FalsePositiveRates[0], curve.FalsePositiveRates[^1]));
        Assert.Equal(1, RocCurve.Of([1, 2, double.PositiveInfinity], [false, false, true]).Area);
        Assert.Equal(0, RocCurve.Of([3, 2, 1], [false, true, true]).Area);
        Assert.Equal(0.5, RocCurve.Of([1, 1, 1], [false, true, true]).Area);
        Assert.Throws<PplArgumentException>(() => RocCurve.Of([1, 2], [true, true]));
        Assert.Throws<PplArgumentException>(() => RocCurve.Of([1, double.NaN], [true, false]));
        Assert.Throws<PplArgumentException>(() => RocCurve.Of([1], [true, false]));
    }

    [Fact]
    public void One_row_has_no_standard_error()
    {
        Assert.Equal("2.00 nats (1 row, 5 samples each)", new LikelihoodEstimate([2], [1], 5).ToString());
        Assert.Equal("2.50 ± 0.50 nats (2 rows, 5 samples each)", new LikelihoodEstimate([2, 3], [1, 1], 5).ToString());
    }

    /// <summary>The number of scipy.linalg.sqrtm for the same features; one dimension by hand; a network's features in batches.</summary>
    [Fact]
    public void The_frechet_distance_is_that_of_the_moments()
    {
        using var scope = NewDisposeScope();
        var columns = tensor(new double[,] { { 1, 2, 3, 4 } });
        var a = (arange(1, 41, dtype: ScalarType.Float64).unsqueeze(1) * columns).sin();
        var b = ((arange(1, 31, dtype: ScalarType.Float64).unsqueeze(1) * tensor(new double[,] { { 1, 2.5, 0.3, 2.5 } })).cos()
            * tensor(new double[,] { { 1, 2, 0.5, 1 } })) + (0.3 * a.narrow(0, 0, 30));
        Assert.Equal(1.095747656380672, Evaluate.FrechetDistance(a, b), 8);
        Assert.Equal(Evaluate.FrechetDistance(b, a), Evaluate.FrechetDistance(a, b), 8);
        Assert.InRange(Evaluate.FrechetDistance(a, a), 0, 1e-8);
        var (first, second) = (a.narrow(1, 0, 1), (3 * a.narrow(1, 0, 1)) + 2);
        var (deviation, mean) = (first.std(0, unbiased: true).item<double>(), first.mean().item<double>());
        Assert.Equal(Math.Pow((2 * mean) + 2, 2) + (4 * deviation * deviation), Evaluate.FrechetDistance(first, second), 8);

        // More features than rows: the covariances are singular.
        Assert.True(double.IsFinite(Evaluate.FrechetDistance(a.narrow(0, 0, 3), b.narrow(0, 0, 3))));
        using var network = nn.Sequential(nn.Linear(4, 3, dtype: ScalarType.Float64), nn.Dropout(0.5));
        Assert.StartsWith(
            "the features' network fails for rows of shape (40, 2), Float64: ",
            Assert.Throws<PplShapeException>(() => Evaluate.FrechetDistance(network, a.narrow(1, 0, 2), b)).Message,
            StringComparison.Ordinal);
        Assert.Throws<PplShapeException>(() => Evaluate.FrechetDistance(network, a.narrow(0, 0, 0), b));
        var live = LiveTensors.Count;
        var batched = Evaluate.FrechetDistance(network, a, b, batchSize: 7);
        Assert.Equal(live, LiveTensors.Count);
        Assert.True(network.training);
        network.eval();
        using var grad = no_grad();
        Assert.Equal(Evaluate.FrechetDistance(network.call(a), network.call(b)), batched, 8);
        Assert.Throws<PplShapeException>(() => Evaluate.FrechetDistance(a, first));
        Assert.Throws<NonFiniteException>(() => Evaluate.FrechetDistance(a, b / 0));
    }

    private static (Tensor Codes, Tensor Corners) Clouds(long seed)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, 9));
        var corners = Enumerable.Range(0, 200).Select(i => (long)(i % 4)).ToArray();
        var codes = corners.SelectMany(c => new[] { (c & 1) + (0.05 * random.NextNormal()), (c >> 1) + (0.05 * random.NextNormal()) }).ToArray();
        return (tensor(codes, [200, 2], dtype: ScalarType.Float64), tensor(corners));
    }
}
