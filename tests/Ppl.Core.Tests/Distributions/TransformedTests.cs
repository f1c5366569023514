using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>Distributions pushed through maps, and what their draws remember.</summary>
public sealed class TransformedTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public TransformedTests() => manual_seed(8);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void ABaseOutsideTheMapsDomain_IsRefused()
    {
        Transform[] maps =
        [
            new Power(0.5), Exp.Instance.Inverted, Sigmoid.Instance.Inverted, new Power(2).Then(new Affine(0, 3)), new Above(1), new Below(1),
            new Between(0, 2),
        ];
        foreach (var map in maps)
        {
            var fault = Assert.Throws<PplArgumentException>(() => new Transformed(new Normal(0, 1), map)).Message;
            Assert.Contains("alone, and Normal has those of", fault, StringComparison.Ordinal);
        }

        Assert.Throws<PplArgumentException>(() => new Transformed(new Gamma(2, 1), Sigmoid.Instance.Inverted));
        _ = new Transformed(new Gamma(2, 1), new Power(0.5));
        _ = new Transformed(new Beta(2, 1), Sigmoid.Instance.Inverted);
        _ = new Transformed(new HalfNormal(1), Exp.Instance.Inverted);
        _ = new Transformed(new Transformed(new Gamma(2, 1), new Affine(0, tensor(2f))), new Power(0.5));
    }

    [Fact]
    public void LogProb_IsThatOfTheFamilyItMakes()
    {
        var loc = randn(4, 3, ScalarType.Float64);
        var y = rand(4, 3, ScalarType.Float64) + 0.1;
        var pushed = new Transformed(new Normal(loc, 0.7), Exp.Instance);
        TensorAssert.Close(new LogNormal(loc, 0.7).LogProb(y), pushed.LogProb(y));
        TensorAssert.Close(new LogNormal(loc, 0.7).LogDensity(y, 1), pushed.LogDensity(y, 1));
        TensorAssert.Close(
            new Normal(loc * 2 + 1, 1.4).LogProb(y), new Transformed(new Normal(loc, 0.7), new Affine(1, 2)).LogProb(y));
        TensorAssert.Close(loc * 2 + 1, new Transformed(new Normal(loc, 0.7), new Affine(1, 2)).Mean);
        TensorAssert.Close(
            new Normal(loc, 1.4).Entropy(), new Transformed(new Normal(loc, 0.7), new Affine(1, 2)).Entropy());
    }

    [Fact]
    public void MomentsUnderAffineMaps_AreThoseOfTheFamilyTheyMake()
    {
        var loc = randn(4, 3, ScalarType.Float64);
        var rows = tensor(new[] { 0.5, -2, 3 });
        foreach (var (map, factor, shift) in new (Transform, Tensor, Tensor)[]
        {
            (new Affine(1, 2).Then(new Affine(rows, rows)), 2 * rows, 2 * rows),
            (new Affine(rows, rows).Inverted, 1 / rows, -ones_like(rows)),
            (new Affine(1, -2).Then(new Affine(3, 1)).Inverted, full_like(rows, -0.5), full_like(rows, 2)),
        })
        {
            var (found, expected) = (new Transformed(new Normal(loc, 0.7), map), new Normal(loc * factor + shift, factor.abs() * 0.7));
            TensorAssert.Close(expected.Mean, found.Mean);
            TensorAssert.Close(expected.Mode, found.Mode);
            TensorAssert.Close(expected.Variance, found.Variance);
            TensorAssert.Close(expected.Entropy().expand(4, 3), found.Entropy().expand(4, 3));
        }

        var permuted = new Transformed(new Gamma(3 + loc.exp(), 2), new Permute(2, 0, 1));
        var order = tensor(new long[] { 2, 0, 1 });
        var gamma = (Gamma)permuted.Base;
        TensorAssert.Close(gamma.Mean.index_select(-1, order), permuted.Mean);
        TensorAssert.Close(gamma.Mode.index_select(-1, order), permuted.Mode);
        TensorAssert.Close(gamma.Variance.index_select(-1, order), permuted.Variance);
        TensorAssert.Close(gamma.Entropy().sum(-1), permuted.Entropy());
        Assert.Throws<NotSupportedException>(() => new Transformed(new Normal(loc, 1), Exp.Instance).Mode);
    }

    [Fact]
    public void DistributionFunctions_AreThoseOfTheFamilyTheyMake()
    {
        var loc = randn(3, ScalarType.Float64);
        var rows = tensor(new[] { 0.5, -2, 3 });
        var p = tensor(new[] { 1e-6, 0.3, 0.95 });
        foreach (var (found, expected, y) in new (Distribution, Distribution, Tensor)[]
        {
            (new Transformed(new Normal(loc, 0.7), Exp.Instance), new LogNormal(loc, 0.7), tensor(new[] { -1, 0, 2.5 })),
            (new Transformed(new Normal(loc, 0.7), new Affine(rows, rows)), new Normal(loc * rows + rows, rows.abs() * 0.7), randn_like(loc)),
            (new Transformed(new Normal(loc, 0.7), new Affine(1, -2)), new Normal(1 - loc * 2, 1.4), tensor(new[] { -9.0, 3, 30 })),
            (new Transformed(new Uniform(0, 1).Expand(3), new Affine(1, -2)), new Uniform(-1, 1).Expand(3), tensor(new[] { -1, 0.3, 2 })),
            (new Transformed(new Weibull(1, 2 + loc.exp()), new Power(2)), new Weibull(1, 1 + loc.exp() / 2), tensor(new[] { -3, 0.1, 3 })),
            (new Transformed(new Exponential(loc.exp()), Exp.Instance), new Pareto(1, loc.exp()), tensor(new[] { 0.4, 1.2, 3 })),
            (new Transformed(new Cauchy(0, 1).Expand(3), Sigmoid.Instance), new Uniform(0, 1).Expand(3), tensor(new[] { 0.0, 1, 2 })),
        })
        {
            TensorAssert.Close(expected.Cdf(y), found.Cdf(y));
            TensorAssert.Close(expected.LogCdf(y), found.LogCdf(y));
            TensorAssert.Close(expected.LogSurvival(y), found.LogSurvival(y));
            if (found is Transformed { Transform: not Sigmoid }) TensorAssert.Close(expected.InverseCdf(p), found.InverseCdf(p), 1e-9);
        }

        // P(−X ≤ −2) is P(X ≥ 2), of which the atom at 2 is a part.
        var atom = new Transformed(new Censored(new Normal(0, 1), high: 2), new Affine(0, -1));
        Assert.Throws<NotSupportedException>(() => atom.Cdf(tensor(-2.0)));
        Assert.Throws<NotSupportedException>(() => new Transformed(new Normal(loc, 1), SoftmaxCentred.Instance).Cdf(ones(4)));
    }

    [Fact]
    public void WhatWrapsAFamily_HasItsModeAndDistributionFunction()
    {
        var gamma = new Gamma(tensor(new[] { 2.0, 3, 4 }), 2);
        TensorAssert.Close(gamma.Mode, new Independent(gamma, 1).Mode);
        var vector = new MultivariateNormal(randn(5, 6), eye(6));
        TensorAssert.Close(vector.Mode.reshape(5, 2, 3), new Reshaped(vector, [2, 3]).Mode);
        var x = tensor(new[] { 0.2, 1, 2 });
        var masked = new Masked(gamma, tensor(new[] { true, false, true }));
        TensorAssert.Close(gamma.Cdf(x), masked.Cdf(x));
        TensorAssert.Close(gamma.LogCdf(x), masked.LogCdf(x));
        TensorAssert.Close(gamma.LogSurvival(x), masked.LogSurvival(x));
        var normal = new Normal(0, ones(3, ScalarType.Float64));
        var p = tensor(new[] { 0.1, 0.4, 0.9 });
        TensorAssert.Close(normal.InverseCdf(p), new Masked(normal, ones(3, ScalarType.Bool)).InverseCdf(p));
        TensorAssert.Close(normal.InverseCdf(p).clamp(-1, 1), new Censored(normal, low: -1, high: 1).InverseCdf(p));
        var point = new Delta(tensor(new[] { 0.2, 2, 2 }));
        TensorAssert.Close(tensor(new[] { 1.0, 0, 1 }), point.Cdf(x));
        TensorAssert.Close(point.Point.Tensor!, point.InverseCdf(p));
    }

    [Fact]
    public void Entropy_TakesNoNoise()
    {
        var d = new Transformed(new Normal(0, 1).Expand(3), new Affine(1, 2));
        manual_seed(4);
        var expected = randn(2);
        manual_seed(4);
        d.Entropy();
        TensorAssert.Close(expected, randn(2), 0, 0);
    }

    /// <summary>A map of many rows on a base of one draws one number for each row.</summary>
    [Fact]
    public void Draws_AreAsManyAsTheMapHasRows()
    {
        var shifted = new Transformed(new Normal(0, 1), new Affine(zeros(1000, ScalarType.Float64), 2));
        Assert.Equal([1000], shifted.Base.Shape);
        Assert.True(TensorAssert.Item(shifted.Sample().std()) > 1.5);
        TensorAssert.Shape([5, 1000], shifted.RSample(5));
        var vectors = new Transformed(new MultivariateNormal(zeros(2), eye(2)), new Affine(zeros(7, 2), 2));
        Assert.Equal([7, 2], vectors.Base.Shape);
        Assert.Equal([7, 2], vectors.Sample().shape);
    }

    /// <summary>log q at a draw that has no path moves with the map's parameters, as it does at any value.</summary>
    [Fact]
    public void LogProb_OfADrawWithoutGradient_HasTheScore()
    {
        var (loc, scale) = (randn(4, ScalarType.Float64).requires_grad_(), (rand(4, ScalarType.Float64) + 0.5).requires_grad_());
        var pushed = new Transformed(new Normal(zeros(4, ScalarType.Float64), 1), new Affine(loc, scale));
        var draw = pushed.Sample();
        IList<Tensor> Gradients(Distribution q, Tensor value) => autograd.grad([q.LogProb(value).sum()], [loc, scale], allow_unused: true);
        foreach (var (expected, found) in Gradients(new Normal(loc, scale), draw.clone()).Zip(Gradients(pushed, draw)))
            TensorAssert.Close(expected, found, 1e-9);
    }

    [Fact]
    public void EventDimensions_AreThoseOfMapAndBase()
    {
        var simplex = new Transformed(new Normal(zeros(5, 2), 1), SoftmaxCentred.Instance);
        Assert.Equal([5, 3], simplex.Shape);
        Assert.Equal(1, simplex.EventDimensions);
        Assert.Equal(Constraint.Simplex, simplex.ValueConstraint);
        TensorAssert.Shape([5], simplex.LogProb(simplex.Sample()));
        TensorAssert.Shape([7], simplex.Expand(7, 5).LogDensity(simplex.Sample(7), 1));

        var joint = new Transformed(new MultivariateNormal(zeros(5, 2), eye(2)), Exp.Instance);
        Assert.Equal(1, joint.EventDimensions);
        TensorAssert.Shape([5], joint.LogProb(joint.Sample()));
        Assert.Throws<PplArgumentException>(() => _ = new Transformed(new Bernoulli(0.5), Exp.Instance));
        TensorAssert.Throws<PplShapeException>(
            "SoftmaxCentred needs 1 event dimensions; Normal() has 0.", () => _ = new Transformed(new Normal(0, 1), SoftmaxCentred.Instance));
    }

    // The density on the simplex integrates to 1 over its first entries.
    [Fact]
    public void Density_OnTheSimplexIsThatOfItsFirstEntries()
    {
        const int Steps = 1000;
        var grid = (arange(0, Steps, ScalarType.Float64) + 0.5) / Steps;
        var pushed = new Transformed(new Normal(tensor(new[] { 0.3, -0.4 }, ScalarType.Float64), 0.8), SoftmaxCentred.Instance);
        var (a, b) = (grid.unsqueeze(1).expand(Steps, Steps), grid.unsqueeze(0).expand(Steps, Steps));
        var isInside = (a + b).lt(1);
        var points = stack([a, b, (1 - a - b).clamp_min(1e-9)], -1);
        var mass = where(isInside, pushed.LogProb(points).exp(), zeros_like(a)).sum() / (Steps * (double)Steps);
        Assert.InRange(TensorAssert.Item(mass), 1 - 2e-3, 1 + 2e-3);
    }

    [Fact]
    public void Draw_InvertsNothing_WhereTheMapSaturates()
    {
        // At 40 the sigmoid is 1 in float32: no inverse finds the argument again.
        var q = new Transformed(new Normal(tensor(40f), 1), Sigmoid.Instance);
        var y = q.RSample();
        Assert.InRange(TensorAssert.Item(q.LogProb(y)), 20, 60);
        Assert.InRange(TensorAssert.Item(q.LogProb(y.clone())), -1e9, -100);
    }

    [Fact]
    public void Draw_IsRememberedByViewsThatFoldParticles()
    {
        var rows = new Rows(3, 4);
        var q = new Transformed(new Normal(full([4, 2], 40f), 1), Sigmoid.Instance);
        var folded = rows.Draw(q);
        var log = q.LogProb(rows.Unfold(folded));
        Assert.All(TensorAssert.ToArray(log), v => Assert.InRange(v, 20, 60));
        var repeated = rows.Repeat(q);
        TensorAssert.Close(log.reshape(12, 2), repeated.LogProb(folded), 1e-6);
    }

    [Fact]
    public void Draw_IsForgottenWhereItsGradientWouldBe()
    {
        var loc = zeros(3, ScalarType.Float64).requires_grad_();
        var q = new Transformed(new Normal(loc, 1), Exp.Instance);

        // Drawn without a record and made a leaf afterwards: the derivative at the leaf is that of the density.
        Tensor leaf;
        using (no_grad()) leaf = q.RSample();
        leaf.requires_grad_();
        var at = autograd.grad([q.LogProb(leaf).sum()], [leaf])[0];
        var y = leaf.detach();
        TensorAssert.Close((-1 - y.log()) / y, at);

        // The total derivative by the parameters is the same, remembered or not.
        manual_seed(1);
        var remembered = autograd.grad([q.LogProb(q.RSample()).sum()], [loc])[0];
        manual_seed(1);
        var inverted = autograd.grad([q.LogProb(q.RSample().clone()).sum()], [loc])[0];
        TensorAssert.Close(inverted, remembered, absolute: 1e-9);
    }

    [Fact]
    public void Draw_IsRememberedForAnyDistributionWithAnEqualMap()
    {
        var y = new Transformed(new Normal(tensor(-200f), 1), Exp.Instance).RSample();
        Assert.True(new LogNormal(-200, 1).LogProb(y).item<float>() > 150);
        var z = new LogNormal(tensor(-200f), 1).RSample();
        Assert.True(new Transformed(new Normal(-200, 1), Exp.Instance).LogProb(z).item<float>() > 150);
    }

    [Fact]
    public void Draw_WhoseScopeHasEnded_IsInverted()
    {
        var q = new Transformed(new Normal(zeros(3, ScalarType.Float64), 1), Exp.Instance);
        Tensor kept;
        using (NewDisposeScope()) kept = q.Sample().MoveToOuterDisposeScope();
        TensorAssert.Close(new LogNormal(0, 1).LogProb(kept.clone()), q.LogProb(kept));
    }

    [Fact]
    public void Parameters_AreMappedInBaseAndMap()
    {
        var bound = tensor(new[] { 1.0, 2, 3 }, ScalarType.Float64).requires_grad_();
        var loc = zeros(3, ScalarType.Float64).requires_grad_();
        var q = new Transformed(new Normal(loc, 1), BijectTo.Of(Constraint.GreaterThan(bound)));
        var detached = q.With(t => t.detach());
        var y = q.Sample();
        Assert.False(detached.LogProb(y).requires_grad);
        TensorAssert.Close(q.LogProb(y), detached.LogProb(y));
        Assert.Null(q.FindValueFault(y));
        TensorAssert.Throws<PplArgumentException>(
            "Normal needs scale > 0; found -1", () => new Transformed(new Normal(0, -1), Exp.Instance).Validate());
        TensorAssert.Throws<PplSupportException>(
            "Transformed(Normal, Exp) needs a value > 0; found -1",
            () => new Transformed(new Normal(0, 1), Exp.Instance).ValidateValue(tensor(-1.0)));
    }

    [Fact]
    public void Draws_LeaveNothingBehind()
    {
        var q = new Transformed(new Normal(zeros(4, 2), 1), Sigmoid.Instance);
        var rows = new Rows(3, 4);
        var before = LiveTensors.Count;
        for (var i = 0; i < 20; i++)
        {
            using var step = NewDisposeScope();
            q.LogProb(rows.Unfold(rows.Draw(q)));
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void Variance_OfAnInverseThatMovesNumbers_MovesWithThem()
    {
        var normal = new Normal(zeros(3, ScalarType.Float64), tensor(new[] { 1.0, 2, 3 }));
        var order = new Permute(1, 2, 0);
        TensorAssert.Close(tensor(new[] { 9.0, 1, 4 }), new Transformed(normal, new InverseOf(order)).Variance);
        var twice = new InverseOf(order.Then(new Affine(0, 2)));
        TensorAssert.Close(tensor(new[] { 2.25, 0.25, 1 }), new Transformed(normal, twice).Variance);
        TensorAssert.Close(tensor(new[] { 1.0, 4, 9 }) / 4, new Transformed(normal, new InverseOf(new Affine(1, -2))).Variance);
        var range = new Uniform(2, tensor(4.0, ScalarType.Float64));
        TensorAssert.Close(tensor(1.0 / 3), new Transformed(range, new InverseOf(new Above(1))).Variance);
    }

    [Fact]
    public void Cdf_OfNaN_IsNaN()
    {
        var q = new Transformed(new Normal(zeros(1, ScalarType.Float64), 1), Exp.Instance);
        var nan = tensor(new[] { double.NaN });
        Assert.True(double.IsNaN(q.Cdf(nan).item<double>()));
        Assert.True(double.IsNaN(q.LogCdf(nan).item<double>()));
        Assert.True(double.IsNaN(q.LogSurvival(nan).item<double>()));
    }
}
