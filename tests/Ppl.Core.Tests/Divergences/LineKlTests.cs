using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Divergences;

/// <summary>Divergences of the families over the line that no mean of draws shows: infinite ones, those of a point, and their gradients.</summary>
public sealed class LineKlTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void ValuesThatTheOtherSideExcludes_MakeItInfinite()
    {
        Distribution[] line = [new Normal(0.0, 1), new Laplace(0.0, 1), new Gumbel(0.0, 1)];
        Distribution[] bounded = [new Beta(2.0, 2), new Exponential(1.0), new Gamma(2.0, 1), new Uniform(-1.0, 1)];
        foreach (var q in line)
        {
            foreach (var p in bounded) Infinite(q, p);
        }

        foreach (var p in new[] { bounded[0], bounded[3] })
        {
            Infinite(bounded[1], p);
            Infinite(bounded[2], p);
        }

        Infinite(new StudentT(2.0), new Normal(0, 1));

        static void Infinite(Distribution q, Distribution p)
        {
            var kl = KlRegistry.Kl(q.Expand(2), p);
            Assert.Equal([double.PositiveInfinity, double.PositiveInfinity], TensorAssert.ToArray(kl));
            Assert.Equal(ScalarType.Float32, kl.dtype);
        }
    }

    [Fact]
    public void IntervalsThatAreNotNested_MakeItInfinite_WithFiniteGradients()
    {
        var low = tensor(new[] { 0.125, -1.0, 0.5 }, ScalarType.Float64).requires_grad_();
        var high = tensor(new[] { 0.875, 0.5, 2.0 }, ScalarType.Float64).requires_grad_();
        var q = new Uniform(low, high);
        Check([true, false, false], new Uniform(0, 1));
        Check([true, false, false], new Beta(2, 3));
        Check([true, false, true], new Exponential(2));
        Check([true, false, true], new Gamma(2, 3));
        Assert.Equal(
            [double.PositiveInfinity, double.PositiveInfinity, 0], TensorAssert.ToArray(KlRegistry.Kl(new Beta(1, 1), new Uniform(0, high - 1))).Select(k => Math.Abs(k)));

        void Check(bool[] isFinite, Distribution p)
        {
            var kl = KlRegistry.Kl(q, p);
            Assert.Equal(isFinite, TensorAssert.ToArray(kl).Select(double.IsFinite));
            foreach (var gradient in autograd.grad([kl[0]], [low, high])) Assert.All(TensorAssert.ToArray(gradient), g => Assert.True(double.IsFinite(g)));
        }
    }

    [Fact]
    public void KlOfDelta_IsMinusTheLogDensityAtThePoint()
    {
        var z = rand(4, 3, ScalarType.Float64) + 0.5;
        var one = ones(3, ScalarType.Float64);
        Distribution[] families =
        [
            new Uniform(0, 2 * one), new Laplace(one), new AsymmetricLaplace(one), new Logistic(one), new Cauchy(one), new Gumbel(one), new StudentT(one),
            new HalfStudentT(one), new SkewNormal(one), new Exponential(one), new Levy(0, one),
        ];
        foreach (var p in families) TensorAssert.Close(-p.LogProb(z), KlRegistry.Kl(new Delta(z), p));
    }

    // Where q equals p the distance between their locations has no slope: a gradient descent ends there.
    [Fact]
    public void GradientAtEqualDistributions_IsZero()
    {
        var loc = tensor(0.3, ScalarType.Float64).requires_grad_();
        var scale = tensor(1.7, ScalarType.Float64).requires_grad_();
        Func<TensorOrScalar, TensorOrScalar, Distribution>[] families =
            [(m, s) => new Laplace(m, s), (m, s) => new Cauchy(m, s), (m, s) => new Gumbel(m, s), (_, s) => new Exponential(s)];
        foreach (var make in families)
        {
            var kl = KlRegistry.Kl(make(loc, scale), make(0.3, 1.7));
            foreach (var gradient in autograd.grad([kl], [loc, scale], allow_unused: true).Where(g => g is not null))
                Assert.InRange(TensorAssert.Item(gradient), -1e-14, 1e-14);
        }
    }
}
