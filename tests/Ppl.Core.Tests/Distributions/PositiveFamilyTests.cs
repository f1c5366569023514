using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What is true of single families of positive numbers, of intervals and of the circle beside what the table says.</summary>
public sealed class PositiveFamilyTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public PositiveFamilyTests() => manual_seed(20180522);

    public void Dispose() => scope.Dispose();

    // The exact derivative of a draw by the concentration is −(∂F/∂κ) / p, here by a central difference.
    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.7)]
    [InlineData(30.0)]
    [InlineData(1e5)]
    public void GradientOfAVonMisesDraw_IsTheExactOne(double concentration)
    {
        var k = full(2000, concentration, ScalarType.Float64).requires_grad_();
        var draw = new VonMises(0, k).RSample();
        var found = autograd.grad([draw.sum()], [k])[0];
        var (at, x, step) = (k.detach(), draw.detach(), concentration * 1e-3);
        var slope = (new VonMises(0, at + step).Cdf(x) - new VonMises(0, at - step).Cdf(x)) / (2 * step);
        var exact = -slope / new VonMises(0, at).LogProb(x).exp();
        TensorAssert.Close(exact, found, relative: 1e-4, absolute: 1e-6 * TensorAssert.Item(exact.abs().max()));
    }

    [Fact]
    public void DrawsOfVonMises_AreUniformForTinyAndNormalForHugeConcentrations()
    {
        var tiny = new VonMises(2, 1e-12).Sample(100_000).to(ScalarType.Float64);
        Assert.InRange(TensorAssert.Item((tiny / Math.PI).square().mean()), 1.0 / 3 - 0.005, 1.0 / 3 + 0.005);
        foreach (var concentration in new[] { 1e6, 1e12, 1e200 })
        {
            var standardized = new VonMises(0, tensor(concentration, ScalarType.Float64)).Sample(100_000) * Math.Sqrt(concentration);
            Assert.InRange(TensorAssert.Item(standardized.mean()), -0.016, 0.016);
            Assert.InRange(TensorAssert.Item(standardized.square().mean()), 0.978, 1.022);
            Assert.InRange(TensorAssert.Item(standardized.square().square().mean()), 2.85, 3.15);
        }
    }

    [Fact]
    public void AnglesOfVonMises_AreTakenModuloATurn()
    {
        var d = new VonMises(tensor(7.0, ScalarType.Float64), 50);
        TensorAssert.Close(tensor(7 - 2 * Math.PI, ScalarType.Float64), d.Mean);
        var near = new VonMises(tensor(3.1f), 5).Sample(10_000);
        Assert.Null(new VonMises(0, 1).FindValueFault(near));
        Assert.True(near.lt(0).any().item<bool>());
        TensorAssert.Close(ones(1, ScalarType.Float64), new VonMises(3, 2).Cdf(tensor(new[] { Math.PI })));
    }

    // x / (x + y) of two entries is a relaxed Bernoulli of the difference of their logits: by its distribution function it is uniform. Chi-square's
    // quantile at 1 - 3e-8 with 19 degrees of freedom is 72.3.
    [Theory]
    [InlineData(0.3)]
    [InlineData(2.0)]
    public void EntriesOfARelaxedOneHotDraw_AreRelaxedBernoullis(double temperature)
    {
        const int Count = 100_000;
        var logits = tensor(new[] { 0.5, -1, 2.0 });
        var x = new RelaxedOneHotCategorical(temperature, logits: logits).Sample(Count);
        var (first, last) = (x.select(-1, 0), x.select(-1, 2));
        var uniform = new RelaxedBernoulli(temperature, logits: -1.5).Cdf(first / (first + last));
        var counts = uniform.histc(20, 0, 1);
        Assert.InRange(TensorAssert.Item(((counts - Count / 20.0).square() / (Count / 20.0)).sum()), 0, 72.3);

        // The greatest entry is that of a categorical draw.
        var share = x.argmax(-1).eq(2).to(ScalarType.Float64).mean();
        var exact = TensorAssert.Item(logits.softmax(-1)[2]);
        Assert.InRange(TensorAssert.Item(share), exact - 5 * Math.Sqrt(0.25 / Count), exact + 5 * Math.Sqrt(0.25 / Count));
    }

    // At a temperature of 0.02 most draws round to 0 or 1 in float32: their density is that of the numbers they were made of.
    [Fact]
    public void DensitiesOfRelaxedDraws_AreExactWhereTheyRound()
    {
        var logits = tensor(0.3f).expand(1000);
        var d = new RelaxedBernoulli(0.02, logits: logits);
        var x = d.Sample();
        Assert.True(x.gt(1 - 1e-7).any().item<bool>());
        var density = d.LogProb(x);
        Assert.True(density.isfinite().all().item<bool>());
        Assert.True(density.max().item<float>() > 100);
        var categorical = new RelaxedOneHotCategorical(0.02, logits: tensor(new[] { 0.3f, 0, 1 }).expand(1000, 3));
        Assert.True(categorical.LogProb(categorical.Sample()).isfinite().all().item<bool>());
    }

    [Fact]
    public void HardDraws_AreOneHotWithTheGradientOfTheRelaxedOnes()
    {
        var logits = tensor(new[] { 0.3, -0.2, 1.0 }).requires_grad_();
        var weights = tensor(new[] { 1.0, 2, 4 });
        Tensor Draw(bool hard)
        {
            manual_seed(3);
            return new RelaxedOneHotCategorical(0.7, logits: logits.expand(50, 3), hard: hard).RSample();
        }

        var hard = Draw(true);
        Assert.True(hard.eq(0).logical_or(hard.eq(1)).all().item<bool>());
        TensorAssert.Close(ones(50, ScalarType.Float64), hard.sum(-1));
        TensorAssert.Close(autograd.grad([(Draw(false) * weights).sum()], [logits])[0], autograd.grad([(hard * weights).sum()], [logits])[0]);
        var d = new RelaxedOneHotCategorical(0.7, logits: logits.expand(50, 3));
        TensorAssert.Close(d.LogProb(Draw(false)), d.LogProb(hard));

        var binary = new RelaxedBernoulli(0.7, logits: logits.expand(50, 3), hard: true);
        var draws = binary.RSample();
        Assert.True(draws.eq(0).logical_or(draws.eq(1)).all().item<bool>());
        Assert.True(draws.requires_grad && binary.LogProb(draws).isfinite().all().item<bool>());
        Assert.True(binary.Expand(50, 3).IsHard && binary.With(t => t.detach()).IsHard);
    }

    // Series and closed form meet at |l| = 1/2.
    [Theory]
    [InlineData(1e-9)]
    [InlineData(0.4999999)]
    [InlineData(0.5000001)]
    [InlineData(20.0)]
    public void MomentsOfAContinuousBernoulli_AreDerivativesOfItsNormalizer(double logits)
    {
        var l = tensor(logits, ScalarType.Float64).requires_grad_();
        var normalizer = -new ContinuousBernoulli(logits: l).LogProb(tensor(0.0, ScalarType.Float64));
        var mean = autograd.grad([normalizer], [l], create_graph: true)[0];
        TensorAssert.Close(mean, new ContinuousBernoulli(logits: l).Mean, relative: 1e-12);
        TensorAssert.Close(autograd.grad([mean], [l])[0], new ContinuousBernoulli(logits: l).Variance, relative: 1e-9);
    }

    [Fact]
    public void OutsideTheSupport_DensitiesAreMinusInfinityWithoutAGradient()
    {
        var one = tensor(1.5, ScalarType.Float64).requires_grad_();
        var value = tensor(new[] { -1.0, -1e300, double.NegativeInfinity });
        Distribution[] families =
        [
            new InverseGamma(one, one), new Weibull(one, one), new Pareto(one, one), new Kumaraswamy(one, one),
            new ContinuousBernoulli(logits: one), new RelaxedBernoulli(one, logits: one), new VonMises(one, one),
        ];
        foreach (var family in families)
        {
            var density = family.LogProb(family is VonMises ? value - 4 : value);
            Assert.All(TensorAssert.ToArray(density), p => Assert.Equal(double.NegativeInfinity, p));
            Assert.Equal(0, TensorAssert.Item(autograd.grad([density.sum()], [one])[0]));
        }
    }

    [Fact]
    public void DivergencesThatBoundsDecide_AreInfinite()
    {
        var (pareto, bernoulli) = (new Pareto(1.0, 3), new ContinuousBernoulli(logits: 1));
        Distribution[] line = [new Normal(0, 1), new Laplace(0.0, 1), new Gumbel(0.0, 1), new Gamma(1, 1), new Exponential(1.0)];
        foreach (var q in line)
        {
            Infinite(q, pareto);
            Infinite(q, bernoulli);
        }

        Infinite(new Beta(1, 2), pareto);
        Infinite(bernoulli, pareto);
        Infinite(pareto, bernoulli);
        Infinite(pareto, new Beta(1, 2));
        Infinite(pareto, new Uniform(0.0, 9));
        Infinite(pareto, new Pareto(2, 3));
        Infinite(bernoulli, new Uniform(0.1, 2));
        Infinite(new Uniform(0.5, 1.5), bernoulli);
        Infinite(new Uniform(0.5, 1.5), pareto);
        Infinite(new Uniform(-0.5, 1.5), pareto);

        static void Infinite(Distribution q, Distribution p) =>
            Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], TensorAssert.ToArray(KlRegistry.Kl(q.Expand(2), p)));
    }

    [Fact]
    public void DrawsOfExtremeParameters_StayInTheSupportWithFiniteGradients()
    {
        foreach (var size in new[] { 1e-3f, 1e3f })
        {
            var a = full([1000, 3], size, ScalarType.Float32).requires_grad_();
            Distribution[] families =
            [
                new InverseGamma(a, 1), new Chi2(a), new Weibull(1, a), new Pareto(1, a), new Kumaraswamy(a, a), new VonMises(0, a),
                new ContinuousBernoulli(logits: a), new RelaxedBernoulli(a, logits: 0), new RelaxedOneHotCategorical(1, logits: a),
                new LogisticNormal(0, a), new Horseshoe(a),
            ];
            foreach (var family in families)
            {
                var x = family.RSample();
                Assert.Null(family.FindValueFault(x));
                Assert.True(family.LogProb(x).isfinite().all().item<bool>(), $"{family.Name} at {size}");

                // Of the logarithm: draws of 1e38 have gradients that no number of this type holds.
                var gradient = autograd.grad([x.abs().log().sum()], [a])[0];
                Assert.True(gradient.isfinite().all().item<bool>(), $"gradient of {family.Name} at {size}");
            }
        }
    }
}
