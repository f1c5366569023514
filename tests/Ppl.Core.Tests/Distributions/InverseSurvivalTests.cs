using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Quantiles counted from above, and what is drawn from an upper tail by them.</summary>
public sealed class InverseSurvivalTests : IDisposable
{
    private static readonly Dictionary<string, Func<Tensor, Distribution>> Unbounded = new()
    {
        ["Normal"] = x => new Normal(x, 2),
        ["LogNormal"] = x => new LogNormal(x, 0.5),
        ["HalfNormal"] = x => new HalfNormal(x),
        ["Logistic"] = x => new Logistic(0.3, x),
        ["Laplace"] = x => new Laplace(x, 2),
        ["AsymmetricLaplace"] = x => new AsymmetricLaplace(0.3, 2, x),
        ["Gumbel"] = x => new Gumbel(x, 2),
        ["Cauchy"] = x => new Cauchy(x, 2),
        ["HalfCauchy"] = x => new HalfCauchy(x),
        ["Levy"] = x => new Levy(0.5, x),
        ["Exponential"] = x => new Exponential(x),
        ["Weibull"] = x => new Weibull(2, x),
        ["Pareto"] = x => new Pareto(0.5, x),
        ["StudentT"] = x => new StudentT(x, 1, 2),
        ["HalfStudentT"] = x => new HalfStudentT(3, x),
        ["Transformed"] = x => new Transformed(new Gumbel(x, 0.5), Exp.Instance),
        ["decreasing"] = x => new Transformed(new Laplace(x, 2), new Affine(1, -3)),
        ["Masked"] = x => new Masked(new Exponential(x), tensor(true)),
        ["Censored"] = x => new Censored(new Exponential(x), low: 0.1),
        ["Truncated"] = x => new Truncated(new Logistic(0, x), 50),
        ["Truncated below"] = x => new Truncated(new Logistic(x, 1), -1),
    };

    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Names => [.. Unbounded.Keys];

    public void Dispose() => scope.Dispose();

    /// <summary>1 − 1e-30 is 1: from below these quantiles are infinite.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void FarTail_IsInverted(string name)
    {
        var p = tensor(new[] { 0.3, 1e-3, 1e-12, 1e-30, 1e-100 });
        var d = Unbounded[name](Number(1.4));
        var x = d.InverseSurvival(p);
        Assert.True(x.isfinite().all().item<bool>());
        TensorAssert.Close(p.log(), d.LogSurvival(x), relative: 1e-10, absolute: 1e-10);
        var ends = TensorAssert.ToArray(d.InverseSurvival(tensor(new[] { 0.0, 1 })));
        Assert.Equal(double.PositiveInfinity, ends[0]);
        Assert.Equal(TensorAssert.Item(d.InverseCdf(Number(0))), ends[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_EqualFiniteDifferences(string name)
    {
        foreach (var probability in new[] { 0.6, 0.02, 1e-9 })
        {
            var (x, p) = (Number(1.4).requires_grad_(), Number(probability).requires_grad_());
            var quantile = Unbounded[name](x).InverseSurvival(p);
            var found = autograd.grad([quantile], [x, p]);
            var rounding = 1e-8 + 1e-10 * Math.Abs(TensorAssert.Item(quantile));
            TensorAssert.Close((At(1.4 + 1e-5, probability) - At(1.4 - 1e-5, probability)) / 2e-5, found[0], 1e-6, rounding);
            TensorAssert.Close((At(1.4, probability * 1.00001) - At(1.4, probability * 0.99999)) / (2e-5 * probability), found[1], relative: 1e-6);
        }

        Tensor At(double parameter, double outside) => Unbounded[name](Number(parameter)).InverseSurvival(Number(outside));
    }

    [Fact]
    public void OneType_InFloat32()
    {
        foreach (var make in Unbounded.Values)
        {
            var (narrow, wide) = (make(tensor(1.4f)).InverseSurvival(tensor(1e-12f)), make(Number(1.4)).InverseSurvival(Number(1e-12f)));
            Assert.Equal(ScalarType.Float32, narrow.dtype);
            TensorAssert.Close(wide, narrow.to(ScalarType.Float64), relative: 1e-5);
        }

        Assert.Equal(ScalarType.Float32, new Beta(2.0, 3.0).InverseSurvival(tensor(0.2f)).dtype);
    }

    /// <summary>The least count above which there is no more than the probability; by SciPy's geom.isf less 1.</summary>
    [Fact]
    public void Counts_AreCountedFromAbove()
    {
        TensorAssert.Close(tensor(new[] { 2.0, 38, 193 }), new Geometric(Number(0.3)).InverseSurvival(tensor(new[] { 0.4, 1e-6, 1e-30 })));
        TensorAssert.Close(tensor(new[] { 4.0, 3 }), new DiscreteUniform(1, 4).InverseSurvival(tensor(new[] { 1e-30, 0.3 })));
        TensorAssert.Close(tensor(3.0), new Delta(3.0).InverseSurvival(tensor(0.2)).to(ScalarType.Float64));
    }

    /// <summary>What lies beyond 45 of an exponential, of 1e-20 of its mass, waits as long as at the beginning: 20,000 draws, and an error rate of 1e-6.</summary>
    [Fact]
    public void DrawsOfAFarUpperTail_AreOfIt()
    {
        using var seed = manual_seed(3);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var rate = tensor(2.0, type).requires_grad_();
            var d = new Truncated(new Exponential(rate), low: 23);
            var beyond = 2 * (d.RSample(20_000) - 23).to(ScalarType.Float64);
            var empirical = arange(1, 20_001, ScalarType.Float64) / 20_000;
            var distance = TensorAssert.Item(((1 - (-beyond.detach()).exp()).sort().Item1 - empirical).abs().max());
            Assert.True(distance < 2.69 / Math.Sqrt(20_000), $"{type}: {distance}");

            // x = 23 - log(rest) / rate.
            var slope = autograd.grad([beyond.sum()], [rate])[0].to(ScalarType.Float64);
            TensorAssert.Close(-(beyond.sum() / 2), slope, relative: type == ScalarType.Float32 ? 1e-4 : 1e-10);
        }

        TensorAssert.Close(tensor(new[] { 1 - Math.Exp(-0.5), 1 - Math.Exp(-8) }), new Truncated(new Exponential(Number(1)), 60).Cdf(tensor(new[] { 60.5, 68 })), 1e-10);
        var window = new Truncated(new Exponential(Number(1)), 60, 61);
        var p = tensor(new[] { 0.0, 0.3, 1 });
        TensorAssert.Close(60 - (1 - p * (1 - Math.Exp(-1))).log(), window.InverseCdf(p), 1e-12);
        TensorAssert.Close(window.InverseCdf(p), window.InverseSurvival(1 - p), 1e-12);
        TensorAssert.Close(p, window.Cdf(window.InverseCdf(p)), 1e-10);
    }

    /// <summary>Seen from the age of 3 on, and until 40 at most: log S(40) - log S(3), with its gradient, also in float32.</summary>
    [Fact]
    public void LateEntries_AreCensored()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var rate = tensor(3.0, type).requires_grad_();
            var entered = new Truncated(new Exponential(rate), low: 3);
            var density = new Censored(entered, high: 40).LogProb(tensor(40.0, type));
            TensorAssert.Close(tensor(-111.0, type), density);
            TensorAssert.Close(tensor(-37.0, type), autograd.grad([density], [rate])[0]);
            TensorAssert.Close(zeros(1, type), entered.LogSurvival(tensor(new[] { 2.0 }).to(type)));
        }

        var mirrored = new Truncated(new Laplace(Number(0), 1), high: -3);
        TensorAssert.Close(tensor(new[] { -97.0, -1, 0, 0 }), mirrored.LogCdf(tensor(new[] { -100.0, -4, -3, 0 })));
        var both = new Truncated(new Exponential(Number(1)), 60, 61);
        TensorAssert.Close((1 - both.Cdf(Number(60.4))).log(), both.LogSurvival(Number(60.4)), 1e-12);
    }

    private static Tensor Number(double value) => tensor(value, ScalarType.Float64);
}
