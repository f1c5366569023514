using Ppl.Data;
using static TorchSharp.torch;

namespace Ppl.Inference.Tests.EndToEnd;

/// <summary>Training on a model whose best likelihood is known.</summary>
public sealed class PpcaTests
{
    [Fact]
    public void The_closed_form_and_the_density_agree()
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(300);

        // At the maximum, W Wᵀ + σ² I has the covariance's leading eigenvectors: build it from the eigendecomposition.
        using var model = new LinearGaussian(2, 5);
        using (no_grad())
        {
            var centered = x - x.mean([0]);
            var (values, vectors) = linalg.eigh(centered.t().matmul(centered) / x.shape[0]);
            var noise = values.narrow(0, 0, 3).mean();
            model.Decoder.weight!.copy_(vectors.narrow(1, 3, 2) * (values.narrow(0, 3, 2) - noise).sqrt());
            model.Decoder.bias!.copy_(x.mean([0]));
            model.LogNoise.copy_(0.5 * noise.log());
        }

        Assert.Equal(Ppca.MaximumLogLikelihood(x, 2), Ppca.Evidence(model, x).mean().item<double>(), 9);
    }

    /// <summary>The diagonal guide suffices: the decoder turns until its columns are orthogonal (Lucas et al. 2019, arXiv:1911.02469).</summary>
    [Theory]
    [InlineData(GradientForm.Plain)]
    [InlineData(GradientForm.StickingTheLanding)]
    public void Training_reaches_the_best_likelihood(GradientForm gradient)
    {
        using var scope = NewDisposeScope();
        var x = Ppca.Data(300);
        var best = Ppca.MaximumLogLikelihood(x, 2);
        using var seed = manual_seed(5);
        using var model = new LinearGaussian(2, 5);
        using var guide = model.CreateGuide();
        var settings = new SviSettings
        {
            Reporter = ITrainingReporter.Quiet,
            Schedule = optimizer => optim.lr_scheduler.ExponentialLR(optimizer, gamma: 0.998),
            ScheduleUnit = ScheduleUnit.Step,
        };
        using var svi = new Svi(model, guide, Objective.Elbo(particles: 4, gradient: gradient), p => optim.Adam(p, lr: 0.05), settings);
        for (var step = 0; step < 2500; step++) svi.Step(x);

        var evidence = Ppca.Evidence(model, x).mean().item<double>();
        Assert.InRange(best - evidence, 0, 0.01);
        using var data = Dataset.From(x);
        var bound = Evaluate.Bound(model, guide, data, Objective.Elbo(particles: 200));
        Assert.InRange(best - bound.Bound, -0.01, 0.02);
    }
}
