using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Derivatives of the incomplete gamma functions, by which distribution functions of gamma variables have those of their shape.</summary>
public sealed class IncompleteGammaTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public IncompleteGammaTests() => manual_seed(4);

    public void Dispose() => scope.Dispose();

    // a, x, the first and the second derivative of P(a, x) by a, and Q(a, x): mpmath, with 80 digits.
    [Theory]
    [InlineData(0.001, 1e-08, -17.529499859061195, 311.20234928205357, 0.017686020646153065)]
    [InlineData(0.001, 0.5, -0.56035940010800309, -0.58485123986970825, 0.00056006665647074989)]
    [InlineData(0.01, 5, -0.0012026299019355632, -0.0055000585375698087, 1.1753519412750849e-5)]
    [InlineData(0.1, 0.2, -1.1828680306527425, 0.56965105195074098, 0.12058037320994319)]
    [InlineData(0.5, 0.5, -0.64720035237775388, 0.15585302936750689, 0.3173105078629141)]
    [InlineData(0.5, 1.5, -0.23019434201736077, -0.23360119529336283, 0.083264516663550402)]
    [InlineData(0.5, 30, -5.118991143389857e-14, -2.2944585712327423e-13, 9.4857375710738484e-15)]
    [InlineData(1, 0.0001, -0.00096326680657830232, 0.0092148056734997452, 0.99990000499983334)]
    [InlineData(1, 1, -0.4317297106348987, 0.033618035299959197, 0.36787944117144232)]
    [InlineData(1.5, 1.2, -0.37029550654458841, 0.10081743622736577, 0.49363462271172801)]
    [InlineData(2, 40, -5.732487245607515e-16, -1.774375066160647e-15, 1.7418252446695515e-16)]
    [InlineData(3, 1.5, -0.18363042561309513, 0.13254796271460209, 0.80884683053805813)]
    [InlineData(5, 4.6, -0.18591063862885158, 0.016397951028327719, 0.51323400079571421)]
    [InlineData(10, 0.9, -1.0481228724035264e-7, 2.5438227208179678e-7, 0.99999995748042457)]
    [InlineData(25, 0.5, -4.6727078125106466e-33, 1.8329567723592818e-32, 1.0)]
    [InlineData(25, 10, -4.4988774058334657e-5, 4.1364675840826538e-5, 0.9999530506185732)]
    [InlineData(25, 24.5, -0.080457765702854587, 0.0016417045826631957, 0.51349508364129068)]
    [InlineData(60, 200, -9.9202046694379202e-32, -1.1959681229093408e-31, 8.1357704342348476e-32)]
    [InlineData(99, 90, -0.027212245429496366, 0.0025960213573095117, 0.81586698256341228)]
    [InlineData(101, 103, -0.038579350930765791, -0.00075679140455013007, 0.40872333557170993)]
    [InlineData(150, 90, -2.5099823831060137e-9, 1.2828823122616268e-9, 0.99999999520469767)]
    [InlineData(1000, 1100, -0.00011048987784079389, -1.0531678471574555e-5, 0.0010593232539299773)]
    [InlineData(10000.0, 10037.0, -0.0037192651746888071, -1.3735996767567671e-5, 0.35462000889136011)]
    [InlineData(1000000.0, 997500.0, -1.7458908159225878e-5, 4.3701924231996192e-8, 0.99382099408265803)]
    public void DerivativesByTheShape_EqualMpmath(double a, double x, double first, double second, double upper)
    {
        var (shape, value) = (Number(a), Number(x));
        var byShape = autograd.grad([new Gamma(shape, 1).Cdf(value)], [shape], create_graph: true)[0];
        TensorAssert.Close(Number(first), byShape, relative: 2e-12);
        TensorAssert.Close(Number(second), autograd.grad([byShape], [shape])[0], relative: 1e-7, absolute: 1e-9 * Math.Abs(first) / a);

        var survival = autograd.grad([new Gamma(shape, 1).LogSurvival(value)], [shape])[0];
        TensorAssert.Close(Number(-first / upper), survival, relative: 2e-11);
        if (upper < 1) TensorAssert.Close(Number(1 - upper), new Gamma(shape, 1).Cdf(value).detach(), relative: 1e-11);
        TensorAssert.Close(Number(upper), new Gamma(shape, 1).LogSurvival(value).detach().exp(), relative: 1e-11);
        var inverse = autograd.grad([new InverseGamma(shape, 1).Cdf(1 / value)], [shape])[0];
        TensorAssert.Close(Number(-first), inverse, relative: 1e-11);
        var df = Number(2 * a);
        TensorAssert.Close(Number(first / 2), autograd.grad([new Chi2(df).Cdf(2 * value)], [df])[0], relative: 2e-12);
    }

    // d²P/dx² = p ((a − 1) / x − 1) and d²P/da dx = p (log x − ψ(a)).
    [Theory]
    [InlineData(0.3, 0.2)]
    [InlineData(2.5, 4)]
    [InlineData(300, 310)]
    public void OtherSecondDerivatives_AreClosed(double a, double x)
    {
        var (shape, value) = (Number(a), Number(x));
        var first = autograd.grad([new Gamma(shape, 1).Cdf(value)], [value, shape], create_graph: true);
        var p = new Gamma(a, 1).LogProb(value.detach()).exp();
        TensorAssert.Close(p, first[0].detach(), relative: 1e-12);
        var byValue = autograd.grad([first[0]], [value, shape], retain_graph: true);
        var mixed = p * (Math.Log(x) - shape.detach().digamma());
        TensorAssert.Close(p * ((a - 1) / x - 1), byValue[0], relative: 1e-10);
        TensorAssert.Close(mixed, byValue[1], relative: 1e-10);
        TensorAssert.Close(mixed, autograd.grad([first[1]], [value])[0], relative: 1e-10);
    }

    // Of Poisson(0), whose mass is all at 0: exp(−rate) and (1 + rate) exp(−rate) have the derivatives −1 and 0 there.
    [Fact]
    public void PoissonCdf_AtRateZero_HasItsDerivative()
    {
        var rate = Number(0);
        TensorAssert.Close(Number(-1), autograd.grad([new Poisson(rate).Cdf(Number(0).detach())], [rate])[0]);
        TensorAssert.Close(Number(0), autograd.grad([new Poisson(rate).Cdf(Number(1).detach())], [rate])[0]);
    }

    [Fact]
    public void AtTheEndsOfTheSupport_TheShapeHasNoPull()
    {
        foreach (var at in new[] { 0, 1e30, 1e307 })
        {
            var (shape, rate) = (Number(0.5), Number(2));
            foreach (var gradient in autograd.grad([new Gamma(shape, rate).Cdf(tensor(at, ScalarType.Float64))], [shape, rate]))
                Assert.Equal(0, TensorAssert.Item(gradient));
        }
    }

    // Survival times of which some had not ended: by differences of the same density.
    [Fact]
    public void PartlySeenGammas_HaveTheGradientOfTheShape()
    {
        Func<Tensor, Distribution>[] families =
        [
            a => new Censored(new Gamma(a, 1.5), high: 3), a => new Truncated(new Gamma(a, 1.5), high: 3), a => new Censored(new Chi2(a), high: 3),
            a => new Censored(new InverseGamma(a, 1.5), low: 0.4), a => new Censored(new Gamma(a, 1.5), low: 0.5, high: 3),
        ];
        var value = tensor(new[] { 0.5, 1, 3 }, ScalarType.Float64);
        foreach (var make in families)
        {
            const double Step = 1e-5;
            var a = Number(2.3);
            double At(double shift) => TensorAssert.Item(make(a.detach() + shift).LogProb(value.clamp_min(0.5)).sum());
            var density = make(a).LogProb(value).sum();
            var difference = (At(Step) - At(-Step)) / (2 * Step);
            Assert.Equal(difference, TensorAssert.Item(autograd.grad([density], [a])[0]), 1e-6 * (1 + Math.Abs(difference)));
        }
    }

    [Fact]
    public void AMixtureOfGammas_HasPathwiseDraws()
    {
        var concentration = tensor(new[] { 0.7, 6 }, ScalarType.Float64).requires_grad_();
        var mixture = new MixtureSameFamily(new Categorical(tensor(new[] { 0.4, 0.6 }, ScalarType.Float64)), new Gamma(concentration, 1.5));
        Assert.True(mixture.IsReparameterized);

        // The mean is Σ w a / rate, whose slopes by the concentrations are w / rate.
        var gradient = autograd.grad([mixture.RSample(200_000).mean()], [concentration])[0];
        TensorAssert.Close(tensor(new[] { 0.4 / 1.5, 0.6 / 1.5 }, ScalarType.Float64), gradient, relative: 0.03);
    }

    private static Tensor Number(double x) => tensor(x, ScalarType.Float64).requires_grad_();
}
