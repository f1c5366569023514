using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Distributions;

/// <summary>log q of correlated normals at their own draws.</summary>
public sealed class NoiseMemoryTests
{
    /// <summary>In float32, with L nearly singular: the noise of the same seed is the truth.</summary>
    [Fact]
    public void A_nearly_singular_normal_knows_the_density_of_its_draws()
    {
        using var scope = NewDisposeScope();
        var q = Singular();
        manual_seed(3);
        var noise = randn(5, 4, 2).to(float64);
        var truth = noise.square().sum(-1) * -0.5 - 2 * Math.Log(1e-6) - Math.Log(2 * Math.PI);
        manual_seed(3);
        var draw = q.RSample(5);
        Near(truth, q.LogProb(draw));
        var rows = new Rows(5, 4);
        Near(truth, q.LogProb(rows.Unfold(rows.Fold(draw))));
        var reshaped = new Reshaped(q, [2, 1]);
        manual_seed(3);
        Near(truth, reshaped.LogProb(rows.Unfold(rows.Fold(reshaped.RSample(5)))));
    }

    [Fact]
    public void A_draw_that_was_changed_in_place_is_any_value()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var q = new MultivariateNormal(zeros(2), scaleTril: eye(2));
        var draw = q.Sample(3);
        draw.add_(1);
        Near(q.LogProb(draw.clone()).to(float64), q.LogProb(draw));
    }

    /// <summary>The truth is the density of the multivariate normal with the same covariance in float64.</summary>
    [Fact]
    public void A_nearly_singular_low_rank_normal_knows_the_density_of_its_draws()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (loc, factor, diagonal) = (randn(4, 3) * 20, randn(4, 3, 1) * 30, full([4, 3], 2e-6));
        var q = new LowRankMultivariateNormal(loc, factor, diagonal);
        manual_seed(5);
        var (common, own) = (randn(6, 4, 1, 1).to(float64), randn(6, 4, 3).to(float64));
        manual_seed(5);
        var found = q.LogProb(q.RSample(6));
        var (w, d) = (factor.to(float64), diagonal.to(float64));
        var y = w.matmul(common).squeeze(-1) + d.sqrt() * own;
        Near(new MultivariateNormal(0, covariance: w.matmul(w.transpose(-2, -1)) + d.diag_embed()).LogProb(y), found);
    }

    /// <summary>At fixed noise the total derivative of log q is that of minus the log-determinant alone, with nothing that cancels.</summary>
    [Fact]
    public void A_draws_density_has_the_gradient_of_the_determinant()
    {
        using var scope = NewDisposeScope();
        var (loc, factor) = (zeros(4, 2).requires_grad_(), Singular().ScaleTril.requires_grad_());
        var q = new MultivariateNormal(loc, scaleTril: factor);
        var gradients = autograd.grad([q.LogProb(q.RSample(5)).sum()], [loc, factor], allow_unused: true);
        Assert.True(gradients[0] is null || gradients[0].abs().max().item<float>() == 0);
        var expected = factor.detach().diagonal(0, -2, -1).reciprocal().diag_embed() * -5;
        Assert.True(gradients[1].allclose(expected), gradients[1].ToString(TorchSharp.TensorStringStyle.Julia));
    }

    /// <summary>Partial derivatives at a leaf with a draw's value are those of the density computed from the value alone.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_leafs_density_has_the_partial_derivatives(bool isLowRank)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var factor = isLowRank ? randn([4, 3, 2], float64) : randn([4, 3, 3], float64).tril(-1);
        Tensor[] parameters = [randn([4, 3], float64), factor, rand([4, 3], float64) + 0.5];
        foreach (var parameter in parameters) parameter.requires_grad_();
        var (q, again) = (Make(), Make());
        var draw = q.RSample(5);
        var known = draw.detach().requires_grad_();
        NoiseMemory.Restate(draw, known, q, again);
        Assert.NotNull(NoiseMemory.Recall(known, again));
        var other = draw.detach().requires_grad_();
        var (found, truth) = (again.LogProb(known), q.LogProb(other));
        Assert.True(found.allclose(truth));
        var weights = randn_like(truth).detach();
        var gradients = autograd.grad([(found * weights).sum()], [known, .. parameters]);
        var expected = autograd.grad([(truth * weights).sum()], [other, .. parameters]);
        for (var i = 0; i < expected.Count; i++) Assert.True(gradients[i].allclose(expected[i], 1e-7, 1e-9), $"{i}");

        Distribution Make() => isLowRank
            ? new LowRankMultivariateNormal(parameters[0], parameters[1], parameters[2])
            : new MultivariateNormal(parameters[0], scaleTril: parameters[1] + parameters[2].diag_embed());
    }

    /// <summary>A draw is made of another noise under another distribution, and under the same one computed with other parameters.</summary>
    [Fact]
    public void Another_distribution_does_not_take_the_noise()
    {
        using var scope = NewDisposeScope();
        var (q, p) = (new MultivariateNormal(zeros(2), scaleTril: eye(2)), new MultivariateNormal(ones(2), scaleTril: eye(2)));
        var draw = q.RSample();
        NoiseMemory.Restate(draw, draw, q, p);
        var truth = (draw - 1).square().sum() * -0.5 - Math.Log(2 * Math.PI);
        Assert.Equal(truth.item<float>(), p.LogProb(draw).item<float>(), 1e-5f);
    }

    /// <summary>A score is the partial derivative at a draw that has no graph.</summary>
    [Fact]
    public void A_draw_without_a_graph_is_a_fixed_value()
    {
        using var scope = NewDisposeScope();
        var loc = zeros([2], float64).requires_grad_();
        var q = new MultivariateNormal(loc, scaleTril: eye(2, dtype: float64) * 2);
        var draw = q.Sample();
        var score = autograd.grad([q.LogProb(draw)], [loc])[0];
        Assert.True(score.allclose(draw / 4));
    }

    private static MultivariateNormal Singular()
    {
        var factor = tensor(new[,] { { 1e-6f, 0 }, { 15, 1e-6f } }).repeat(4, 1, 1);
        return new(full(4, 2, 25f), scaleTril: factor);
    }

    private static void Near(Tensor truth, Tensor found)
    {
        var error = (truth - found.to(float64)).abs().max().item<double>();
        Assert.True(error < 1e-3, $"{error}");
    }
}
