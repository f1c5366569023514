using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What the families over the real line say of wrong parameters and values, and what they do at the ends of their supports.</summary>
public sealed class LineMessageTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public LineMessageTests() => manual_seed(12);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Parameters_AreChecked()
    {
        var bad = tensor(new[] { 1.0, -2 });
        Refused("Laplace needs scale > 0; found -2 at [1]", new Laplace(0, bad));
        Refused("AsymmetricLaplace needs asymmetry > 0; found 0", new AsymmetricLaplace(0, 1, 0));
        Refused("Logistic needs scale > 0; found -2 at [1]", new Logistic(0, bad));
        Refused("Cauchy needs scale > 0; found 0", new Cauchy(0, 0));
        Refused("Gumbel needs scale > 0; found -1", new Gumbel(0, -1));
        Refused("StudentT needs df > 0; found -2 at [1]", new StudentT(bad));
        Refused("HalfStudentT needs df > 0; found 0", new HalfStudentT(0));
        Refused("SkewNormal needs scale > 0; found -1", new SkewNormal(0, -1, 2));
        Refused("Exponential needs rate > 0; found -2 at [1]", new Exponential(bad));
        Refused("Levy needs scale > 0; found 0", new Levy(1, 0));
        TensorAssert.Throws<NonFiniteException>("SkewNormal needs a finite slant; found NaN", () => new SkewNormal(0, 1, double.NaN).Validate());
        TensorAssert.Throws<NonFiniteException>(
            "Uniform needs a finite high; found Infinity", () => new Uniform(0, double.PositiveInfinity).Validate());
    }

    [Fact]
    public void Bounds_AreCheckedAgainstEachOther()
    {
        Refused("Uniform needs high > low; found 1; low is 1", new Uniform(1, 1));
        Refused("Uniform needs high > low; found 0 at [1]; low is 0.5", new Uniform(0.5, tensor(new[] { 1.0, 0 })));
        Refused("TruncatedNormal needs high > low; found -1; low is 0", new TruncatedNormal(0, 1, 0, -1));
        TensorAssert.Throws<NonFiniteException>(
            "TruncatedNormal needs low finite, or the number -Infinity; found -Infinity at [1]",
            () => new TruncatedNormal(0, 1, tensor(new[] { 0, double.NegativeInfinity })).Validate());
        Refused("Uniform needs high > low; found 2 at [0, 1]", new Uniform(tensor(new[] { 1.0, 3 }), tensor(new[] { 2.0, 4 }).reshape(2, 1)));
    }

    // Bounds that leave no value are to blame, not the value.
    [Fact]
    public void ReversedBounds_AreBlamedBeforeTheValue()
    {
        Distribution[] families = [new Uniform(3, 2), new TruncatedNormal(0, 1, 3, 2), new Truncated(new Logistic(), 3, 2)];
        foreach (var family in families)
        {
            TensorAssert.Throws<PplArgumentException>(
                $"{family.Name} needs high > low; found 2; low is 3", () => family.ValidateValue(tensor(2.5)));
        }

        Outside("Uniform needs a value in [0.5, 1]; found 2", new Uniform(tensor(0.5), tensor(1.0)), tensor(2.0));
        Outside(
            "Uniform needs a value in [0, the entries of a tensor of shape (2)]; found 2 at [0]",
            new Uniform(0, tensor(new[] { 1.0, 3 })),
            tensor(2.0));
    }

    [Fact]
    public void TruncatedWithoutAQuantile_NamesItsBase()
    {
        var (gamma, horseshoe) = (new Truncated(new Gamma(2, 1), high: 3), new Truncated(new Horseshoe(), high: 3));
        TensorAssert.Throws<NotSupportedException>(
            "Truncated(Gamma) has no draws and quantiles: Gamma has no quantile in closed form.", () => gamma.Sample());
        Assert.True(gamma.LogProb(tensor(1.0)).isfinite().item<bool>());
        TensorAssert.Throws<NotSupportedException>(
            "Truncated(Horseshoe) has no density: Horseshoe has no distribution function in closed form.", () => horseshoe.LogProb(tensor(1.0)));
    }

    [Fact]
    public void Shapes_AreChecked() => TensorAssert.Throws<PplShapeException>(
        "StudentT's df has shape (2, 3) and its scale has shape (4), which do not broadcast.", () => _ = new StudentT(ones(2, 3), 0, ones(4)));

    [Fact]
    public void Values_AreChecked()
    {
        Outside("Uniform needs a value in [2, 3]; found 1.5 at [1]", new Uniform(2, 3), tensor(new[] { 2.0, 1.5 }));
        Outside("Exponential needs a value >= 0; found -1", new Exponential(), tensor(-1.0));
        Outside("HalfStudentT needs a value >= 0; found -1", new HalfStudentT(3), tensor(-1.0));
        Outside("TruncatedNormal needs a value in [0, 1]; found -1", new TruncatedNormal(0, 1, 0, 1), tensor(-1.0));
        Outside("TruncatedNormal needs a value >= 0; found -1", new TruncatedNormal(0, 1, low: 0), tensor(-1.0));
        Outside("TruncatedNormal needs a value <= 0; found 1", new TruncatedNormal(0, 1, high: 0), tensor(1.0));
        TensorAssert.Throws<NonFiniteException>(
            "TruncatedNormal needs a finite value; found NaN", () => new TruncatedNormal().ValidateValue(tensor(double.NaN)));
        Outside("Levy needs a value > 2; found 2", new Levy(2), tensor(2.0));
        TensorAssert.Throws<NonFiniteException>("Laplace needs a finite value; found NaN", () => new Laplace().ValidateValue(tensor(double.NaN)));
    }

    [Fact]
    public void DensityOutsideTheSupport_IsZeroWithAFiniteGradient()
    {
        var one = tensor(1.0, ScalarType.Float64).requires_grad_();
        Distribution[] families = [new Uniform(one, one + 1), new Exponential(one), new HalfStudentT(one, one), new Levy(one, one)];
        foreach (var family in families)
        {
            var value = tensor(new[] { -0.5, 1.5 }, ScalarType.Float64).requires_grad_();
            var density = family.LogProb(value);
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(density[0]));
            Assert.True(double.IsFinite(TensorAssert.Item(density[1])));
            foreach (var gradient in autograd.grad([density[1] + density[0].exp()], [value, one], allow_unused: true).Where(g => g is not null))
                Assert.All(TensorAssert.ToArray(gradient), g => Assert.True(double.IsFinite(g), family.Name));
            Assert.Equal(0, TensorAssert.Item(family.Name.Contains("Student", StringComparison.Ordinal) ? zeros(1) : family.Cdf(value.detach())[0]));
        }
    }

    // What the generator of uniform numbers gives at its ends has a finite quantile.
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void InverseCdf_ReachesTheEnds(ScalarType dtype)
    {
        var ends = tensor(new[] { 0.0, 1.0 }, dtype);
        Distribution[] line = [new Laplace(1, 2), new AsymmetricLaplace(1, 2, 3), new Logistic(1, 2), new Cauchy(1, 2), new Gumbel(1, 2)];
        foreach (var family in line)
            Assert.Equal([double.NegativeInfinity, double.PositiveInfinity], TensorAssert.ToArray(family.InverseCdf(ends)));
        Assert.Equal([1, 2], TensorAssert.ToArray(new Uniform(1, 2).InverseCdf(ends)));
        Assert.Equal([0, double.PositiveInfinity], TensorAssert.ToArray(new Exponential(2).InverseCdf(ends)));
        Assert.Equal([1, double.PositiveInfinity], TensorAssert.ToArray(new Levy(1, 2).InverseCdf(ends)));
    }

    // A generator of 2^24 steps in float32 meets each of its ends with a chance of 0.45 in ten million draws, for each family.
    [Fact]
    public void Draws_InFloat32_AreFinite()
    {
        var zero = tensor(0f);
        Distribution[] families = [new Uniform(zero, 1), new Laplace(zero), new Logistic(zero), new Cauchy(zero), new Gumbel(zero), new Levy(zero)];
        foreach (var family in families)
        {
            using var inner = NewDisposeScope();
            Assert.Null(family.FindValueFault(family.Sample(10_000_000)));
        }
    }

    // Next to its bound a small scale is lost to rounding: the draw is the next number above.
    [Fact]
    public void Draws_OfALevyStayAboveItsBound()
    {
        var far = new Levy(tensor(1e6f), 1e-6);
        Assert.Null(far.FindValueFault(far.Sample(1000)));
    }

    // The slope of the distribution function is the density, by the same graph that a censored likelihood differentiates.
    [Fact]
    public void GradientOfCdf_IsTheDensity()
    {
        foreach (var family in FamilyCase.All.Where(c => c.Expected("cdf") is not null && !c.IsDiscrete && c.IsSlopeOfCdf))
        {
            var value = family.Value().requires_grad_();
            var slope = autograd.grad([family.Make().Cdf(value).sum()], [value])[0];
            var density = family.Make().LogProb(value.detach()).exp();
            var isInside = value.detach().ne(0);
            TensorAssert.Close(where(isInside, density, 0), where(isInside, slope, 0), relative: 1e-7, absolute: 1e-15);
        }
    }

    [Fact]
    public void TruncatedNormal_WithoutBounds_IsTheNormal()
    {
        var x = linspace(-9, 9, 37, ScalarType.Float64);
        var (free, normal) = (new TruncatedNormal(1, 2), new Normal(1, 2));
        TensorAssert.Close(normal.LogProb(x), free.LogProb(x));
        TensorAssert.Close(normal.Cdf(x), free.Cdf(x));
        var p = linspace(0.001, 0.999, 37, ScalarType.Float64);
        TensorAssert.Close(normal.InverseCdf(p), free.InverseCdf(p));
        var like = tensor(0.0, ScalarType.Float64);
        TensorAssert.Close(new Normal(like, 2).Entropy(), new TruncatedNormal(like, 2).Entropy());
    }

    // In the far tail it is an exponential from the bound on, and in a narrow interval a uniform.
    [Fact]
    public void TruncatedNormal_AtItsLimits_HasTheirMomentsAndDraws()
    {
        var zero = tensor(0.0, ScalarType.Float64).requires_grad_();
        var far = new TruncatedNormal(zero, 1, low: 1e6);
        TensorAssert.Close(tensor(1e-12, ScalarType.Float64), far.Variance, relative: 1e-9, absolute: 0);
        var draws = far.RSample(10_000);
        Assert.InRange(TensorAssert.Item((draws.detach() - 1e6).mean()) * 1e6, 0.95, 1.05);
        Assert.All(TensorAssert.ToArray(autograd.grad([draws.sum()], [zero])[0]), g => Assert.True(double.IsFinite(g)));
        var left = new TruncatedNormal(0, 1, tensor(-1.0 - 1e6, ScalarType.Float64), -1e6);
        TensorAssert.Close(far.Variance, left.Variance, relative: 1e-9, absolute: 0);

        var (low, high) = (tensor(3.0, ScalarType.Float64).requires_grad_(), tensor(3.0 + 1e-7, ScalarType.Float64).requires_grad_());
        var narrow = new TruncatedNormal(0, 1, low, high);
        TensorAssert.Close(tensor(1e-14 / 12, ScalarType.Float64), narrow.Variance, relative: 1e-6, absolute: 0);
        var share = ((narrow.RSample(10_000) - low) / (high - low)).detach();
        Assert.InRange(TensorAssert.Item(share.mean()), 0.485, 0.515);
        Assert.InRange(TensorAssert.Item(share.square().mean()), 0.318, 0.349);
        Assert.Null(narrow.FindValueFault(narrow.Sample(10_000)));
    }

    [Theory]
    [InlineData(0.0, 1.0, -3.0, 5.0)]
    [InlineData(0.0, 1.0, 4.0, 4.5)]
    [InlineData(2.0, 0.3, -4.0, 1.0)]
    [InlineData(0.0, 1.0, 1.9, 80.0)]
    [InlineData(0.0, 1.0, 30.0, 31.0)]
    [InlineData(0.0, 100.0, -1e-6, 3e-6)]
    [InlineData(0.0, 1.0, -50.0, 3.0)]
    public void InverseCdf_OfATruncatedNormal_InvertsItsCdf(double loc, double scale, double low, double high)
    {
        var p = linspace(0.001, 0.999, 101, ScalarType.Float64).requires_grad_();
        var d = new TruncatedNormal(loc, scale, low, high);
        var x = d.InverseCdf(p);
        TensorAssert.Close(p.detach(), d.Cdf(x.detach()), relative: 1e-8);
        var slope = autograd.grad([x.sum()], [p])[0];
        TensorAssert.Close((-d.LogProb(x.detach())).exp(), slope, relative: 1e-9);
    }

    [Fact]
    public void SkewNormal_WithoutSlant_IsTheNormal()
    {
        var x = linspace(-9, 9, 37, ScalarType.Float64);
        TensorAssert.Close(new Normal(1, 2).LogProb(x), new SkewNormal(1, 2).LogProb(x));
        TensorAssert.Close(new Normal(1, 2).Cdf(x), new SkewNormal(1, 2).Cdf(x));
    }

    [Fact]
    public void StudentT_OfManyDegreesOfFreedom_IsTheNormal()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var df = tensor(1e30, type).requires_grad_();
            var x = linspace(-9, 9, 37, type);
            var t = new StudentT(df, 1, 2);
            TensorAssert.Close(new Normal(1, 2).LogProb(x), t.LogProb(x), relative: type == ScalarType.Float32 ? 1e-6 : 1e-13);
            var z = t.RSample(1000);
            Assert.True(z.isfinite().all().item<bool>());
            Assert.InRange(TensorAssert.Item(z.std()), 1.7, 2.3);
            var gradients = autograd.grad([z.sum() + t.LogProb(x).sum() + t.Entropy() + t.Variance], [df]);
            Assert.True(gradients[0].isfinite().all().item<bool>(), $"{type}: {TensorAssert.Item(gradients[0])}");
        }
    }

    // From normal tails to nothing but tail: all draws are finite numbers or the greatest ones.
    [Fact]
    public void StudentT_OfFewDegreesOfFreedom_HasFiniteGradients()
    {
        var df = full(1000, 0.05, ScalarType.Float64).requires_grad_();
        var z = new StudentT(df).RSample();
        Assert.True(z.isfinite().all().item<bool>());
        Assert.True(autograd.grad([new StudentT(df).LogProb(z).sum()], [df])[0].isfinite().all().item<bool>());
    }

    private static void Refused(string message, Distribution family) => TensorAssert.Throws<PplArgumentException>(message, () => family.Validate());

    private static void Outside(string message, Distribution family, Tensor value)
        => TensorAssert.Throws<PplSupportException>(message, () => family.ValidateValue(value));
}
