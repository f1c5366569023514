using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Vectors of a table, their guide, and the codebook that they come from, by hand.</summary>
public sealed class CodewordTests
{
    private static Tensor Table => tensor(new[,] { { 0.0, 0.0 }, { 1.0, 0.0 }, { 0.0, 2.0 } });

    private static Tensor Locations => tensor(new[,] { { 0.2, 0.1 }, { 0.9, 0.3 }, { -0.1, 1.4 }, { 0.6, 0.0 } });

    [Fact]
    public void A_codeword_has_the_probability_of_its_share_and_other_vectors_none()
    {
        using var scope = NewDisposeScope();
        var p = new Codeword(Table);
        var values = cat([Table, tensor(new[,] { { 0.5, 0.0 }, { 0.0, 2.0000001 } })]);
        double[] expected = [-Math.Log(3), -Math.Log(3), -Math.Log(3), double.NegativeInfinity, double.NegativeInfinity];
        Assert.Equal(expected, p.LogProb(values).data<double>().ToArray());
        Assert.Equal(1, p.LogProb(p.EnumerateSupport()).exp().sum().item<double>(), 12);
        Assert.Equal(Math.Log(3), p.Entropy().item<double>(), 12);
        Assert.Contains("a row of a table of 3", p.FindValueFault(values)!.Rule, StringComparison.Ordinal);

        // Each number's mean and variance over the table, and over draws.
        Assert.Equal([1.0 / 3, 2.0 / 3], p.Mean.data<double>().ToArray());
        Assert.Equal(2.0 / 9, p.Variance[0].item<double>(), 12);
        manual_seed(0);
        var draws = p.Expand(4).Sample(5000);
        Assert.Equal([5000L, 4, 2], draws.shape);
        Assert.True((draws.mean([0, 1]) - p.Mean).abs().max().item<double>() < 0.02);
        Assert.Null(p.FindValueFault(draws));
    }

    /// <summary>A quantizer's value is the nearest vector exactly; its gradient is the location's, and the table has none.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void The_gradient_of_a_draw_passes_straight_through_the_rounding(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var location = Locations.to(type).requires_grad_();
        var table = Table.to(type).requires_grad_();
        var q = new Quantized(location, table);
        Assert.Equal([0L, 1, 2, 1], q.Codes.data<long>().ToArray());
        var z = q.RSample();
        Assert.True(z.eq(table.index_select(0, q.Codes)).all().item<bool>());
        var weights = randn_like(z);
        (z * weights).sum().backward();
        Assert.True(location.grad!.eq(weights).all().item<bool>());
        Assert.Null(table.grad);
        Assert.Equal(0, q.LogProb(z).abs().sum().to(ScalarType.Float64).item<double>());
        Assert.True(q.LogProb(z + 1).eq(double.NegativeInfinity).all().item<bool>());
    }

    [Fact]
    public void The_divergence_is_the_logarithm_of_the_number_of_vectors()
    {
        using var scope = NewDisposeScope();
        var table = Table;
        var q = new Quantized(Locations, table);
        foreach (var p in new[] { new Codeword(table), new Codeword(Table) })
            Assert.All(Divergence.Kl(q, p).data<double>().ToArray(), kl => Assert.Equal(Math.Log(3), kl, 12));
        Assert.True(Divergence.Kl(q, new Codeword(Table + 1)).eq(double.PositiveInfinity).all().item<bool>());
    }

    /// <summary>N ← γ N + (1 − γ) n, m ← γ m + (1 − γ) Σ z, e = m / N: of one pass from the next one on.</summary>
    [Fact]
    public void Moving_averages_follow_their_formula()
    {
        using var scope = NewDisposeScope();
        using var codebook = new Codebook(3, 2, decay: 0.9).to(float64);
        codebook.get_buffer("vectors")!.copy_(Table);
        codebook.get_buffer("sums")!.copy_(Table);
        var (counts, sums, vectors) = (ones(3, float64), Table, Table);
        for (var pass = 0; pass < 4; pass++)
        {
            var seen = codebook.Current();
            Assert.True((seen - vectors).abs().max().item<double>() < 1e-14);
            var z = Locations + (0.3 * pass);
            var codes = codebook.Nearest(z);
            codebook.Remember(z, codes);
            Assert.True((codebook.Vectors - vectors).abs().max().item<double>() < 1e-14);
            var chosen = cdist(z, vectors).argmin(1);
            for (var i = 0; i < 3; i++)
            {
                var mine = z[chosen.eq(i)];
                counts[i] = (counts[i] * 0.9) + (0.1 * mine.shape[0]);
                sums[i] = (sums[i] * 0.9) + (0.1 * mine.sum([0]));
            }

            vectors = sums / counts.unsqueeze(1);
        }

        // What is measured moves nothing.
        codebook.eval();
        var before = codebook.Current().clone();
        codebook.Remember(Locations, codebook.Nearest(Locations));
        Assert.True(codebook.Current().eq(before).all().item<bool>());
    }

    [Fact]
    public void A_vector_that_nothing_is_near_to_stays_finite()
    {
        using var scope = NewDisposeScope();
        using var codebook = new Codebook(2, 1, decay: 0.0);
        codebook.StartAtMeans(tensor(new float[,] { { 0 }, { 5 } }));
        for (var pass = 0; pass < 3; pass++)
        {
            var z = codebook.Current().amin([0], keepdim: true) + zeros(4, 1);
            codebook.Remember(z, codebook.Nearest(z));
        }

        Assert.Equal([0f, 5f], codebook.Current().flatten().data<float>().Order().ToArray());
    }

    [Fact]
    public void Means_of_clusters_are_found()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var centres = tensor(new float[,] { { 0, 0 }, { 10, 0 }, { 0, 10 }, { 10, 10 } });
        using var codebook = new Codebook(4, 2);
        var values = centres.repeat(50, 1) + (0.1 * randn(200, 2));

        // Lloyd's algorithm may stop at two centres in one cluster; the best of some starts does not.
        var best = Enumerable.Range(0, 10).Min(_ =>
        {
            codebook.StartAtMeans(values);
            return cdist(centres, codebook.Vectors.detach()).amin([1]).max().item<float>();
        });
        Assert.True(best < 0.1);
        Assert.True(codebook.Vectors.requires_grad);
    }

    [Fact]
    public void Perplexity_is_the_number_of_vectors_that_are_used()
    {
        using var scope = NewDisposeScope();
        using var codebook = new Codebook(8, 2);
        Assert.Equal(1, codebook.Perplexity(zeros([10], ScalarType.Int64)), 12);
        Assert.Equal(4, codebook.Perplexity(arange(20).remainder(4)), 10);
        Assert.Equal([2L, 5, 2], codebook.Lookup(zeros([2, 5], ScalarType.Int64)).shape);
        foreach (var read in new Action<Tensor>[] { codes => codebook.Lookup(codes), codes => codebook.Perplexity(codes) })
        {
            TensorAssert.Throws<PplArgumentException>("a code of 8 vectors is 0 to 7; found 8.", () => read(tensor(new long[] { 0, 8 })));
            TensorAssert.Throws<PplArgumentException>("a code of 8 vectors is 0 to 7; found -1.", () => read(tensor(new long[] { -1, 3 })));
            TensorAssert.Throws<PplArgumentException>("codes are of type Int64, not Float32.", () => read(zeros(3)));
        }

        TensorAssert.Throws<PplArgumentException>(
            "there are no codes, and no vector is used.", () => codebook.Perplexity(zeros([0], ScalarType.Int64)));
    }

    [Fact]
    public void What_means_nothing_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<PplArgumentException>(() => new Codebook(0, 2));
        Assert.Throws<PplArgumentException>(() => new Codebook(2, 2, decay: 1));
        Assert.Throws<PplShapeException>(() => new Codeword(zeros(3)));
        Assert.Throws<PplShapeException>(() => new Quantized(zeros(4, 3), Table));
        using var codebook = new Codebook(3, 2);
        Assert.Throws<PplShapeException>(() => codebook.Nearest(zeros(4, 3)));
        Assert.Throws<PplArgumentException>(() => codebook.StartAtMeans(zeros(2, 2)));
        Assert.Throws<PplArgumentException>(() => codebook.StartAtMeans(full([3, 2], float.NaN)));
        Assert.Throws<PplArgumentException>(() => new QuantizerHead().Adapt(new Codeword(Table)));
    }
}
