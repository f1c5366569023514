using Ppl.Examples.Systems;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The closed forms of probabilistic PCA against the normal distribution of (z, x) and against each other.</summary>
public sealed class PpcaTests
{
    private const int Latents = 2;

    /// <summary>Conditioning the joint normal of z and x, whose covariance is [[I, Wᵀ], [W, W Wᵀ + σ² I]].</summary>
    [Fact]
    public void The_posterior_is_that_of_the_joint_normal()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var model = new LinearGaussian(randn([5, Latents], float64), randn([5], float64), 0.3);
        var x = randn([4, 5], float64);
        var gain = model.Loadings.t().matmul(linalg.inv(model.Loadings.matmul(model.Loadings.t()) + (0.3 * eye(5, dtype: float64))));
        var posterior = model.Posterior(x);
        Close((x - model.Mean).matmul(gain.t()), posterior.Mean);
        Close((eye(Latents, dtype: float64) - gain.matmul(model.Loadings)).diagonal().expand(4, -1), posterior.Variance);
    }

    [Fact]
    public void No_step_away_from_maximum_likelihood_gains()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var rows = randn([200, 3], float64).matmul(randn([3, 6], float64)) + (0.3 * randn([200, 6], float64));
        var best = LinearGaussian.MaximumLikelihood(rows, Latents);
        var likelihood = best.LogLikelihood(rows);
        for (var k = 0; k < 20; k++)
        {
            var away = new LinearGaussian(
                best.Loadings + (0.05 * randn_like(best.Loadings)), best.Mean + (0.05 * randn_like(best.Mean)), best.Variance * (1 + (0.1 * (k - 9.5))));
            Assert.True(away.LogLikelihood(rows) < likelihood);
        }
    }

    [Fact]
    public void Expectation_maximization_rises_to_maximum_likelihood()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var rows = randn([200, 3], float64).matmul(randn([3, 6], float64)) + (0.3 * randn([200, 6], float64));
        var (found, path) = LinearGaussian.ExpectationMaximization(rows, Latents);
        Assert.All(path.Zip(path.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 1e-9));
        Assert.Equal(LinearGaussian.MaximumLikelihood(rows, Latents).LogLikelihood(rows), path[^1], 1e-9);
        Assert.True(found.LargestAngle(LinearGaussian.MaximumLikelihood(rows, Latents).Loadings) < 1e-5);
    }

    [Fact]
    public void The_largest_angle_is_that_between_the_planes()
    {
        using var scope = NewDisposeScope();
        var axes = eye(4, dtype: float64).narrow(1, 0, 2);
        var turned = axes.clone();
        turned[1, 1] = Math.Cos(0.3);
        turned[2, 1] = Math.Sin(0.3);
        var mixed = turned.matmul(tensor(new double[,] { { 2, 1 }, { 0, -3 } }));   // other columns of the same plane
        Assert.Equal(0.3, new LinearGaussian(axes, zeros([4], float64), 1).LargestAngle(mixed), 1e-12);
    }

    private static void Close(Tensor expected, Tensor found) => Assert.True((expected - found).abs().max().item<double>() < 1e-10);
}
