using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Derivatives that an automatic pass through the formula would miss: of quadratures, at ends of a support, of implicit draws.</summary>
public sealed class EdgeGradientTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public EdgeGradientTests() => manual_seed(8);

    public void Dispose() => scope.Dispose();

    // In the middle and without a slant too, where Owen's function is written by absolute values.
    [Fact]
    public void SkewNormal_CdfHasTheDerivativesOfOwensFunction()
    {
        foreach (var slant in new[] { -30, -1.5, -0.3, 0, 0.3, 1, 1.5, 30 })
        {
            foreach (var at in new[] { -6, -2, -0.4, 0, 0.01, 0.6, 3 })
            {
                var (value, a) = (Number(at), Number(slant));
                var gradient = autograd.grad([new SkewNormal(0, 1, a).Cdf(value)], [value, a], create_graph: true);
                var density = new SkewNormal(0, 1, slant).LogProb(Number(at)).exp();
                TensorAssert.Close(density, gradient[0], relative: 1e-10, absolute: 1e-250);
                var square = 1 + slant * slant;
                var exact = -Math.Exp(-at * at * square / 2) / (Math.PI * square);
                TensorAssert.Close(tensor(exact, ScalarType.Float64), gradient[1], relative: 1e-10, absolute: 1e-250);
                var second = autograd.grad([gradient[1]], [value, a]);
                TensorAssert.Close(tensor(-at * square * exact, ScalarType.Float64), second[0], relative: 1e-9, absolute: 1e-250);
                var bySlant = exact * (-slant * at * at - 2 * slant / square);
                TensorAssert.Close(tensor(bySlant, ScalarType.Float64), second[1], relative: 1e-9, absolute: 1e-250);
            }
        }
    }

    [Fact]
    public void SkewNormal_CdfHoldsAtInfinity()
    {
        foreach (var slant in new[] { -2, 0, 2.0 })
        {
            Assert.Equal(0, TensorAssert.Item(new SkewNormal(0, 1, slant).Cdf(tensor(double.NegativeInfinity, ScalarType.Float64))));
            Assert.Equal(1, TensorAssert.Item(new SkewNormal(0, 1, slant).Cdf(tensor(double.PositiveInfinity, ScalarType.Float64))));
        }
    }

    // An end of the range that is an end of the base's support has probability 0 beyond it: no observation is there, and the others do not notice.
    [Fact]
    public void Censored_AtAnEndOfTheSupport_HasTheGradientOfTheBase()
    {
        Func<Tensor, Distribution>[] bases =
        [
            s => new LogNormal(s, s), s => new Exponential(s), s => new Gamma(2, s), s => new HalfNormal(s), s => new Weibull(s, 2),
            s => new HalfCauchy(s), s => new Uniform(0, s),
        ];
        foreach (var make in bases)
        {
            foreach (var low in new TensorOrScalar[] { 0, tensor(new[] { 0, 0.2, 0 }, ScalarType.Float64), -1 })
            {
                var (s, plain) = (Number(1.5), Number(1.5));
                var value = tensor(new[] { 0.3, 0.7, 1.2 }, ScalarType.Float64);
                var censored = new Censored(make(s), low);
                var gradient = autograd.grad([censored.LogProb(value).sum()], [s])[0];
                TensorAssert.Close(autograd.grad([make(plain).LogProb(value).sum()], [plain])[0], gradient, relative: 1e-12);
                if (low.Is(-1)) continue;
                var end = censored.LogProb(tensor(new[] { 0, 0.2, 0 }, ScalarType.Float64));
                Assert.True(double.IsNegativeInfinity(end[0].item<double>()), censored.Name);
                if (!end.requires_grad) continue;
                var atEnd = autograd.grad([end.sum()], [s])[0];
                Assert.True(atEnd.isfinite().item<bool>(), $"{censored.Name} at low = {low}: gradient {atEnd.item<double>()}");
            }
        }
    }

    [Fact]
    public void Censored_AtTheUpperEndOfTheSupport_HasTheGradientOfTheBase()
    {
        Func<Tensor, Distribution>[] bases = [s => new Kumaraswamy(s, 2), s => new Uniform(0 - s, 1)];
        foreach (var make in bases)
        {
            foreach (var high in new TensorOrScalar[] { 1, tensor(new[] { 1, 0.9, 1 }, ScalarType.Float64), 2 })
            {
                var (s, plain) = (Number(1.5), Number(1.5));
                var value = tensor(new[] { 0.3, 0.7, 0.8 }, ScalarType.Float64);
                var censored = new Censored(make(s), null, high);
                var gradient = autograd.grad([censored.LogProb(value).sum()], [s])[0];
                TensorAssert.Close(autograd.grad([make(plain).LogProb(value).sum()], [plain])[0], gradient, relative: 1e-12);
                if (high.Is(2)) continue;
                var end = censored.LogProb(tensor(new[] { 1, 0.9, 1 }, ScalarType.Float64));
                Assert.True(double.IsNegativeInfinity(end[0].item<double>()), censored.Name);
            }
        }
    }

    [Fact]
    public void Truncated_AtAnEndOfTheSupport_HasTheGradientOfTheBase()
    {
        Func<Tensor, Distribution>[] bases =
        [
            s => new LogNormal(s, s), s => new Exponential(s), s => new HalfNormal(s), s => new Weibull(s, 2), s => new HalfCauchy(s),
            s => new Uniform(0, s), s => new Kumaraswamy(s, 2),
        ];
        foreach (var make in bases)
        {
            foreach (var low in new[] { 0, -1 })
            {
                var (s, plain) = (Number(1.5), Number(1.5));
                var value = tensor(new[] { 0.3, 0.7, 0.9 }, ScalarType.Float64);
                var gradient = autograd.grad([new Truncated(make(s), low, double.PositiveInfinity).LogProb(value).sum()], [s])[0];
                TensorAssert.Close(autograd.grad([make(plain).LogProb(value).sum()], [plain])[0], gradient, relative: 1e-12);
            }
        }
    }

    [Fact]
    public void LogNormal_OutsideItsSupport_HasNoGradient()
    {
        foreach (var at in new[] { 0, -1.0 })
        {
            var s = Number(1.5);
            var (family, value) = (new LogNormal(s, s), tensor(at, ScalarType.Float64));
            foreach (var result in new[] { family.LogProb(value), family.Cdf(value), family.LogCdf(value), family.LogSurvival(value) })
                Assert.Equal(0, TensorAssert.Item(autograd.grad([result], [s])[0]));
            Assert.Equal(0, TensorAssert.Item(family.Cdf(value)));
            Assert.Equal(double.NegativeInfinity, TensorAssert.Item(family.LogCdf(value)));
        }
    }

    // Along the draws with the same value of the distribution function at neighbouring parameters, found by Newton's method.
    [Fact]
    public void Mixture_DrawsHaveFirstAndSecondDerivatives()
    {
        const double Step = 1e-3;
        static Mixture Of(Tensor t) => new(new Categorical(logits: stack([t, -t], 0)), new Normal(t.square(), 1), new Gamma(2 + t, 1.5));
        var t = Number(0.4);
        var draw = Of(t).RSample(12);
        var first = autograd.grad([draw.sum()], [t], create_graph: true)[0];
        var second = autograd.grad([first], [t])[0];
        using var grad = no_grad();
        var target = Of(t.detach()).Cdf(draw.detach());
        Tensor Along(double shift)
        {
            var (mixture, x) = (Of(t.detach() + shift), draw.detach());
            for (var i = 0; i < 20; i++) x = x - (mixture.Cdf(x) - target) / mixture.LogProb(x).exp();
            return x.sum();
        }

        var (below, middle, above) = (Along(-Step), Along(0), Along(Step));
        TensorAssert.Close((above - below) / (2 * Step), first.detach(), relative: 1e-4);
        TensorAssert.Close((above - 2 * middle + below) / (Step * Step), second, relative: 1e-4);
    }

    // Along the draws with the same value of the distribution function at neighbouring concentrations.
    [Theory]
    [InlineData(0.3)]
    [InlineData(4)]
    [InlineData(200)]
    [InlineData(5000)]
    public void VonMises_DrawsHaveFirstAndSecondDerivatives(double kappa)
    {
        var concentration = full(new long[] { 8 }, kappa, ScalarType.Float64).requires_grad_();
        var draw = new VonMises(0, concentration).RSample();
        var first = autograd.grad([draw.sum()], [concentration], create_graph: true)[0];
        var second = autograd.grad([first.sum()], [concentration])[0];
        using var grad = no_grad();
        var step = kappa * 2e-3;
        var (x, target) = (draw.detach(), new VonMises(0, concentration.detach()).Cdf(draw.detach()));
        var (below, above) = (At(x, target, kappa - step), At(x, target, kappa + step));
        TensorAssert.Close((above - below) / (2 * step), first.detach(), relative: 1e-4, absolute: 1e-9 / step);
        TensorAssert.Close((above - 2 * x + below) / (step * step), second, relative: 1e-3, absolute: 1e-10 / (step * step));
    }

    // The quantile at neighbouring parameters: of two bounds on both sides, far out and narrow ones, of one bound, and of none.
    [Theory]
    [InlineData(-0.5, 1.2)]
    [InlineData(1.5, 1.7)]
    [InlineData(6, 9)]
    [InlineData(-8, -7.9)]
    [InlineData(-1, double.PositiveInfinity)]
    [InlineData(20, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0.3)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    public void TruncatedNormal_DrawsHaveFirstAndSecondDerivatives(double low, double high)
    {
        var p = tensor(new[] { 0.03, 0.4, 0.9 });
        var direction = tensor(new[] { 0.7, -0.4, 0.5, 0.9 });

        // Loc, log scale and both bounds move together.
        Tensor Draw(Tensor t) => new TruncatedNormal(
            0.2 + direction[0] * t,
            (0.1 + direction[1] * t).exp(),
            double.IsInfinity(low) ? low : (TensorOrScalar)(low + direction[2] * t),
            double.IsInfinity(high) ? high : (TensorOrScalar)(high + direction[3] * t)).InverseCdf(p);
        var t = Number(0);
        for (var i = 0; i < 3; i++)
        {
            var first = autograd.grad([Draw(t)[i]], [t], create_graph: true)[0];
            var second = TensorAssert.Item(autograd.grad([first], [t])[0]);
            double First(double at)
            {
                var x = Number(at);
                return TensorAssert.Item(autograd.grad([Draw(x)[i]], [x])[0]);
            }

            var expected = (8 * (First(1e-3) - First(-1e-3)) - (First(2e-3) - First(-2e-3))) / 12e-3;
            Assert.Equal(expected, second, 1e-6 * (1 + Math.Abs(expected)));
        }
    }

    // −(∂F/∂κ) / p, with the distribution function's own quadrature, which has twice as many nodes.
    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(60)]
    [InlineData(1e4)]
    [InlineData(1e6)]
    public void VonMises_SlopesOfDraws_AreExactTo1e8(double kappa)
    {
        var concentration = Number(kappa);
        var width = Math.Min(Math.PI, 6 / Math.Sqrt(kappa));
        foreach (var share in new[] { -1, -0.9, -0.5, -0.1, -1e-3, 1e-3, 0.3, 0.8, 1 })
        {
            var angle = tensor(share * width, ScalarType.Float64);
            var slope = autograd.grad([VonMisesMath.Cdf(angle, concentration)], [concentration])[0];
            var expected = TensorAssert.Item(-slope / new VonMises(0, kappa).LogProb(angle).exp());
            var found = TensorAssert.Item(VonMisesMath.Slopes(angle, concentration).First);

            // A draw moves by its distance from the location over the concentration, in size.
            Assert.Equal(expected, found, 1e-8 * Math.Max(Math.Abs(expected), Math.Abs(share * width) / kappa));
        }
    }

    private static Tensor At(Tensor start, Tensor target, double kappa)
    {
        var family = new VonMises(0, kappa);
        var x = start;
        for (var i = 0; i < 6; i++) x = x - (family.Cdf(x) - target) / family.LogProb(x).exp();
        return x;
    }

    private static Tensor Number(double number) => tensor(number, ScalarType.Float64).requires_grad_();
}
