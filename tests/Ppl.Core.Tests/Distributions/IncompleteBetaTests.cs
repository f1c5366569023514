using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>
/// Distribution functions that are incomplete beta functions: far out, at large and small parameters, their gradients and their inverses.
/// </summary>
public sealed class IncompleteBetaTests : IDisposable
{
    // 6 over k.
    private static readonly double[] Binomials = [1, 6, 15, 20, 15, 6, 1];

    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    // Concentrations, value, and the logarithms of the probabilities below and above it, by mpmath's continued fraction with 60 digits.
    [Theory]
    [InlineData(1e-5, 1e-5, 0.3, -0.69315565345200482, -0.69313870773967509)]
    [InlineData(1e-5, 3.0, 1e-30, -0.00067577559039783876, -7.2999873726687823)]
    [InlineData(2.0, 1e-5, 0.999999, -8.9623328740166451, -0.00012815516557892187)]
    [InlineData(0.5, 0.5, 1e-300, -345.83934665439631, -6.3661977236758135e-151)]
    [InlineData(1e-3, 50.0, 0.9, -2.2271241740730771e-55, -125.84146896949951)]
    [InlineData(80.0, 0.02, 0.5, -62.979690586004311, -4.4490563514133978e-28)]
    [InlineData(1e3, 1e3, 0.4, -43.943720073971279, -8.2316113548693079e-20)]
    [InlineData(1e6, 1e6, 0.4993, -3.7356608578142916, -0.024146596181239477)]
    [InlineData(1e6, 2e6, 0.334, -0.0071922377037946879, -4.9383468947272713)]
    [InlineData(1e7, 1e7, 0.50005, -0.39654564201301578, -1.1166934991044657)]
    [InlineData(5.0, 1e7, 1e-6, -0.029688943040012203, -3.5317883361056721)]
    [InlineData(1e7, 5.0, 0.9999999, -0.0036665642903660397, -5.610332938042273)]
    [InlineData(3.0, 4.0, 0.9999999999990905, -1.0263416486739096e-47, -108.19549868849049)]
    [InlineData(101.0, 99.0, 0.6, -0.0033539843057460291, -5.699282818292621)]
    [InlineData(99.0, 1e5, 1.2e-3, -0.021824974014759042, -3.8355930078993681)]
    [InlineData(0.25, 2000.0, 1e-3, -0.017423037556888458, -4.0586608213350425)]
    public void Tails_OfBeta_AreExact(double a, double b, double value, double below, double above)
        => Tails(new Beta(At(a), At(b)), value, below, above);

    // Degrees of freedom and value; above 1e8 by quadrature of the density.
    [Theory]
    [InlineData(3.0, -1e100, -690.67780445916911, -1.102657790843584e-300)]
    [InlineData(1e-2, -1e5, -0.83819293275944207, -0.56649930273243314)]
    [InlineData(1e15, -30.0, -454.32124395614025, -4.9067139281440034e-198)]
    [InlineData(1e8, -6.0, -20.73676553201767, -9.8659101764432445e-10)]
    [InlineData(2.0, 1e-8, -0.69314717348887752, -0.69314718763101315)]
    [InlineData(1.0, -1e-20, -0.69314718055994531, -0.69314718055994531)]
    [InlineData(4.5, 2.0, -0.055649033799696876, -2.9163860497740616)]
    public void Tails_OfStudentT_AreExact(double df, double value, double below, double above)
    {
        Tails(new StudentT(At(df)), value, below, above);
        Tails(new StudentT(At(df)), -value, above, below);
    }

    [Fact]
    public void Quantiles_HaveTheirProbability()
    {
        var p = tensor(new[] { 1e-60, 1e-12, 1e-3, 0.3, 0.5, 0.8, 0.999 }, ScalarType.Float64);
        Distribution[] families =
        [
            new Beta(At(0.3), 30), new Beta(At(5), 0.5), new Beta(At(1e6), 3e6), new Beta(At(1), 1), new StudentT(At(0.5), 1, 2),
            new StudentT(At(2e5)), new HalfStudentT(At(3), 0.1),
        ];
        foreach (var family in families)
        {
            TensorAssert.Close(p, family.Cdf(family.InverseCdf(p)), relative: 1e-9, absolute: 0);
            var ends = TensorAssert.ToArray(family.InverseCdf(tensor(new[] { 0.0, 1.0 }, ScalarType.Float64)));
            Assert.Equal(family is Beta ? [0, 1] : [family is StudentT ? double.NegativeInfinity : 0, double.PositiveInfinity], ends);
        }
    }

    // By the implicit function theorem; here by differences of the quantile itself.
    [Fact]
    public void GradientOfQuantiles_EqualsFiniteDifferences()
    {
        Func<Tensor, Distribution>[] families =
        [
            x => new Beta(x, 0.7), x => new Beta(3, x), x => new StudentT(x, -1, 2), x => new StudentT(4, x, 2), x => new HalfStudentT(x, 3),
            x => new HalfStudentT(2, x),
        ];
        foreach (var make in families)
        {
            foreach (var probability in new[] { 0.02, 0.5001, 0.9 })
            {
                var (x, p) = (At(1.4).requires_grad_(), At(probability).requires_grad_());
                var found = autograd.grad([make(x).InverseCdf(p)], [x, p]);
                var byParameter = (make(At(1.4 + 1e-5)).InverseCdf(p) - make(At(1.4 - 1e-5)).InverseCdf(p)) / 2e-5;
                var byProbability = (make(At(1.4)).InverseCdf(p + 1e-6) - make(At(1.4)).InverseCdf(p - 1e-6)) / 2e-6;
                TensorAssert.Close(byParameter, found[0], relative: 1e-6, absolute: 1e-9);
                TensorAssert.Close(byProbability, found[1], relative: 1e-6, absolute: 1e-9);
            }
        }
    }

    // The derivative of the sum is -n C(n - 1, k) p^k (1 - p)^(n - 1 - k).
    [Fact]
    public void CdfOfBinomial_IsTheSumOfProbabilities_WithItsGradients()
    {
        foreach (var number in new[] { 0.0, 0.3, 1.0 })
        {
            for (var k = -1; k <= 8; k++)
            {
                var p = At(number).requires_grad_();
                var d = new Binomial(7, p);
                var sum = k < 0 ? At(0) : d.LogProb(arange(0, Math.Min(k, 7) + 1, ScalarType.Float64)).exp().sum();
                var cdf = d.Cdf(At(k + 0.5));
                TensorAssert.Close(sum, cdf, absolute: 1e-14);
                var slope = k is < 0 or > 6 ? 0 : -7 * Binomials[k] * Math.Pow(number, k) * Math.Pow(1 - number, 6 - k);
                TensorAssert.Close(At(slope), autograd.grad([cdf], [p])[0], relative: 1e-12, absolute: 1e-12);
            }
        }

        var logits = At(-0.4).requires_grad_();
        var (byLogits, byProbs) = (new Binomial(7, logits: logits).LogSurvival(At(4)), new Binomial(7, logits.sigmoid()).LogSurvival(At(4)));
        TensorAssert.Close(byProbs, byLogits);
        TensorAssert.Close(autograd.grad([byProbs], [logits])[0], autograd.grad([byLogits], [logits])[0]);
    }

    [Fact]
    public void CountsWithManyTrials_HaveTheirTails()
    {
        TensorAssert.Close(At(-1.841174162541665), new Binomial(1e8, At(0.5)).LogCdf(At(5e7 - 5001)));
        var (d, equal) = (new GammaPoisson(At(2.5), 4), new NegativeBinomial(At(2.5), 0.2));
        var k = tensor(new[] { -1.0, 0, 3, 200, double.PositiveInfinity }, ScalarType.Float64);
        TensorAssert.Close(equal.Cdf(k), d.Cdf(k));
        TensorAssert.Close(equal.LogSurvival(k), d.LogSurvival(k));
        var cdf = TensorAssert.ToArray(d.Cdf(k));
        Assert.Equal((0, 1), (cdf[0], cdf[^1]));

        // Far out the tail is the sum of what is left.
        var rest = d.LogProb(arange(61, 400, ScalarType.Float64)).logsumexp(0);
        TensorAssert.Close(rest, d.LogSurvival(At(60)));
    }

    // Second derivatives too: what a Laplace approximation of a censored likelihood takes.
    [Fact]
    public void Censored_TakesTheTailsOfTheseFamilies()
    {
        var times = tensor(new[] { 0.2, 0.5, 0.7, 0.7 }, ScalarType.Float64);
        Func<Tensor, Distribution>[] families =
        [
            x => new StudentT(x, 0.1, 0.4), x => new StudentT(3, x, 0.4), x => new HalfStudentT(x, 0.4), x => new HalfStudentT(4, x),
            x => new Beta(x, 2), x => new Beta(2, x),
        ];
        foreach (var make in families)
        {
            Tensor Likelihood(Tensor x) => new Censored(make(x), high: 0.7).LogProb(times).sum();
            var x = At(0.8).requires_grad_();
            var first = autograd.grad([Likelihood(x)], [x], create_graph: true)[0];
            TensorAssert.Close((Likelihood(At(0.8 + 1e-5)) - Likelihood(At(0.8 - 1e-5))) / 2e-5, first, relative: 1e-6, absolute: 1e-8);
            double Slope(double at)
            {
                var point = At(at).requires_grad_();
                return TensorAssert.Item(autograd.grad([Likelihood(point)], [point])[0]);
            }

            TensorAssert.Close(At((Slope(0.8 + 1e-5) - Slope(0.8 - 1e-5)) / 2e-5), autograd.grad([first], [x])[0], relative: 1e-5, absolute: 1e-7);
        }
    }

    // Its draws move along the quantile.
    [Fact]
    public void MixturesOfStudentTs_HavePathwiseDraws()
    {
        var loc = tensor(new[] { -1.0, 2 }, ScalarType.Float64).requires_grad_();
        manual_seed(3);
        var mixture = new MixtureSameFamily(new Categorical(tensor(new[] { 0.3, 0.7 }, ScalarType.Float64)), new StudentT(5, loc, 0.5));
        var draws = mixture.RSample(50_000);
        var each = autograd.grad([draws.mean()], [loc])[0];
        TensorAssert.Close(tensor(new[] { 0.3, 0.7 }, ScalarType.Float64), each, relative: 0.05);
    }

    private static Tensor At(double number) => tensor(number, ScalarType.Float64);

    private static void Tails(Distribution d, double value, double below, double above)
    {
        TensorAssert.Close(At(below), d.LogCdf(At(value)), relative: 1e-11, absolute: 0);
        TensorAssert.Close(At(above), d.LogSurvival(At(value)), relative: 1e-11, absolute: 0);
        TensorAssert.Close(At(Math.Exp(below)), d.Cdf(At(value)), relative: 1e-10, absolute: 0);
    }
}
