using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Logarithms of tails, far beyond what a distribution function or its complement knows. The exact values are mpmath's.</summary>
public sealed class TailTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public static TheoryData<string, double, double> Upper => new()
    {
        { "Normal", 81, -804.60844201375378 }, { "HalfNormal", 20, -52.538137969952525 }, { "HalfCauchy", 1e30, -69.529135495110825 },
        { "Weibull", 28.284271247461902, -800 }, { "Pareto", 1e20, -138.15510557964274 }, { "Exponential", 800, -800 }, { "Logistic", 800, -800 },
        { "Laplace", 800, -800.69314718055994 }, { "Laplace", 40, -40.693147180559945 }, { "AsymmetricLaplace", 40, -61.178654996341646 },
        { "AsymmetricLaplace", -40, -1.8159879943880859e-12 }, { "Gumbel", 800, -800 }, { "Gumbel", 40, -40 },
        { "Cauchy", 1e30, -70.222282675670771 }, { "Kumaraswamy", 0.9, -49.821936204649534 }, { "Geometric", 300, -86.592303807986059 },
        { "Geometric", 3e4, -8630.7498556258797 }, { "ContinuousBernoulli(-80)", 0.75, -60.000000002061154 },
        { "ContinuousBernoulli(80)", 0.25, -8.7565107446480065e-27 }, { "Levy", 1e30, -34.764567747555413 }, { "Gamma(1)", 500, -500 },
        { "Gamma(1)", 2000, -2000 }, { "Chi2", 1600, -796.53628748341335 }, { "Gamma(50)", 1200, -997.11032548544923 },
        { "Gamma(0.3)", 900, -905.85825094366345 }, { "Gamma(1e4)", 15000, -950.18048801235461 },
        { "Gamma(1e6)", 1.06e6, -1736.1054534358939 }, { "InverseGamma", 1e150, -1035.8756097748688 },
        { "SkewNormal", 20, -203.22400819053732 },
    };

    public static TheoryData<string, double, double> Lower => new()
    {
        { "Normal", -79, -804.60844201375378 }, { "Exponential", 1e-20, -46.051701859880914 }, { "Exponential", 1e-310, -713.80137882869374 },
        { "Weibull", 1e-200, -921.03403719761827 }, { "Logistic", -800, -800 }, { "Laplace", -800, -800.69314718055994 },
        { "Laplace", 40, -2.1241771276457945e-18 }, { "AsymmetricLaplace", -40, -27.034391446791984 }, { "Gumbel", -5, -148.4131591025766 },
        { "Cauchy", -1e30, -70.222282675670771 }, { "Cauchy", 1e10, -3.1830988618885673e-11 }, { "HalfCauchy", 1e10, -6.3661977238784558e-11 },
        { "Kumaraswamy", 1e-200, -917.63283981595612 }, { "Geometric", 300, -2.4742312105995569e-38 },
        { "ContinuousBernoulli(80)", 0.25, -60.000000002061154 }, { "Levy", 1e-3, -503.68066650438168 },
        { "Levy", 1e30, -7.9788456080286567e-16 }, { "Gamma(50)", 1e-5, -724.124050004206 }, { "Gamma(0.01)", 1e-300, -6.9020649710360675 },
        { "Gamma(1e4)", 6000, -1112.8644385362333 }, { "Gamma(1e6)", 0.95e6, -1298.1257288046005 },
        { "InverseGamma", 0.0025, -787.32142372782336 }, { "SkewNormal", -8, -167.61623580231137 },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Upper))]
    public void UpperTails_AreExactFarOut(string name, double at, double exact)
        => TensorAssert.Close(Number(exact), Make(name, Number(1)).LogSurvival(Number(at)), relative: 3e-11, absolute: 0);

    [Theory]
    [MemberData(nameof(Lower))]
    public void LowerTails_AreExactFarOut(string name, double at, double exact)
        => TensorAssert.Close(Number(exact), Make(name, Number(1)).LogCdf(Number(at)), relative: 3e-11, absolute: 0);

    // The slope of the logarithm is the density over the tail, also where both round to 0.
    [Theory]
    [MemberData(nameof(Upper))]
    public void UpperTails_HaveTheHazardAsSlope(string name, double at, double exact) => HasSlope(name, at, exact, -1);

    [Theory]
    [MemberData(nameof(Lower))]
    public void LowerTails_HaveTheRatioAsSlope(string name, double at, double exact) => HasSlope(name, at, exact, 1);

    // A censored row pulls at the parameter, however far out it lies.
    // Beside TruncatedNormal, which has the tail in closed form, and an exponential, which forgets where it was cut.
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(30)]
    public void ATruncatedUpperTail_HasItsMass(double low)
    {
        var loc = tensor(0.0, ScalarType.Float64, requires_grad: true);
        var (cut, exact) = (new Truncated(new Normal(loc, 1), low), new TruncatedNormal(loc, 1, low, double.PositiveInfinity));
        var value = tensor(new[] { low, low + 0.1 });
        TensorAssert.Close(exact.LogProb(value), cut.LogProb(value), 1e-9);
        TensorAssert.Close(Slope(exact), Slope(cut), 1e-7);
        cut.Validate();
        var both = new Truncated(new Normal(loc, 1), low, low + 1);
        TensorAssert.Close(new TruncatedNormal(loc, 1, low, low + 1).LogProb(value), both.LogProb(value), 1e-9);
        var waiting = new Truncated(new Exponential(tensor(1.0, ScalarType.Float64)), low);
        TensorAssert.Close(-tensor(new[] { 0, 0.1 }), waiting.LogProb(value), 1e-9);

        Tensor Slope(Distribution d) => autograd.grad([d.LogProb(value).sum()], [loc])[0];
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void DrawsOfATruncatedUpperTail_AreFinite(ScalarType type)
    {
        using var seed = manual_seed(1);
        var rate = tensor(1.0, type);
        foreach (var d in new Distribution[] { new Truncated(new Exponential(rate), 30), new Truncated(new Normal(0 * rate, 1), 7) })
            Assert.True(d.Sample(200_000).isfinite().all().item<bool>(), $"{d}");
        Assert.Equal(double.PositiveInfinity, new Truncated(new Exponential(rate), 3).InverseCdf(ones(1, dtype: type)).to(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void CensoredExponential_InFloat32_HasDensityAndGradientFarOut()
    {
        foreach (var end in new[] { 15f, 17, 36, 300 })
        {
            var rate = tensor(1f).requires_grad_();
            var density = new Censored(new Exponential(rate), high: end).LogProb(tensor(end));
            Assert.Equal(-end, density.item<float>());
            Assert.Equal(-end, autograd.grad([density], [rate])[0].item<float>());
        }
    }

    /// <summary>Far out the tail is 2 scale / (π x).</summary>
    [Fact]
    public void HalfCauchy_InFloat32_HasItsSlopeFarOut()
    {
        var scale = tensor(2f).requires_grad_();
        var log = new HalfCauchy(scale).LogSurvival(tensor(1e30f));
        TensorAssert.Close(tensor((float)Math.Log(4 / (Math.PI * 1e30))), log.detach());
        TensorAssert.Close(tensor(0.5f), autograd.grad([log], [scale])[0]);
    }

    [Fact]
    public void TailsInFloat32_AreThoseInFloat64()
    {
        foreach (var name in new[] { "Exponential", "Logistic", "Laplace", "AsymmetricLaplace", "Gumbel", "Cauchy", "HalfCauchy", "Levy" })
        {
            foreach (var at in new[] { 1e-6, 0.3, 5, 17, 60, 90 })
            {
                var x = tensor((float)at);
                var (narrow, wide) = (Make(name, tensor(1f)), Make(name, Number(1)));
                TensorAssert.Close(wide.LogSurvival(x.to(ScalarType.Float64)), narrow.LogSurvival(x).to(ScalarType.Float64), 1e-5, 1e-30);
                TensorAssert.Close(wide.LogCdf(x.to(ScalarType.Float64)), narrow.LogCdf(x).to(ScalarType.Float64), 1e-5, 1e-30);
            }
        }
    }

    // The normalizer is a difference of probabilities near 1.
    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(16)]
    public void TruncatedLogistic_InFloat32_IsThatInFloat64(double low)
    {
        foreach (var scale in new TensorOrScalar[] { 1, tensor(1f) })
        {
            var d = new Truncated(new Logistic(0, scale), low);
            var exact = new Truncated(new Logistic(0, Number(1)), low);
            foreach (var at in new[] { low, low + 1, low + 7 })
            {
                TensorAssert.Close(exact.LogProb(Number(at)), d.LogProb(tensor((float)at)).to(ScalarType.Float64), 1e-6, 1e-6);
                TensorAssert.Close(exact.Cdf(Number(at)), d.Cdf(tensor((float)at)).to(ScalarType.Float64), 1e-6, 1e-6);
            }

            Assert.Equal(ScalarType.Float32, d.LogProb(tensor((float)low)).dtype);
            TensorAssert.Close(exact.InverseCdf(Number(0.5)), d.InverseCdf(tensor(0.5f)).to(ScalarType.Float64), 1e-6, 0);
            Assert.Null(d.FindParameterFault());
        }
    }

    // 0.1 in float32 is a little more than the number 0.1.
    [Fact]
    public void Bounds_AreValuesInFloat32()
    {
        foreach (var d in new Distribution[] { new TruncatedNormal(0, 1, -0.1, 0.1), new Truncated(new Normal(0, 1), -0.1, 0.1) })
        {
            foreach (var end in new[] { -0.1f, 0.1f })
            {
                Assert.Null(d.FindValueFault(tensor(end)));
                TensorAssert.Close(d.LogProb(Number(0.1)), d.LogProb(tensor(end)).to(ScalarType.Float64), 1e-5);
                Assert.Equal(end > 0 ? 1 : 0, d.Cdf(tensor(end)).item<float>());
            }
        }
    }

    private static void HasSlope(string name, double at, double exact, int side)
    {
        var x = Number(at).requires_grad_();
        var d = Make(name, Number(1));
        if (d.IsDiscrete) return;
        var log = side > 0 ? d.LogCdf(x) : d.LogSurvival(x);
        var expected = side * Math.Exp(TensorAssert.Item(d.LogProb(x)) - exact);
        TensorAssert.Close(Number(expected), autograd.grad([log], [x])[0], relative: 1e-8, absolute: 0);
    }

    private static Distribution Make(string name, Tensor one) => name switch
    {
        "Normal" => new Normal(1, 2 * one),
        "HalfNormal" => new HalfNormal(2 * one),
        "HalfCauchy" => new HalfCauchy(one),
        "Weibull" => new Weibull(one, 2),
        "Pareto" => new Pareto(one, 3),
        "Exponential" => new Exponential(one),
        "Logistic" => new Logistic(0, one),
        "Laplace" => new Laplace(0, one),
        "AsymmetricLaplace" => new AsymmetricLaplace(0, one, 1.5),
        "Gumbel" => new Gumbel(0, one),
        "Cauchy" => new Cauchy(0, one),
        "Kumaraswamy" => new Kumaraswamy(2, 30 * one),
        "Geometric" => new Geometric(one / 4),
        "ContinuousBernoulli(80)" => new ContinuousBernoulli(logits: 80 * one),
        "ContinuousBernoulli(-80)" => new ContinuousBernoulli(logits: -80 * one),
        "Levy" => new Levy(0, one),
        "Gamma(0.01)" => new Gamma(0.01 * one),
        "Gamma(0.3)" => new Gamma(0.3 * one),
        "Gamma(1)" => new Gamma(one),
        "Gamma(50)" => new Gamma(50 * one),
        "Gamma(1e4)" => new Gamma(1e4 * one),
        "Gamma(1e6)" => new Gamma(1e6 * one),
        "Chi2" => new Chi2(3 * one),
        "InverseGamma" => new InverseGamma(3 * one, 2),
        "SkewNormal" => new SkewNormal(0, one, 2),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Tensor Number(double number) => tensor(number, ScalarType.Float64);
}
