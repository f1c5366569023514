using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>
/// Derivatives where the formula changes from one piece to the next: a value or a bound that equals the location, as at the usual start.
/// </summary>
public sealed class TiedPointTests : IDisposable
{
    private const double Step = 1e-4;

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(0, 2)]
    [InlineData(-2, 0)]
    [InlineData(0, 0.3)]
    [InlineData(-1, 1)]
    [InlineData(-0.5, double.PositiveInfinity)]
    public void TruncatedNormal_WithLocAtABound(double low, double high)
    {
        var inside = Math.Max(low, Math.Min(high, 0.2));
        inside = inside == high ? high - 0.1 : inside;
        Func<TruncatedNormal, Tensor>[] results =
        [
            d => d.LogProb(Number(inside)), d => d.Mean, d => d.Variance, d => d.Entropy(), d => d.Cdf(Number(inside)),
            d => d.LogCdf(Number(inside)), d => d.LogSurvival(Number(inside)), Draw,
        ];
        foreach (var result in results)
        {
            HasSlope(loc => result(new(loc, Number(1), low, high)), 0);
            HasSlope(scale => result(new(Number(0), scale, low, high)), 1);
            if (double.IsFinite(low)) HasSlope(x => result(new(Number(0), Number(1), x, high)), low);
            if (double.IsFinite(high)) HasSlope(x => result(new(Number(0), Number(1), low, x)), high);
        }

        static Tensor Draw(TruncatedNormal d)
        {
            manual_seed(5);
            return d.RSample();
        }
    }

    [Theory]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(-0.5, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0.5)]
    [InlineData(-1, 1)]
    [InlineData(-2, 0.5)]
    public void CdfOfTruncatedNormal_AtLoc(double low, double high)
    {
        HasSlope(loc => new TruncatedNormal(loc, 1, low, high).Cdf(Number(0)), 0);
        HasSlope(scale => new TruncatedNormal(0, scale, low, high).Cdf(Number(0)), 1);
        HasSlope(x => new TruncatedNormal(0, 1, low, high).Cdf(x), 0);
        if (double.IsFinite(low)) HasSlope(x => new TruncatedNormal(0, 1, x, high).Cdf(Number(0)), low);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void DistributionFunctions_AtLoc(int index)
    {
        Func<Tensor, Tensor, Distribution>[] families =
        [
            (loc, scale) => new Normal(loc, scale), (loc, scale) => new Laplace(loc, scale), (loc, scale) => new Logistic(loc, scale),
            (loc, scale) => new Cauchy(loc, scale), (loc, scale) => new Gumbel(loc, scale), (loc, scale) => new SkewNormal(loc, scale, 0.7),
            (loc, scale) => new AsymmetricLaplace(loc, scale, 1.3),
        ];
        var make = families[index];
        foreach (var of in new Func<Distribution, Tensor, Tensor>[] { (d, x) => d.Cdf(x), (d, x) => d.LogCdf(x), (d, x) => d.LogSurvival(x) })
        {
            HasSlope(loc => of(make(loc, Number(1)), Number(0)), 0);
            HasSlope(x => of(make(Number(0), Number(1)), x), 0);
            HasSlope(scale => of(make(Number(0), scale), Number(0)), 1);
        }
    }

    // Data and start at 0.
    [Fact]
    public void CensoredAndTruncatedLaplace_AtLoc()
    {
        HasSlope(loc => new Censored(new Laplace(loc, 1), low: 0).LogProb(Number(0)), 0);
        HasSlope(loc => new Truncated(new Laplace(loc, 1), low: 0).LogProb(Number(1)), 0);
    }

    // By differences that are of second order on both sides of a kink of the second derivative.
    private static void HasSlope(Func<Tensor, Tensor> of, double at)
    {
        var x = Number(at).requires_grad_();
        var found = TensorAssert.Item(autograd.grad([of(x)], [x])[0]);
        var expected = TensorAssert.Item(of(Number(at + Step)) - of(Number(at - Step))) / (2 * Step);
        Assert.True(Math.Abs(expected - found) <= 1e-3 * Math.Abs(expected) + 1e-4, $"expected {expected:R}, found {found:R}");
    }

    private static Tensor Number(double number) => tensor(number, ScalarType.Float64);
}
