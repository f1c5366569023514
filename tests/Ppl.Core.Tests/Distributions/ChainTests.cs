using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>What families of matrices, series and picture values promise beyond what the table of families asks of all.</summary>
public sealed class ChainTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public ChainTests() => manual_seed(1961);

    public void Dispose() => scope.Dispose();

    // All 256 values, for scales from far below the distance of values to far beyond their range, and means outside of it.
    [Fact]
    public void ProbabilitiesOfPictureValues_SumToOne()
    {
        var loc = tensor(new[] { -300.0, 0, 17.3, 128, 255, 1e4 }, ScalarType.Float64).unsqueeze(-1);
        var scale = tensor(new[] { 1e-3, 0.1, 3, 60, 1e4 }, ScalarType.Float64);
        var values = arange(0, 256, ScalarType.Float64).reshape(256, 1, 1);
        var sum = new DiscretizedLogistic(loc, scale).LogProb(values).exp().sum([0]);
        TensorAssert.Close(ones(6, 5, dtype: ScalarType.Float64), sum, relative: 1e-12);
        var mixture = new DiscretizedLogisticMixture(randn(5, ScalarType.Float64), loc.expand(6, 5), scale.expand(6, 5));
        TensorAssert.Close(ones(6, ScalarType.Float64), mixture.LogProb(values.squeeze(-1)).exp().sum([0]), relative: 1e-12);
    }

    [Fact]
    public void PictureValues_OutsideAreImpossible_WithoutGradient()
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var loc = tensor(new[] { 1e4, -1e4, 3 }, type).requires_grad_();
            var value = tensor(new[] { -1.0, 256, 2.5 }, type);
            var all = loc.unsqueeze(-1);
            foreach (var density in new[]
            {
                new DiscretizedLogistic(loc, 0.5).LogProb(value), new DiscretizedLogisticMixture(all, all, ones(1, type)).LogProb(value),
            })
            {
                Assert.All(TensorAssert.ToArray(density), p => Assert.Equal(double.NegativeInfinity, p));
                Assert.Equal([0, 0, 0], TensorAssert.ToArray(autograd.grad([density.sum()], [loc], retain_graph: true)[0]));
            }

            // Far from the mean neither the probability nor its gradient vanishes.
            var far = new DiscretizedLogistic(loc, 0.5).LogProb(tensor(new[] { 3.0, 250, 200 }, type));
            Assert.All(TensorAssert.ToArray(far), p => Assert.True(double.IsFinite(p)));
            Assert.Equal([-2, 2, 2], TensorAssert.ToArray(autograd.grad([far.sum()], [loc])[0]).Select(g => Math.Round(g, 5)));
        }
    }

    [Fact]
    public void MissingSteps_ReachNoGradient()
    {
        var y = randn(3, 5, 2, ScalarType.Float64);
        var seen = tensor(new[] { true, false, true, true, false });
        var step = (eye(2, dtype: ScalarType.Float64) * 0.8).requires_grad_();
        Tensor Evidence(Tensor values) => new LinearGaussianStateSpace(
            5, 0, eye(2, dtype: ScalarType.Float64), step, step, step + 0.1, step, seen).LogProb(values);
        var holes = y.masked_fill(seen.logical_not().unsqueeze(-1), double.NaN);
        var (whole, found) = (Evidence(y), Evidence(holes));
        TensorAssert.Close(whole, found, 0, 0);
        TensorAssert.Close(autograd.grad([whole.sum()], [step])[0], autograd.grad([found.sum()], [step])[0], 0, 0);
    }

    [Fact]
    public void SharedMatrices_AreThoseOfEveryStep()
    {
        var (start, step, noise, seen, error) = (
            eye(2, dtype: ScalarType.Float64), randn(2, 2, ScalarType.Float64), eye(2, dtype: ScalarType.Float64) * 0.3,
            randn(3, 2, ScalarType.Float64), eye(3, dtype: ScalarType.Float64));
        var y = randn(4, 3, ScalarType.Float64);
        var fixedOnes = new LinearGaussianStateSpace(4, 1, start, step, noise, seen, error);
        Tensor Once(Tensor m) => m.unsqueeze(0);
        var varying = new LinearGaussianStateSpace(4, 1, start, Once(step), Once(noise), Once(seen), Once(error), isVarying: true);
        var written = new LinearGaussianStateSpace(
            4, 1, start, Once(step).expand(3, 2, 2), Once(noise).expand(3, 2, 2), Once(seen).expand(4, 3, 2), Once(error).expand(4, 3, 3),
            isVarying: true);
        foreach (var other in new[] { varying, written }) TensorAssert.Close(fixedOnes.LogProb(y), other.LogProb(y), 1e-14);
    }

    // A nearly noiseless observation of a nearly known state, long after the start, whose covariances' sizes differ by 20 powers of ten.
    [Fact]
    public void Filter_StaysDefinite()
    {
        var one = eye(3, dtype: ScalarType.Float64);
        var rotation = linalg.qr(randn(3, 3, ScalarType.Float64)).Item1;
        var (seen, error) = (randn(2, 3, ScalarType.Float64), eye(2, dtype: ScalarType.Float64) * 1e-6);
        var d = new LinearGaussianStateSpace(300, 0, one * 1e4, rotation, one * 1e-6, seen, error);
        var y = d.Sample(20);
        var found = d.LogProb(y);
        Assert.True(found.isfinite().all().item<bool>());
        Assert.InRange(TensorAssert.Item(((found + d.Entropy()).mean() / (found.std() / Math.Sqrt(20))).abs()), 0, 5);
    }

    // Against all 81 paths.
    [Fact]
    public void MostLikelyStates_AreThoseOfTheBestPath()
    {
        var initial = rand(3, ScalarType.Float64).softmax(-1);
        var transition = (randn(3, 3, ScalarType.Float64) * 2).softmax(-1);
        var emission = new Normal(randn(3, ScalarType.Float64), 1);
        var model = new HiddenMarkov(4, initial, transition, emission);
        var y = model.Sample(50);
        var found = model.MostLikelyStates(y);
        TensorAssert.Shape([50, 4], found);
        Tensor Joint(Tensor path)
        {
            var density = initial.log().index_select(0, path.select(-1, 0));
            var moves = path.narrow(-1, 0, 3) * 3 + path.narrow(-1, 1, 3);
            density = density + transition.log().flatten().index_select(0, moves.flatten()).reshape(-1, 3).sum(-1);
            return density + new Normal(emission.Mean.index_select(0, path.flatten()).reshape(-1, 4), 1).LogProb(y).sum(-1);
        }

        var best = zeros(50, ScalarType.Float64) + double.NegativeInfinity;
        for (var code = 0; code < 81; code++)
            best = best.maximum(Joint(tensor(new long[] { code % 3, code / 3 % 3, code / 9 % 3, code / 27 }).expand(50, 4)));
        TensorAssert.Close(best, Joint(found), relative: 1e-12);
    }

    [Fact]
    public void ImpossibleSeries_HaveNoGradient()
    {
        var transition = eye(2, dtype: ScalarType.Float64).requires_grad_();
        var initial = tensor(new[] { 1.0, 0 }, ScalarType.Float64).requires_grad_();
        var high = tensor(new[] { 0.0, 1 }, ScalarType.Float64);
        var emission = new Transformed(new Normal(high, 1), Ppl.Transforms.Exp.Instance);
        var y = new HiddenMarkov(3, initial, transition, emission).LogProb(tensor(new[] { 1.0, 2, 3 }, ScalarType.Float64));
        TensorAssert.Close(new LogNormal(0, 1).LogProb(tensor(new[] { 1.0, 2, 3 }, ScalarType.Float64)).sum(), y, 1e-12);
        foreach (var gradient in autograd.grad([y], [initial, transition]))
            Assert.All(TensorAssert.ToArray(gradient), g => Assert.True(double.IsFinite(g)));
        var never = zeros(2, 2, ScalarType.Float64).requires_grad_();
        var impossible = new HiddenMarkov(3, initial, never, new Normal(high, 1)).LogProb(ones(3, ScalarType.Float64));
        Assert.Equal(double.NegativeInfinity, TensorAssert.Item(impossible));
        Assert.All(TensorAssert.ToArray(autograd.grad([impossible], [never])[0]), g => Assert.Equal(0, g));
    }

    [Fact]
    public void MatricesThatAreNotDefinite_AreImpossible_WithoutGradient()
    {
        var factor = eye(2, dtype: ScalarType.Float64).requires_grad_();
        var value = tensor(new[, ,] { { { 1.0, 2 }, { 2, 1 } }, { { 2, 1 }, { 1, 2 } } });
        foreach (var density in new[] { new Wishart(3, factor).LogProb(value), new InverseWishart(3, factor).LogProb(value) })
        {
            Assert.Equal([true, false], TensorAssert.ToArray(density).Select(double.IsNegativeInfinity));
            var gradient = autograd.grad([density.masked_fill(density.isinf(), 0).sum()], [factor])[0];
            Assert.True(gradient.isfinite().all().item<bool>());
        }
    }

    // Few degrees of freedom in float32, and weak concentrations: draws stay in the support and their densities finite.
    [Fact]
    public void ExtremeDraws_StayInTheSupport()
    {
        var little = full(200, 1e-3, ScalarType.Float32).requires_grad_();
        Distribution[] families =
        [
            new LKJCholesky(3, little), new LKJCholesky(3, 1e6 * ones(200)), new Wishart(little + 1.01, eye(2)),
            new MultivariateStudentT(little + 0.3, 0, eye(2)),
        ];
        foreach (var family in families)
        {
            var x = family.RSample();
            Assert.Null(family is Wishart ? null : family.FindValueFault(x));
            Assert.True(family.LogProb(x).isfinite().all().item<bool>(), family.Name);
            if (!x.requires_grad) continue;
            Assert.True(autograd.grad([x.clamp(-1e6, 1e6).sum()], [little])[0].isfinite().all().item<bool>(), family.Name);
        }
    }

    [Fact]
    public void KlOfDelta_IsMinusTheLogDensityAtThePoint()
    {
        Distribution[] families =
        [
            new MultivariateStudentT(3, 0, eye(2)), new MatrixNormal(0, eye(2), eye(3)), new Wishart(3, eye(2)), new InverseWishart(3, eye(2)),
            new LKJCholesky(3, 2), new ZeroSumNormal(3, 2), new GaussianRandomWalk(2, 4), new AutoRegressive(ones(2), 1, 4),
            new LinearGaussianStateSpace(3, 0, eye(2), eye(2), eye(2), eye(2), eye(2)), new LowRankMultivariateNormal(0, ones(3, 1), ones(3)),
        ];
        foreach (var p in families)
        {
            var y = p.Sample();
            TensorAssert.Close(-p.LogProb(y), KlRegistry.Kl(new Delta(y), p), 1e-6);
        }
    }
}
