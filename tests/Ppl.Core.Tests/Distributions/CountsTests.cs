using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What the table of families does not ask of counts and mixtures: values outside, integers, rare draws, gradients.</summary>
public sealed class CountsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public CountsTests() => manual_seed(8);

    public static TheoryData<string> WithDifferentiableCdf => [.. FamilyCase.All.Where(c => c.Make().HasDifferentiableCdf).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void BetaBinomial_HasNothingAboveItsTrials(ScalarType type)
    {
        var d = new BetaBinomial(tensor(2.3, type), tensor(0.7, type), 11);
        Assert.All(TensorAssert.ToArray(d.LogSurvival(tensor(new[] { 11.0, 12 }, type))), log => Assert.Equal(double.NegativeInfinity, log));
    }

    [Fact]
    public void ValuesOutside_HaveNoProbability_AndNoGradient()
    {
        var half = tensor(0.5, ScalarType.Float64).requires_grad_();
        var rate = tensor(2.0, ScalarType.Float64).requires_grad_();
        Distribution[] families =
        [
            new Poisson(rate), new Geometric(half), new Binomial(3, half), new NegativeBinomial(rate, half), new DiscreteUniform(0, 3),
            new GammaPoisson(rate, half), new BetaBinomial(rate, half, 3), new ZeroInflated(new Poisson(rate), half),
            new Hurdle(new Poisson(rate), half),
            new MixtureSameFamily(new Categorical(stack([half, rate], 0)), new Poisson(stack([half, rate], 0))),
            new Mixture(new Categorical(logits: stack([half, rate], 0)), new Poisson(rate), new Geometric(half)),
        ];
        foreach (var family in families)
        {
            foreach (var value in new[] { -1, 1.5, double.PositiveInfinity })
            {
                var density = family.LogProb(tensor(value, ScalarType.Float64));
                Assert.True(double.IsNegativeInfinity(TensorAssert.Item(density)), $"{family.Name} at {value}: {density.item<double>()}");
                if (!density.requires_grad) continue;
                foreach (var gradient in autograd.grad([density], [half, rate], allow_unused: true).Where(g => g is not null))
                    Assert.True(gradient.isfinite().item<bool>(), $"{family.Name} at {value}: gradient {gradient.item<double>()}");
            }
        }

        Distribution[] vectors = [new OneHotCategorical(ones(2)), new Multinomial(3, ones(2)), new DirichletMultinomial(ones(2), 3)];
        foreach (var family in vectors)
            Assert.True(double.IsNegativeInfinity(TensorAssert.Item(family.LogProb(tensor(new[] { 1.0, 1 })))), family.Name);
    }

    // The number of trials is often a tensor of integers: draws and densities have the type of the probability.
    [Fact]
    public void IntegerParameters_BecomeReal()
    {
        var n = tensor(new long[] { 3, 5 });
        Distribution[] families =
        [
            new Binomial(n, 0.3), new NegativeBinomial(n, logits: -0.5), new BetaBinomial(0.5, 2, n),
            new Multinomial(n, tensor(new[] { 0.3f, 0.7f })),
            new DirichletMultinomial(ones(2), n), new DiscreteUniform(n, n + 2),
        ];
        foreach (var family in families)
        {
            Assert.Equal(ScalarType.Float32, family.Sample().dtype);
            Assert.Equal(ScalarType.Float32, family.LogProb(family.Sample().to(ScalarType.Int64)).dtype);
            Assert.Equal(2, family.Shape[0]);
        }

        TensorAssert.Close(tensor(new[] { 0.9, 1.5 }), new Binomial(n, 0.3).Mean.to(ScalarType.Float64), relative: 1e-6);
    }

    // Poisson counts above 0 are all but never drawn at a rate of 1e-9; of NegativeBinomial(1e-3) few are, and large.
    // A die behind a gate: the base itself has no 0.
    [Fact]
    public void AGateBeforeCountsFrom1On_AddsThe0()
    {
        var low = tensor(new[] { 1.0, 2 });
        var die = new DiscreteUniform(low, 6);
        foreach (var d in new Distribution[] { new Hurdle(die, 0.3), new ZeroInflated(die, gateLogits: -1) })
        {
            var gate = d is Hurdle ? 0.3 : 1 / (1 + Math.E);
            var support = d.EnumerateSupport();
            Assert.Equal([0.0, 1, 2, 3, 4, 5, 6], TensorAssert.ToArray(support));
            var probs = d.LogProb(support).exp();
            TensorAssert.Close(ones(2, dtype: ScalarType.Float64), probs.sum([0]));
            TensorAssert.Close(full([2], gate, dtype: ScalarType.Float64), probs[0]);
            TensorAssert.Close((probs * support).sum([0]), d.Mean);
            TensorAssert.Close((probs * support.square()).sum([0]) - d.Mean.square(), d.Variance);
            TensorAssert.Close(probs.cumsum(0), d.Cdf(support.expand(7, 2)));
            TensorAssert.Close(-(probs * probs.clamp_min(1e-300).log()).sum([0]), d.Entropy());
            var draws = d.Sample(4000);
            Assert.Null(d.FindValueFault(draws));
            TensorAssert.Close(full([2], gate, dtype: ScalarType.Float64), draws.eq(0).to(ScalarType.Float64).mean([0]), 0, 0.04);
            Assert.True(draws.select(1, 1).ne(1).all().item<bool>());
        }
    }

    [Fact]
    public void Hurdle_DrawsFromABaseThatIsNearlyAlways0()
    {
        var rare = new Hurdle(new Poisson(tensor(1e-9, ScalarType.Float64)), 0.25).Sample(2000);
        Assert.InRange(TensorAssert.Item(rare.eq(1).to(ScalarType.Float64).mean()), 0.7, 0.8);
        Assert.Equal(2000, rare.le(1).sum().item<long>());
        var wide = new Hurdle(new NegativeBinomial(1e-3, tensor(0.99, ScalarType.Float64)), 0);
        var draws = wide.Sample(20_000);
        Assert.Equal(20_000, draws.gt(0).sum().item<long>());
        var error = Math.Sqrt(TensorAssert.Item(wide.Variance) / 20_000);
        Assert.InRange(TensorAssert.Item(draws.mean()) - TensorAssert.Item(wide.Mean), -5 * error, 5 * error);
    }

    [Fact]
    public void StraightThrough_HasTheGradientOfTheProbabilities()
    {
        var logits = randn(4, 3, ScalarType.Float64).requires_grad_();
        var weights = randn(4, 3, ScalarType.Float64);
        var family = new OneHotCategoricalStraightThrough(logits: logits);
        var draw = family.RSample(7);
        Assert.Null(family.FindValueFault(draw));
        var found = autograd.grad([(draw * weights).sum()], [logits], retain_graph: true)[0];
        var expected = autograd.grad([(logits.softmax(-1) * weights).sum() * 7], [logits])[0];
        TensorAssert.Close(expected, found);
    }

    [Fact]
    public void Multinomial_DrawsAsManyAsTrials()
    {
        var probs = tensor(new[] { 0.0, 1e-12, 0.5, 0.5, 0.0 });
        foreach (var trials in new[] { 0, 3, 5, 1_000_000 })
        {
            var draws = new Multinomial(trials, probs).Sample(100);
            Assert.True(draws.sum(-1).eq(trials).all().item<bool>());
            Assert.Equal(0, draws.select(-1, 0).sum().item<double>() + draws.select(-1, 4).sum().item<double>());
        }
    }

    [Fact]
    public void Quantiles_InvertDistributionFunctions()
    {
        var probs = tensor(new[] { 1e-6, 0.1, 0.5, 0.999 });
        var counts = arange(0, 50, ScalarType.Float64).unsqueeze(-1);
        var geometric = new Geometric(probs);

        // From where on the distribution function is 1 but for its rounding it has no inverse.
        var within = geometric.Cdf(counts).lt(1 - 1e-9);
        TensorAssert.Close(where(within, counts, 0), where(within, geometric.InverseCdf(geometric.Cdf(counts)), 0));
        Assert.Equal([0, double.PositiveInfinity], TensorAssert.ToArray(new Geometric(0.5).InverseCdf(tensor(new[] { 0.0, 1 }))));
        var uniform = new DiscreteUniform(-3, 6);
        var values = uniform.EnumerateSupport();
        TensorAssert.Close(values, uniform.InverseCdf(uniform.Cdf(values)));
        Assert.Equal([-3, 6], TensorAssert.ToArray(uniform.InverseCdf(tensor(new[] { 0.0, 1 }))));
    }

    [Fact]
    public void Divergences_AreInfiniteWherePExcludesWhatQAllows()
    {
        Check(double.PositiveInfinity, new Poisson(2.0), new Bernoulli(0.5));
        Check(double.PositiveInfinity, new Poisson(2.0), new Binomial(9, 0.5));
        Check(Math.Log(2), new Poisson(0.0), new Bernoulli(0.5));
        Check(double.PositiveInfinity, new Poisson(2.0), new Poisson(0.0));
        Check(3, new Poisson(0.0), new Poisson(3.0));
        Check(double.PositiveInfinity, new Binomial(3, 0.5), new Binomial(2, 0.5));
        Check(double.PositiveInfinity, new DiscreteUniform(0, 3), new DiscreteUniform(1, 5));
        Check(double.PositiveInfinity, new Geometric(0.5), new Geometric(1.0));
        Check(0.5, new Bernoulli(0.0), new Poisson(0.5));

        static void Check(double expected, Distribution q, Distribution p)
            => Assert.Equal(expected, TensorAssert.Item(KlRegistry.Kl(q.With(t => t), p)), 1e-6);
    }

    // A mixture component that is switched off still has the gradient by which it is switched on.
    [Fact]
    public void GradientOfAMixture_ReachesWeightsOf0()
    {
        var probs = tensor(new[] { 1.0, 0.0 }).requires_grad_();
        var density = new MixtureSameFamily(new Categorical(probs), new Normal(tensor(new[] { 0.0, 1.0 }), 1)).LogProb(tensor(1.0));
        var found = autograd.grad([density], [probs])[0];

        // d/dw of log((w₀ p₀ + w₁ p₁) / (w₀ + w₁)) at (1, 0).
        var ratio = Math.Exp(0.5);
        TensorAssert.Close(tensor(new[] { 0, ratio - 1 }), found);
    }

    // Of unlike components, one of which jumps at 0. A right gradient is 5 standard errors off with a chance of 6e-7; there are eight.
    [Fact]
    public void PathwiseGradientOfAMixture_IsThatOfTheExpectation()
    {
        const int Count = 100_000;
        var (w, loc, scale, half) = (0.3, -1.0, 0.5, 2.0);
        Tensor Copies(double number) => full(Count, number, dtype: ScalarType.Float64).requires_grad_();
        Tensor[] leaves = [Copies(Math.Log(w / (1 - w))), Copies(loc), Copies(scale), Copies(half)];
        var logits = stack([leaves[0], zeros_like(leaves[0])], -1);
        var d = new Mixture(new Categorical(logits: logits), new Normal(leaves[1], leaves[2]), new HalfNormal(leaves[3]));
        var x = d.RSample();
        Check(x, [w * (1 - w) * (loc - half * Math.Sqrt(2 / Math.PI)), w, 0, (1 - w) * Math.Sqrt(2 / Math.PI)]);
        Check(x.square(), [w * (1 - w) * (loc * loc + scale * scale - half * half), 2 * w * loc, 2 * w * scale, 2 * (1 - w) * half]);

        void Check(Tensor values, double[] expected)
        {
            var gradients = autograd.grad([values.sum()], leaves, retain_graph: true);
            foreach (var (exact, each) in expected.Zip(gradients))
            {
                var error = 5 * TensorAssert.Item(each.std()) / Math.Sqrt(Count);
                Assert.InRange(TensorAssert.Item(each.mean()), exact - error, exact + error);
            }
        }
    }

    // A gamma's distribution function has no gradient by its concentration: draws would move with some parameters only.
    [Fact]
    public void PathwiseGradientOfAMixture_IsRefusedWhereADistributionFunctionHasNone()
    {
        var mixture = new MixtureSameFamily(new Categorical(ones(2)), new Truncated(new Normal(zeros(2), 1), -1, 1));
        Assert.False(mixture.IsReparameterized);
        Assert.Contains("is not reparameterized", Assert.Throws<NotSupportedException>(() => mixture.RSample()).Message, StringComparison.Ordinal);

        // Between 1 and 2 there is nothing: mass that moves from one part to the other jumps, which no gradient along a draw says.
        var low = tensor(new[] { 0.0, 2.0 });
        Assert.False(new MixtureSameFamily(new Categorical(ones(2)), new Uniform(low, low + 1)).IsReparameterized);
        Assert.True(new MixtureSameFamily(new Categorical(ones(2)), new Uniform(0, 1).Expand(2)).IsReparameterized);
        Assert.False(new Mixture(new Categorical(ones(2)), new Uniform(0, 1), new Uniform(2, 3)).IsReparameterized);
        Assert.True(new Mixture(new Categorical(ones(2)), new Uniform(0, 1), new Normal(0, 1)).IsReparameterized);
        Assert.True(new Mixture(new Categorical(ones(2)), new HalfNormal(1), new Pareto(2, 3)).IsReparameterized);
    }

    // What a family says of its distribution function is what draws of a mixture of it rest on.
    [Theory]
    [MemberData(nameof(WithDifferentiableCdf))]
    public void GradientOfTheDistributionFunction_EqualsFiniteDifferences(string name)
    {
        const double Step = 1e-6;
        var family = FamilyCase.All.Single(c => c.Name == name);
        var value = family.Value().requires_grad_();
        var leaves = family.Parameters().ToDictionary(p => p.Key, p => p.Value.requires_grad_());
        var weights = rand_like(value) + 0.5;
        Tensor F(IReadOnlyDictionary<string, Tensor> parameters, Tensor at) => (family.Create(parameters).Cdf(at) * weights).sum();
        var gradients = autograd.grad([F(leaves, value)], [value, .. leaves.Values]);
        TensorAssert.Close(family.Make().LogProb(family.Value()).exp() * weights, gradients[0], relative: 1e-8, absolute: 1e-12);
        foreach (var (parameter, gradient) in leaves.Keys.Zip(gradients.Skip(1)))
        {
            var direction = family.Direction(parameter, leaves[parameter].detach());
            double At(double step)
            {
                var moved = family.Parameters();
                moved[parameter] = moved[parameter] + direction * step;
                return TensorAssert.Item(F(moved, family.Value()));
            }

            var expected = (At(Step) - At(-Step)) / (2 * Step);
            var found = TensorAssert.Item((gradient * direction).sum());
            Assert.True(
                Math.Abs(found - expected) <= 1e-7 + 1e-6 * Math.Abs(expected),
                $"{parameter}: differences give {expected:R}, autograd {found:R}");
        }
    }
}
