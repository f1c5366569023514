using Ppl.Data;
using Ppl.Examples.Systems;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Examples.Tests;

/// <summary>The gaps of inference where they are known.</summary>
public sealed class AmortizationTests
{
    /// <summary>
    /// Probabilistic PCA has one posterior covariance S for all rows, and the best independent coordinates have the mean of the posterior and the
    /// variances 1 / (S⁻¹)ᵢᵢ: ½ (Σ log (S⁻¹)ᵢᵢ + log |S|) below log p(x). A full covariance is exact. A guide that is off in its mean by δ alone loses
    /// ½ δᵀ S⁻¹ δ more.
    /// </summary>
    [Fact]
    public void The_gaps_of_a_linear_model_are_those_of_its_precision()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        manual_seed(4);
        using var model = new ProbabilisticPca(2, 5);
        model.to(float64);
        var x = randn([60, 5], float64);
        using var rows = Dataset.From(x);
        var exact = model.Estimate();
        var precision = eye(2, dtype: float64) + (exact.Loadings.t().matmul(exact.Loadings) / exact.Variance);
        using var guide = model.CreateGuide(z: Posterior.Diagonal(hidden: []));
        guide.Prepare(guide.Batch(x));
        using (no_grad())
        {
            var gain = linalg.inv(precision).matmul(exact.Loadings.t()) / exact.Variance;
            guide.z.get_parameter("head.linear.weight")!.copy_(cat([gain, zeros_like(gain)]));
            guide.z.get_parameter("head.linear.bias")!.copy_(cat([0.3 - gain.matmul(exact.Mean), precision.diagonal().log() * -0.5]));
        }

        var run = new SystemRun(null, null, 0, folder.Path, IsSmoke: false);
        var inference = new LocalInference(model, guide, run);
        var gaps = inference.Measure(
            rows,
            () => model.CreateGuide(z: Posterior.Diagonal().Free()),
            () => model.CreateGuide(z: Posterior.FullCovariance().Free()));
        var evidence = exact.LogLikelihood(x);
        var family = 0.5 * (precision.diagonal().log().sum() - linalg.slogdet(precision).Item2).item<double>();
        var mean = 0.5 * 0.09 * precision.sum().item<double>();
        Assert.Equal(evidence, gaps.Evidence, 5e-3);
        Assert.Equal(evidence, gaps.BestOfRicher, 2e-2);
        Assert.Equal(family, gaps.Approximation, 3e-2);
        Assert.Equal(mean, gaps.Amortization, 0.1 * mean);
        Assert.Equal(gaps.Inference, gaps.Approximation + gaps.Amortization, 1e-12);
    }
}
