using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Flows;
using Ppl.Shapes;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Divergences;

/// <summary>Closed forms that follow from registered ones, and how they are kept.</summary>
public sealed class KlRuleTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public KlRuleTests() => manual_seed(2);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Forms_AreLookedUpOnce()
    {
        var form = KlRegistry.Find(typeof(Normal), typeof(Normal));
        Assert.NotNull(form);
        Assert.Same(form, KlRegistry.Find(typeof(Normal), typeof(Normal)));
        Assert.Same(form, KlRegistry.Find(new Normal(0, 1), new Normal(1, 1)));
        Assert.Null(KlRegistry.Find(typeof(Normal), typeof(Bernoulli)));
    }

    [Fact]
    public void EventsOfOtherSizes_HaveNone()
    {
        var (q, p) = (new Independent(new Normal(zeros(3), ones(3)), 1), new Independent(new Normal(ones(1), ones(1)), 1));
        Assert.Contains("events of the same shape", Assert.Throws<PplShapeException>(() => KlRegistry.Kl(q, p)).Message, StringComparison.Ordinal);
    }

    /// <summary>What is nearly certain keeps its digits, and logits what would round to 0 or 1 as a probability: by mpmath with 50 digits.</summary>
    [Theory]
    [InlineData(12, 12.5, 6.54540051499e-7)]
    [InlineData(16, 16.5, 1.19884440743e-8)]
    [InlineData(-16, -15.5, 1.67363696345e-8)]
    [InlineData(0, 17, 7.80685286086)]
    [InlineData(0, -90, 44.3068528194)]
    [InlineData(1e5, 0, 0.693147180560)]
    public void NearlyCertainBernoullis_KeepTheirDigits(double of, double to, double expected)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var (q, p) = (new Bernoulli(logits: tensor(of, type)), new Bernoulli(logits: tensor(to, type)));
            TensorAssert.Close(tensor(expected, type), KlRegistry.Kl(q, p), relative: 1e-6, absolute: 0);
            if (of == 0) TensorAssert.Close(tensor(expected, type), KlRegistry.Kl(new Bernoulli(tensor(0.5, type)), p), relative: 1e-6, absolute: 0);
        }
    }

    /// <summary>Parts of a gradient that cancel are added up before they are rounded, which conversions one by one would do.</summary>
    [Fact]
    public void SmallConcentrations_HaveTheirGradientInFloat32()
    {
        Func<Tensor, Tensor>[] forms =
        [
            a => KlRegistry.Kl(new Beta(a, 1), new Gamma(1e-4, 1)),
            a => KlRegistry.Kl(new Kumaraswamy(5, a), new Beta(5, 1e-4)),
            a => KlRegistry.Kl(new Kumaraswamy(5, a), new Kumaraswamy(5, 1e-4)),
            a => KlRegistry.Kl(new InverseGamma(a + 1, 1), new Gamma(1, 1)),
        ];
        foreach (var form in forms)
        {
            var narrow = tensor(1.001e-4f).requires_grad_();
            var wide = narrow.detach().to(ScalarType.Float64).requires_grad_();
            var exact = autograd.grad([form(wide)], [wide])[0];
            TensorAssert.Close(exact, autograd.grad([form(narrow)], [narrow])[0].to(ScalarType.Float64), relative: 1e-3, absolute: 0);
        }
    }

    /// <summary>A wrapper of bases without a form has none, so that the divergence of such a latent is sampled.</summary>
    [Fact]
    public void WrappersOfBasesWithoutAForm_HaveNone()
    {
        Distribution q = new Normal(zeros(2), ones(2)), p = new StudentT(3, zeros(2), ones(2));
        var mask = tensor(new[] { true, false });
        Assert.Null(KlRegistry.Find(new Independent(q, 1), new Independent(p, 1)));
        Assert.Null(KlRegistry.Find(new Masked(q, mask), new Masked(p, mask)));
        Assert.NotNull(KlRegistry.Find(new Independent(q, 1), new Independent(q, 1)));
    }

    [Fact]
    public void EqualMaps_LeaveTheDivergence()
    {
        var (q, p) = (Normal(3), Normal(3));
        var expected = KlRegistry.Kl(q, p);
        TensorAssert.Close(expected, KlRegistry.Kl(new Transformed(q, Exp.Instance), new Transformed(p, Exp.Instance)), 0, 0);
        TensorAssert.Close(expected, KlRegistry.Kl(new Transformed(q, Exp.Instance), new LogNormal(p.Loc, p.Scale)), 1e-12);
        TensorAssert.Close(expected, KlRegistry.Kl(new LogNormal(q.Loc, q.Scale), new Transformed(p, Exp.Instance)), 1e-12);
        TensorAssert.Close(
            expected.sum(-1),
            KlRegistry.Kl(new Transformed(q, SoftmaxCentred.Instance), new Transformed(p, SoftmaxCentred.Instance)));
        Assert.Null(KlRegistry.Find(new Transformed(q, Exp.Instance), new Transformed(p, Softplus.Instance)));
        Assert.Null(KlRegistry.Find(new Transformed(q, Exp.Instance), new HalfNormal(1)));
        Assert.Null(KlRegistry.Find(q, new Transformed(p, Exp.Instance)));
    }

    /// <summary>The default guide of a positive latent, by its family's name: LogNormal || Gamma itself is tested against quadrature.</summary>
    [Fact]
    public void ExponentialOfANormal_IsALogNormal()
    {
        var q = Normal(3);
        var (exponential, named) = (new Transformed(q, Exp.Instance), new LogNormal(q.Loc, q.Scale));
        foreach (var p in new Distribution[] { new Gamma(2, 1.5), new Exponential(0.7), new InverseGamma(3, 2) })
            TensorAssert.Close(KlRegistry.Kl(named, p), KlRegistry.Kl(exponential, p), 1e-12);
        var expanded = new Transformed(new Normal(0, 1).Expand(2, 3), Exp.Instance);
        TensorAssert.Shape([2, 3], KlRegistry.Kl(expanded, new Gamma(2, 1.5)));
        Assert.Null(KlRegistry.Find(new Transformed(q, Softplus.Instance), new Gamma(2, 1)));
    }

    [Fact]
    public void Shapes_LeaveTheDivergence()
    {
        var q = new MultivariateNormal(randn([4, 6], float64), covariance: Covariance());
        var p = new Normal(randn([4, 2, 3], float64), 1.5);
        var flat = new Normal(p.Loc.Tensor!.reshape(4, 6), 1.5);
        TensorAssert.Close(KlRegistry.Kl(q, flat), KlRegistry.Kl(new Reshaped(q, [2, 3]), p));
        TensorAssert.Close(KlRegistry.Kl(q, new Normal(0, 2).Expand(6)), KlRegistry.Kl(new Reshaped(q, [2, 3]), new Normal(0, 2).Expand(2, 3)));
        var wide = new MultivariateNormal(zeros(6, float64), covariance: Covariance());
        TensorAssert.Close(KlRegistry.Kl(q, wide), KlRegistry.Kl(new Reshaped(q, [6]), wide));
        Assert.Null(KlRegistry.Find(new Reshaped(q, [2, 3]), new Dirichlet(ones(2, 3))));
    }

    /// <summary>Against the multivariate normal with a diagonal covariance.</summary>
    [Fact]
    public void CorrelatedAgainstIndependent()
    {
        var p = new Normal(randn([6], float64), randn([6], float64).exp());
        var full = new MultivariateNormal(p.Loc, scaleTril: p.Scale.Tensor!.diag());
        var q = new MultivariateNormal(randn([4, 6], float64), covariance: Covariance());
        TensorAssert.Close(KlRegistry.Kl(q, full), KlRegistry.Kl(q, p));
        var low = new LowRankMultivariateNormal(randn([4, 6], float64), randn([6, 2], float64), randn([6], float64).exp());
        TensorAssert.Close(KlRegistry.Kl(new MultivariateNormal(low.Loc, covariance: low.Covariance), full), KlRegistry.Kl(low, p), 1e-9);
    }

    /// <summary>Where more leading dimensions are asked for than a density has, they get equal shares.</summary>
    [Fact]
    public void Densities_AreSharedOverWhatAnEventTakesTogether()
    {
        var q = new Reshaped(new MultivariateNormal(zeros(6, float64), covariance: Covariance()), [2, 3]);
        var value = randn([2, 3], float64);
        var whole = q.LogDensity(value, 0);
        TensorAssert.Shape([], whole);
        TensorAssert.Close((whole / 2).expand(2), q.LogDensity(value, 1));
        TensorAssert.Close((whole / 6).expand(2, 3), q.LogDensity(value, 2));
        var pushed = new Transformed(q, Exp.Instance);
        TensorAssert.Close(pushed.LogDensity(value.exp(), 0), pushed.LogDensity(value.exp(), 2).sum());
        TensorAssert.Close(tensor([3.0, 7.0], float64), EventSum.ToLeading(tensor([1.0, 2.0, 3.0, 4.0], float64).reshape(2, 2), [2, 2], 1));
    }

    /// <summary>A point has −log p there, whatever p is: families that no pair lists, wrapped and mapped.</summary>
    [Fact]
    public void APoint_HasItsDensityUnderAnyDistribution()
    {
        var point = tensor([0.3, 1.2, 2.5], float64);
        var normal = new Normal(zeros(3, float64), 2.0);
        using var flow = new Planar(3);
        flow.to(float64);
        Distribution[] others =
        [
            new Censored(normal, high: 2.5), new Masked(normal, tensor([true, false, true])), new Transformed(new Gumbel(0, 1), Exp.Instance),
            new Independent(new Cauchy(zeros(3, float64), 1), 1), flow.Distribution(),
        ];
        Assert.All(others, p => TensorAssert.Close(-p.LogProb(point), Divergence.Kl(new Delta(point), p)));
        var (q, cauchy) = (new Independent(new Delta(point), 1), new Independent(new Laplace(zeros(3, float64), 1), 1));
        TensorAssert.Close(-cauchy.LogProb(point), Divergence.Kl(q, cauchy));
    }

    private static Normal Normal(long size) => new(randn([4, size], float64), randn([4, size], float64).exp());

    private static Tensor Covariance()
    {
        var root = randn([6, 6], float64);
        return root.matmul(root.t()) + eye(6, dtype: float64);
    }
}
