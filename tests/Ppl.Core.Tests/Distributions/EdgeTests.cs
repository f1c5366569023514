using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Values outside the support, for every family, and at its ends.</summary>
public sealed class EdgeTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public EdgeTests() => manual_seed(20261122);

    public static TheoryData<string> Elementwise => [.. FamilyCase.All.Where(c => !c.IsPoint && IsElementwise(c.Make())).Select(c => c.Name)];

    public static TheoryData<string> Families => [.. FamilyCase.Densities.Where(c => !c.IsPoint).Select(c => c.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(-1e4)]
    [InlineData(-720)]
    [InlineData(720)]
    [InlineData(1e4)]
    public void ContinuousBernoulli_HasFiniteGradientsFarOut(double logit)
    {
        var logits = tensor(logit, ScalarType.Float64).requires_grad_();
        var d = new ContinuousBernoulli(logits: logits);
        Tensor[] values = [d.Mean, d.Variance, d.Entropy(), Ppl.Divergences.KlRegistry.Kl(d, new ContinuousBernoulli(logits: zeros(1, ScalarType.Float64)))];

        // The mean is 1 − 1 / l or −1 / l, the variance 1 / l², the entropy 1 − log |l|.
        double[] slopes = [1 / (logit * logit), -2 / Math.Pow(logit, 3), -1 / logit, 1 / logit];
        foreach (var (value, slope) in values.Zip(slopes))
            TensorAssert.Close(tensor(slope, ScalarType.Float64), autograd.grad([value.sum()], [logits])[0], relative: 1e-9, absolute: 0);
    }

    [Fact]
    public void InfiniteMoments_HaveFiniteGradients()
    {
        var df = tensor(new[] { 2.0, 0.5, 3 }).requires_grad_();
        foreach (var moment in new[] { new StudentT(df).Variance, new HalfStudentT(df).Variance, new HalfStudentT(df).Mean })
        {
            var gradient = TensorAssert.ToArray(autograd.grad([moment.sum()], [df])[0]);
            Assert.All(gradient, value => Assert.True(double.IsFinite(value)));
            Assert.NotEqual(0, gradient[2]);
        }
    }

    [Fact]
    public void HalfStudentT_HasNoMassBelowZero()
    {
        var d = new HalfStudentT(3, 1);
        Assert.All(TensorAssert.ToArray(d.LogCdf(tensor(new[] { 0.0, -1 }))), log => Assert.Equal(double.NegativeInfinity, log));
        Assert.Equal(double.NegativeInfinity, TensorAssert.Item(new Censored(d, low: 0).LogProb(tensor(0.0))));
    }

    // By mpmath: a decreasing map's small quantiles are the base's near 1, which float32 cannot write.
    [Fact]
    public void ATurnedNormal_HasItsLowerQuantiles()
    {
        var turned = new Transformed(new Normal(tensor(0f), 1), new Ppl.Transforms.Affine(0, -1));
        var found = turned.InverseCdf(tensor(new[] { 1e-7f, 1e-8f, 1e-12f }));
        Assert.Equal(ScalarType.Float32, found.dtype);
        TensorAssert.Close(tensor(new[] { -5.1993376f, -5.6120012f, -7.0344838f }), found, relative: 2e-6);
    }

    [Fact]
    public void Truncated_RefusesInfiniteEntriesOfATensor()
    {
        var d = new Truncated(new Normal(0, 1), low: tensor(new[] { -1, double.NegativeInfinity }), high: 3);
        Assert.Contains("needs a finite low, or the number -Infinity; found -Infinity at [1]", $"{d.FindParameterFault()}", StringComparison.Ordinal);
    }

    // Bounds that are tensors without dimensions are read for the message.
    [Fact]
    public void LookingForAFault_LeavesNoTensor()
    {
        var low = tensor(1.0);
        Distribution[] families = [new Uniform(low, tensor(2.0)), new Pareto(low, 2), new Levy(low, 1), new Binomial(tensor(3.0), 0.5)];
        using var value = tensor(1.0);
        foreach (var d in families)
        {
            d.FindValueFault(value);
            var before = LiveTensors.Count;
            for (var i = 0; i < 5; i++) d.FindValueFault(value);
            Assert.Equal(before, LiveTensors.Count);
        }
    }

    // In the first event of a value each number in turn is replaced: a vector leaves its set by one of its entries. Gamma and Chi2 have their limit
    // at 0, as SciPy has it, and Bernoulli a density for shades of grey.
    [Theory]
    [MemberData(nameof(Families))]
    public void OutsideTheSupport_TheDensityIsZeroAndHasNoGradient(string name)
    {
        var found = 0;
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            foreach (var number in new[] { -1e9, -4, -0.5, 0, 0.5, 1, 1.5, 7, 1e9 })
            {
                var (d, leaves) = WithLeaves(Case(name));
                var size = d.Shape[^d.EventDimensions..].Aggregate(1L, (product, n) => product * n);
                for (var i = 0; i < size; i++)
                {
                    var value = Case(name).Value().to(dtype).expand(d.Shape).clone();
                    value.view(-1)[i] = number;
                    if (d.FindValueFault(value) is null || IsEdge(d, number)) continue;
                    CheckOutside(d, leaves, value, $"{number} of {dtype} at {i}");
                    found++;
                }
            }
        }

        Assert.Equal(IsEverywhere(Case(name).Make().ValueConstraint), found == 0);
    }

    // The first density, and the sum that a site takes.
    private static void CheckOutside(Distribution d, Tensor[] leaves, Tensor value, string what)
    {
        foreach (var density in new[] { d.LogProb(value).reshape(-1)[0], d.LogDensity(value, 0) })
            Assert.True(double.IsNegativeInfinity(TensorAssert.Item(density)), $"{what}: {TensorAssert.Item(density)}");
        var first = d.LogProb(value).reshape(-1)[0];
        if (!first.requires_grad) return;
        foreach (var gradient in autograd.grad([first], leaves, allow_unused: true))
            Assert.True(gradient is null || gradient.eq(0).all().item<bool>(), what);
    }

    private static bool IsEdge(Distribution d, double number)
        => d is Gamma or Chi2 ? number == 0 : d.ToString().Contains(nameof(Bernoulli), StringComparison.Ordinal) && number is > 0 and < 1;

    private static bool IsEverywhere(Constraint set) => set is RealConstraint || (set is VectorConstraint v && IsEverywhere(v.Element));

    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Cdf_IsZeroAndOneAtTheEnds(string name)
    {
        foreach (var dtype in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var d = Case(name).Make().With(t => t.to(dtype));
            foreach (var number in new[] { double.PositiveInfinity, 1e30 })
            {
                WhereClosed(() => TensorAssert.Close(ones(d.Shape, dtype: dtype), d.Cdf(full(d.Shape, number, dtype: dtype)), 1e-6));
                WhereClosed(() => TensorAssert.Close(zeros(d.Shape, dtype: dtype), d.Cdf(full(d.Shape, -number, dtype: dtype)), 0, 1e-6));
            }
        }
    }

    // A mixture asks each component for the gradient of its distribution function, at draws of the others.
    [Theory]
    [MemberData(nameof(Elementwise))]
    public void Cdf_HasAFiniteGradientEverywhere(string name)
    {
        if (!Case(name).Make().HasDifferentiableCdf) return;
        foreach (var number in new[] { -1e30, -40, -1, -1e-30, 0, 1e-30, 0.5, 1, 40, 1e30 })
        {
            var (d, leaves) = WithLeaves(Case(name));
            var value = full(d.Shape, number, dtype: ScalarType.Float64).requires_grad_();
            foreach (var gradient in autograd.grad([d.Cdf(value).sum()], [.. leaves, value], allow_unused: true))
                Assert.True(gradient is null || gradient.isfinite().all().ToBoolean(), $"at {number}: {gradient}");
        }
    }

    // Log-density and gradient of a uniform density at its ends, where the logarithm of 0 has the power 0.
    [Fact]
    public void TheEndsOfAUniformDensity_HaveFiniteGradients()
    {
        var one = ones(1, dtype: ScalarType.Float64);
        foreach (var (d, end) in new (Distribution, double[])[]
        {
            (new Beta(one, one), [0]), (new Beta(one, one), [1]), (new Gamma(one, one), [0]), (new Weibull(one, one), [0]),
            (new Dirichlet(ones(2, dtype: ScalarType.Float64)), [0, 1]), (new Kumaraswamy(one, one), [1]),
        })
        {
            var value = tensor(end, requires_grad: true);
            var gradient = autograd.grad([d.LogProb(value).sum()], [value])[0];
            Assert.True(gradient.isfinite().all().item<bool>(), $"{d} at {end[0]}");
        }
    }

    // Along x1 = t^s, x2 = t the density t^(s (a1 - 1) + a2 - 1) goes to 0 or to infinity, as s says.
    [Fact]
    public void CornersOfTheSimplex_HaveTheLimitWhereThereIsOne()
    {
        var corner = tensor(new double[] { 0, 0, 1 });
        var edge = tensor(new[] { 0, 0.3, 0.7 });
        Assert.Equal(double.PositiveInfinity, At(new Dirichlet(tensor(new[] { 0.5, 0.5, 2 })), corner));
        Assert.Equal(double.NegativeInfinity, At(new Dirichlet(tensor(new[] { 2, 3, 0.5 })), corner));
        Assert.True(double.IsNaN(At(new Dirichlet(tensor(new[] { 0.5, 2, 1 })), corner)));
        var normal = new LogisticNormal(zeros(2, dtype: ScalarType.Float64), 1);
        Assert.Equal(double.NegativeInfinity, At(normal, corner));
        Assert.Equal(double.NegativeInfinity, At(normal, edge));

        // The limit: each nearer vector is less probable, from where the tail of the normal outweighs the volume.
        double[] near = [.. new[] { 1e-3, 1e-30, 1e-100, 1e-300 }.Select(e => At(normal, tensor(new[] { e, 0.3, 0.7 - e })))];
        Assert.Equal(near.OrderDescending(), near);
        var probable = tensor(new[] { 0.2, 0.3, 0.5 }, requires_grad: true);
        Assert.True(autograd.grad([normal.LogProb(stack([probable, edge])).nan_to_num(0, 0, 0).sum()], [probable])[0].isfinite().all().item<bool>());

        static double At(Distribution d, Tensor value) => TensorAssert.Item(d.LogProb(value));
    }

    [Fact]
    public void VectorsOutsideTheirSet_HaveNoDensityAndNoGradient()
    {
        var concentration = tensor(new[] { 0.5, 1, 2 }, requires_grad: true);
        Check(new Dirichlet(concentration), tensor(new[] { -0.5, 0.5, 1 }), concentration);
        var shape = tensor(1.5, ScalarType.Float64, requires_grad: true);
        Check(new LKJCholesky(2, shape), -eye(2, dtype: ScalarType.Float64), shape);

        static void Check(Distribution d, Tensor value, Tensor parameter)
        {
            var density = d.LogProb(value.requires_grad_());
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(density));
            foreach (var gradient in autograd.grad([density], [parameter, value]))
                Assert.True(gradient.eq(0).all().item<bool>(), $"{d}");
        }
    }

    // Rounding leaves the product of such a factor indefinite in float32; the density is taken at the factor.
    [Fact]
    public void DrawsOfAWishartNearItsLeastDegrees_HaveADensity()
    {
        manual_seed(2);
        var d = new Wishart(tensor(2.05f), eye(3));
        var draws = d.RSample(2000);
        Assert.True(d.LogProb(draws).isfinite().all().ToBoolean());
        Assert.False(d.LogProb(draws.clone()).isfinite().all().ToBoolean());
    }

    // Entries that nearly cancel: in float32 their sum was rounding of the noise, not of them.
    [Fact]
    public void ZeroSumDraws_SumToZeroWithinTheirOwnPrecision()
    {
        var d = new ZeroSumNormal(2, ones(1));
        Assert.Null(d.FindValueFault(d.Sample(100_000)));
    }

    [Fact]
    public void SmallQuantiles_OfAContinuousBernoulli_KeepTheirPrecision()
    {
        var p = tensor(new[] { 1e-300, 1e-30, 1e-12, 1e-3, 0.4, 0.999 });
        foreach (var logits in new[] { -900, -6, -0.5, 0.5, 6, 30, 900 })
        {
            var d = new ContinuousBernoulli(logits: tensor((double)logits));
            TensorAssert.Close(p, d.Cdf(d.InverseCdf(p)), relative: 1e-9, absolute: 0);
        }
    }

    private static FamilyCase Case(string name) => FamilyCase.Of(name);

    // Indices of categories are looked up, and torch refuses those that do not exist. Bernoulli's density is that of an expectation for shades of
    // grey between 0 and 1.
    private static bool IsElementwise(Distribution d)
        => d.EventDimensions == 0 && d.GetType().Name is not (nameof(Bernoulli) or nameof(Categorical) or nameof(OrderedLogistic));

    private static (Distribution D, Tensor[] Leaves) WithLeaves(FamilyCase family)
    {
        var parameters = family.Parameters().ToDictionary(p => p.Key, p => p.Value.requires_grad_());
        return (family.Create(parameters), [.. parameters.Values]);
    }

    // What a family has no closed form of it says by name, which FamilyTests check.
    private static void WhereClosed(Action check)
    {
        try
        {
            check();
        }
        catch (NotSupportedException)
        {
        }
    }
}
