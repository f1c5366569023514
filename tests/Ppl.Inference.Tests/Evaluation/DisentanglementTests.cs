using Ppl.Common;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.Evaluation;

public sealed class DisentanglementTests
{
    private static readonly DisentanglementOptions Few = new() { TrainingPoints = 1500, TestPoints = 1000, RowsPerPoint = 32 };

    /// <summary>Every combination of factors of 4, 2 and 5 values, 15 times: [600, 3].</summary>
    private static Tensor Factors()
    {
        var rows = Enumerable.Range(0, 600).SelectMany(i => new long[] { i % 4, i / 4 % 2, i / 8 % 5 }).ToArray();
        return tensor(rows, [600, 3]);
    }

    private static Tensor Noise(int columns)
    {
        var random = new CounterRandom(CounterRandom.Key(5, 1));
        return tensor(Enumerable.Range(0, 600 * columns).Select(_ => random.NextNormal()).ToArray(), [600, columns], dtype: ScalarType.Float64);
    }

    /// <summary>The factors in another order, on other scales, with another sign, beside a code that is always the same.</summary>
    private static Tensor Perfect()
    {
        var v = Factors().to(ScalarType.Float64);
        return stack([(0.5 * v.select(1, 2)) - 3, full([600], 7.0, dtype: ScalarType.Float64), -2 * v.select(1, 0), v.select(1, 1)], 1);
    }

    [Fact]
    public void Perfect_codes_score_1()
    {
        using var scope = NewDisposeScope();
        var (codes, factors) = (Perfect(), Factors());
        Assert.Equal(1, Disentanglement.BetaVae(codes, factors, Few).Accuracy);
        Assert.Equal(1, Disentanglement.FactorVae(codes, factors, Few).Accuracy);
        Assert.All(Disentanglement.MutualInformationGap(codes, factors).PerFactor, gap => Assert.Equal(1, gap, 10));
        Assert.All(Disentanglement.Sap(codes, factors, areNumbers: true).PerFactor, gap => Assert.Equal(1, gap, 10));
        var dci = Disentanglement.Dci(codes, factors, new() { Trees = 5 });
        Assert.InRange(dci.Disentanglement, 0.9, 1);
        Assert.InRange(dci.Completeness, 0.9, 1);
        Assert.Equal(1, dci.Informativeness);
        Assert.Equal([0, 0, 0], dci.Importance[1]);
    }

    /// <summary>A binary factor has the gap from accuracy 1 to chance; thresholds of one line cannot tell four values apart.</summary>
    [Fact]
    public void Categories_are_told_by_lines_of_one_code()
    {
        using var scope = NewDisposeScope();
        var gaps = Disentanglement.Sap(Perfect(), Factors()).PerFactor;
        Assert.InRange(gaps[1], 0.4, 0.6);
        Assert.InRange(gaps[0], 0.1, 0.75);
    }

    /// <summary>Two factors of one scale, turned by 45 degrees: each code has as much of either.</summary>
    [Fact]
    public void Mixed_codes_score_less()
    {
        using var scope = NewDisposeScope();
        var factors = Factors();
        var v = factors.to(ScalarType.Float64);
        v = (v - v.mean([0])) / v.std(0, unbiased: true);
        var codes = stack([v.select(1, 0) + v.select(1, 2), v.select(1, 0) - v.select(1, 2), v.select(1, 1)], 1);
        Assert.All(Only(Disentanglement.MutualInformationGap(codes, factors)), gap => Assert.InRange(gap, 0, 0.1));
        Assert.All(Only(Disentanglement.Sap(codes, factors, areNumbers: true)), gap => Assert.InRange(gap, 0, 0.01));
        Assert.InRange(Disentanglement.BetaVae(codes, factors, Few).Accuracy, 0.5, 0.97);
        Assert.InRange(Disentanglement.FactorVae(codes, factors, Few).Accuracy, 0.4, 0.85);
        var dci = Disentanglement.Dci(codes, factors);
        Assert.InRange(dci.Disentanglement, 0.15, 0.75);
        Assert.InRange(dci.Completeness, 0.15, 0.75);
        Assert.True(dci.Informativeness > 0.9);

        static double[] Only(GapScore score) => [score.PerFactor[0], score.PerFactor[2]];
    }

    /// <summary>Noise knows nothing: 1000 test points of three factors are within 0.1 of a third.</summary>
    [Fact]
    public void Random_codes_score_as_chance()
    {
        using var scope = NewDisposeScope();
        var (codes, factors) = (Noise(5), Factors());
        Assert.InRange(Disentanglement.BetaVae(codes, factors, Few).Accuracy, 0.23, 0.5);
        Assert.InRange(Disentanglement.FactorVae(codes, factors, Few).Accuracy, 0.23, 0.5);
        Assert.InRange(Disentanglement.MutualInformationGap(codes, factors).Mean, 0, 0.05);
        Assert.InRange(Disentanglement.Sap(codes, factors).Mean, 0, 0.1);
        var dci = Disentanglement.Dci(codes, factors);
        Assert.InRange(dci.Disentanglement, 0, 0.1);
        Assert.InRange(dci.Completeness, 0, 0.1);
        Assert.InRange(dci.Informativeness, 0.2, 0.5);
    }

    [Fact]
    public void Constant_codes_score_as_chance()
    {
        using var scope = NewDisposeScope();
        var (codes, factors) = (full([600, 2], 0.1, dtype: ScalarType.Float64), Factors());
        Assert.InRange(Disentanglement.BetaVae(codes, factors, Few).Accuracy, 0.23, 0.43);
        Assert.InRange(Disentanglement.FactorVae(codes, factors, Few).Accuracy, 0.23, 0.43);
        Assert.Equal(0, Disentanglement.MutualInformationGap(codes, factors).Mean);
        Assert.Equal(0, Disentanglement.Sap(codes, factors, areNumbers: true).Mean);
        Assert.Equal(0, Disentanglement.Sap(codes, factors).Mean);
        var dci = Disentanglement.Dci(codes, factors);
        Assert.Equal((0, 0), (dci.Disentanglement, dci.Completeness));
    }

    /// <summary>Two codes that know as much of a factor leave no gap; a code that knows one bit of two leaves a half.</summary>
    [Fact]
    public void The_information_gap_is_that_of_the_frequencies()
    {
        using var scope = NewDisposeScope();
        var v = Factors().narrow(1, 0, 1);
        var z = v.to(ScalarType.Float64);
        Assert.Equal(0, Disentanglement.MutualInformationGap(cat([z, -z], 1), v).Mean, 12);
        Assert.Equal(0.5, Disentanglement.MutualInformationGap(cat([z, (z / 2).floor()], 1), v).Mean, 12);
        Assert.Equal(0.5, Disentanglement.MutualInformationGap((z / 2).floor(), v).Mean, 12);

        // Four values in two cells.
        Assert.Equal(0.5, Disentanglement.MutualInformationGap(z, v, new() { Bins = 2 }).Mean, 12);
    }

    /// <summary>The entropies of the importances by hand.</summary>
    [Fact]
    public void Dci_is_made_of_the_entropies_of_the_importances()
    {
        using var scope = NewDisposeScope();
        var dci = Disentanglement.Dci(Perfect() + (0.3 * Noise(4)), Factors(), new() { Trees = 4, Seed = 3 });
        var r = dci.Importance;
        Assert.All(Enumerable.Range(0, 3), k => Assert.Equal(1, r.Sum(row => row[k]), 10));
        double disentanglement = 0, completeness = 0;
        for (var d = 0; d < 4; d++)
        {
            double sum = r[d][0] + r[d][1] + r[d][2], entropy = 0;
            for (var k = 0; k < 3; k++) entropy -= r[d][k] > 0 ? r[d][k] / sum * Math.Log(r[d][k] / sum) / Math.Log(3) : 0;
            disentanglement += sum / 3 * (1 - entropy);
        }

        for (var k = 0; k < 3; k++)
        {
            double entropy = 0;
            for (var d = 0; d < 4; d++) entropy -= r[d][k] > 0 ? r[d][k] * Math.Log(r[d][k], 4) : 0;
            completeness += (1 - entropy) / 3;
        }

        Assert.Equal(disentanglement, dci.Disentanglement, 10);
        Assert.Equal(completeness, dci.Completeness, 10);
    }

    /// <summary>Five codes of noise beside five that are the factors: noise has no importance for what is known.</summary>
    [Fact]
    public void Dci_gives_noise_no_importance()
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(CounterRandom.Key(11, 2));
        long[] numbers = [.. Enumerable.Range(0, 1500 * 5).Select(i => (long)random.NextInt(2 + (i % 5 * 2)))];
        double[] noise = [.. Enumerable.Range(0, 1500 * 10).Select(_ => random.NextNormal())];
        var (factors, all) = (tensor(numbers, [1500, 5]), tensor(noise, [1500, 10], dtype: ScalarType.Float64));
        var codes = cat([factors.to(ScalarType.Float64) + (0.2 * all.narrow(1, 0, 5)), all.narrow(1, 5, 5)], 1);
        var dci = Disentanglement.Dci(codes, factors);
        Assert.InRange(dci.Disentanglement, 0.9, 1);
        Assert.InRange(dci.Completeness, 0.9, 1);
        Assert.InRange(dci.Informativeness, 0.95, 1);
        Assert.All(Enumerable.Range(5, 5), d => Assert.True(dci.Importance[d].Max() < 0.02, $"code {d}: {dci.Importance[d].Max()}"));
    }

    /// <summary>Whether x and y lie on the same side of their middles: no line and no single column tells it, two splits do.</summary>
    [Fact]
    public void A_forest_finds_what_takes_two_columns()
    {
        var random = new CounterRandom(CounterRandom.Key(7, 7));
        double[][] x = [.. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, 2000).Select(_ => random.NextUniform()).ToArray())];
        int[] y = [.. x[0].Zip(x[1], (a, b) => a > 0.5 == b > 0.5 ? 1 : 0)];
        double[][] Part(Range range) => Array.ConvertAll(x, column => column[range]);
        var forest = RandomForest.Fit(Part(..1500), y[..1500], 2, 10, new CounterRandom(1));
        Assert.Equal(1, forest.Importance.Sum(), 10);
        Assert.True(forest.Importance[2] < 0.25, string.Join(", ", forest.Importance));
        Assert.InRange(forest.Accuracy(Part(1500..), y[1500..]), 0.93, 1);
    }

    /// <summary>The minimum that scipy.optimize.minimize (BFGS, gradient below 1e-12) finds of the same function.</summary>
    [Fact]
    public void A_support_vector_machine_is_the_minimum()
    {
        double[] x = [-1.2, 0.1, 0.4, 2.0, 1.1, -0.3, 0.9, 3.0, 2.2, 0.2];
        int[] y = [0, 0, 1, 2, 1, 0, 1, 2, 2, 0];
        var found = LinearMachine.Fit(x, y, 3).Machines;
        (double W, double B)[] expected =
        [
            (-0.1457192428065265, -0.023822723390131608), (-0.03975549819785354, -0.05506275355109478),
            (0.10195596942780037, -0.0763203656664507),
        ];
        foreach (var (e, f) in expected.Zip(found))
        {
            Assert.Equal(e.W, f.W, 6);
            Assert.Equal(e.B, f.B, 6);
        }
    }

    [Fact]
    public void Seeds_decide()
    {
        using var scope = NewDisposeScope();
        var (codes, factors) = (Perfect() + Noise(4), Factors());
        Assert.Equal(Scores(Few), Scores(Few));
        Assert.NotEqual(Scores(Few), Scores(Few with { Seed = 2 }));

        double[] Scores(DisentanglementOptions o) =>
        [
            Disentanglement.BetaVae(codes, factors, o).Accuracy, Disentanglement.FactorVae(codes, factors, o).Accuracy,
            Disentanglement.Dci(codes, factors, o).Informativeness, Disentanglement.Sap(codes, factors, options: o).Mean,
        ];
    }

    [Fact]
    public void What_no_score_is_defined_for_is_refused()
    {
        using var scope = NewDisposeScope();
        var (codes, factors) = (Perfect(), Factors());
        Assert.Throws<PplShapeException>(() => Disentanglement.MutualInformationGap(codes, factors.narrow(0, 0, 5)));
        Assert.Throws<PplShapeException>(() => Disentanglement.BetaVae(codes.select(1, 0), factors));
        Assert.Throws<PplArgumentException>(() => Disentanglement.FactorVae(codes, codes));
        Assert.Throws<PplArgumentException>(() => Disentanglement.Sap(codes / 0, factors));
        Assert.Contains(
            "codes and their squares are finite",
            Assert.Throws<PplArgumentException>(() => Disentanglement.FactorVae((codes + 1) * 1e200, factors)).Message,
            StringComparison.Ordinal);
        Assert.Throws<PplShapeException>(() => Disentanglement.Dci(codes.narrow(1, 0, 1), factors));
        var fault = Assert.Throws<PplArgumentException>(() => Disentanglement.MutualInformationGap(codes, zeros_like(factors)));
        Assert.Contains("factor 0 is 0 in every row", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Disentanglement.MutualInformationGap(codes, factors, new() { Bins = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Disentanglement.Sap(codes, factors, options: new() { TestPart = 1 }));
    }
}
