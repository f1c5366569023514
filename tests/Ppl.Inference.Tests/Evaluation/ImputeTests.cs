using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

/// <summary>Missing entries of a linear model with normal noise, whose conditional distribution is known.</summary>
public sealed class ImputeTests
{
    private const double Noise = 0.5;

    private static readonly double[,] Map = { { 1.2, -0.3, 0.8, 0.1 }, { 0.2, 0.9, -0.7, 0.4 } };

    /// <summary>The guide is about the prior, so that the weights do all the work; in chunks, and with NaN in the place of what is missing.</summary>
    [Theory]
    [InlineData(1L << 23)]
    [InlineData(1L << 19)]
    public void The_mean_is_the_conditional_mean(long budget)
    {
        using var scope = NewDisposeScope();
        var (x, seen) = Rows();
        using var model = new LinearEntries(Map);
        using var seed = manual_seed(1);
        using var guide = model.CreateGuide();
        using var data = Dataset.From("rows", ("x", x), ("seen", seen));
        var found = Evaluate.Impute(model, guide, data, samples: 40_000, options: new EvaluationOptions { MemoryBudget = budget, BatchSize = 2 });
        var (mean, _) = Conditional(x, seen);
        Assert.Equal("x", found.Site);
        Assert.Null(found.Draws);
        Assert.Equal(x.shape, found.Mean.shape);
        Assert.True((found.Mean - mean).masked_select(seen.logical_not()).abs().max().item<double>() < 0.03);
        Assert.Equal(x.masked_select(seen).data<double>().ToArray(), found.Mean.masked_select(seen).data<double>().ToArray());
        Assert.All(found.EffectiveSampleSizes, size => Assert.InRange(size, 100, 40_000));
        Assert.Contains("4 rows, 40000 samples each", found.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_are_of_the_conditional_distribution()
    {
        using var scope = NewDisposeScope();
        var (x, seen) = Rows();
        using var model = new LinearEntries(Map);
        using var seed = manual_seed(1);
        using var guide = model.CreateGuide();
        using var data = Dataset.From("rows", ("x", x), ("seen", seen));
        var options = new EvaluationOptions { MemoryBudget = 1L << 19 };
        var draws = Evaluate.Impute(model, guide, data, samples: 20_000, draws: 4_000, options: options).Draws!;
        var (mean, variance) = Conditional(x, seen);
        var missing = seen.logical_not();
        Assert.Equal([4_000, 4, 4], draws.shape);
        Assert.True((draws.mean([0]) - mean).masked_select(missing).abs().max().item<double>() < 0.08);
        Assert.True(((draws - mean).square().mean([0]) / variance - 1).masked_select(missing).abs().max().item<double>() < 0.12);
        Assert.True(draws.eq(x).logical_or(missing).all().item<bool>());
    }

    /// <summary>Chunks of which no particle has a weight change nothing; a row without any has no mean.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Particles_without_a_weight_count_nothing(int place)
    {
        using var scope = NewDisposeScope();
        using var seed = manual_seed(1);
        const double None = double.NegativeInfinity;
        var chunks = new List<Tensor> { tensor(new[,] { { 0, None }, { Math.Log(3), None } }), tensor(new[,] { { None, None }, { Math.Log(4), None } }) };
        var values = new List<Tensor> { tensor(new[,] { { 1.0, 1 }, { 2, 1 } }), tensor(new[,] { { 9.0, 1 }, { 4, 1 } }) };
        chunks.Insert(place, full(2, 2, None, ScalarType.Float64));
        values.Insert(place, full(2, 2, 7, ScalarType.Float64));
        using var moments = new ConditionalMoments(500);
        foreach (var (weights, means) in chunks.Zip(values)) moments.Add(weights, means, means);
        Assert.Equal((1 + (3 * 2) + (4 * 4)) / 8.0, moments.Mean[0].item<double>(), 12);
        Assert.True(double.IsNaN(moments.Mean[1].item<double>()));
        double[] drawn = moments.Draws!.select(1, 0).data<double>().ToArray();
        Assert.All(drawn, draw => Assert.Contains(draw, new double[] { 1, 2, 4 }));
        Assert.Equal(0.5, drawn.Count(draw => draw == 4) / 500.0, 0.1);     // 4.5 standard deviations
    }

    /// <summary>One seed gives one result; the means of counts are no counts.</summary>
    [Fact]
    public void Means_of_counts_have_fractions()
    {
        using var scope = NewDisposeScope();
        using var model = new MaskedCounts();
        using var seed = manual_seed(1);
        using var guide = model.CreateGuide();
        using var data = Dataset.From("rows", ("x", tensor(new long[] { 3, 0 })), ("seen", tensor([true, false])));
        var first = Evaluate.Impute(model, guide, data, samples: 20_000, draws: 3);
        Assert.Equal(2, first.Mean[1].to(ScalarType.Float64).item<double>(), 0.1);          // the prior's mean of the rate
        Assert.Equal(3, first.Mean[0].to(ScalarType.Float64).item<double>());
        Assert.Equal(ScalarType.Int64, first.Draws!.dtype);
        var second = Evaluate.Impute(model, guide, data, samples: 20_000, draws: 3);
        Assert.True(first.Mean.eq(second.Mean).all().item<bool>() && first.Draws.eq(second.Draws!).all().item<bool>());
    }

    [Fact]
    public void What_has_no_conditional_mean_is_refused()
    {
        using var scope = NewDisposeScope();
        Refused(new RowPrior(), "no Observe has where:", zeros(2), zeros(2));
        Refused(new SharedMasked(), "mean stands outside every rows plate", zeros(2), ones(2));
        Refused(new MaskedSlices(), "slice by slice", zeros(2, 3), ones(2, 3));
        Refused(new MaskedKinds(), "Categorical has no mean in closed form", tensor(new long[] { 0, 1 }), tensor([true, false]));
        using var model = new MaskedRows();
        using var seed = manual_seed(1);
        using var guide = model.CreateGuide();
        using var data = Dataset.From("rows", ("x", zeros(2)), ("seen", ones(2)));
        Assert.Contains("MaskedRows has x", Assert.Throws<PplArgumentException>(() => Evaluate.Impute(model, guide, data, site: "y")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.Impute(model, guide, data, samples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate.Impute(model, guide, data, draws: -1));
        using var heavy = new MaskedCauchy();
        using var itsGuide = heavy.CreateGuide();
        using var third = Dataset.From("rows", ("x", tensor([1f, 2, 3])), ("seen", tensor([true, true, false])));
        Assert.Contains("at [2]", Assert.Throws<NonFiniteException>(() => Evaluate.Impute(heavy, itsGuide, third)).Message);

        static void Refused(GenerativeModel model, string words, params Tensor[] columns)
        {
            using var guide = ((Contracts.IGeneratedModel)model).CreateGuide();
            using var data = Dataset.From(columns);
            Assert.Contains(words, Assert.Throws<PplArgumentException>(() => Evaluate.Impute(model, guide, data)).Message, StringComparison.Ordinal);
        }
    }

    private static (Tensor X, Tensor Seen) Rows()
    {
        const double None = double.NaN;
        var x = tensor(new double[,] { { 1.5, None, -0.4, None }, { None, None, None, None }, { 0.3, -1.2, 0.9, 0.1 }, { None, 1.1, None, -0.6 } });
        return (x, x.isfinite());
    }

    /// <summary>Row by row: x = W z + ε is normal, and so is what is missing of it given the rest.</summary>
    private static (Tensor Mean, Tensor Variance) Conditional(Tensor x, Tensor seen)
    {
        var map = tensor(Map);
        var covariance = map.t().matmul(map) + (Noise * Noise * eye(4, dtype: ScalarType.Float64));
        var (mean, variance) = (x.clone(), zeros_like(x));
        for (var row = 0; row < x.shape[0]; row++)
        {
            var (here, there) = (Places(seen[row].logical_not()), Places(seen[row]));
            if (here.shape[0] == 0) continue;
            var own = covariance.index_select(0, here);
            var gain = there.shape[0] == 0 ? null : own.index_select(1, there).matmul(
                linalg.inv(covariance.index_select(0, there).index_select(1, there)));
            mean[row].index_copy_(0, here, gain is null ? zeros(4, ScalarType.Float64) : gain.matmul(x[row].index_select(0, there)));
            var spread = own.index_select(1, here);
            if (gain is not null) spread -= gain.matmul(own.index_select(1, there).t());
            variance[row].index_copy_(0, here, spread.diagonal());
        }

        return (mean, variance);
    }

    private static Tensor Places(Tensor mask) => mask.nonzero().flatten();
}
