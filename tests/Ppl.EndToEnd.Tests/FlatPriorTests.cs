using Ppl.Distributions;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>A latent without a prior is trained: by a guide with a spread to its posterior, by one of a point to the best fit.</summary>
public sealed partial class FlatPriorTests
{
    /// <summary>∫ Normal(x; z, 1) dz = 1, and the posterior is Normal(x, 1).</summary>
    [Fact]
    public void The_bound_reaches_the_evidence_of_a_flat_prior()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var x = randn([5, 2], float64);
        var model = new Flat();
        var guide = model.CreateGuide(z: Posterior.Diagonal().Free());
        using var svi = new Svi(
            model, guide, Objective.Elbo(gradient: GradientForm.StickingTheLanding, kl: KlForm.Sampled), p => optim.Adam(p, 0.05), Quiet);
        svi.Fit([x], steps: 1_500);
        Assert.Equal(0, svi.Evaluate(Data.Dataset.From(x), 5).Bound, 2e-3);
        Assert.True((guide.Posterior(x, samples: 4_000).z.mean([0]) - x).abs().max().item<double>() < 0.1);
    }

    /// <summary>Least squares: with the code in place of a regression's weights, the normal equations.</summary>
    [Fact]
    public void A_point_reaches_least_squares()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (x, design) = (randn(3, 6), randn(6, 2));
        var model = new Regression(design);
        var guide = model.CreateGuide(z: Posterior.Delta().Free());
        using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.SGD(p, 0.1), Quiet);
        svi.Fit([x], steps: 1_500);
        var exact = x.matmul(design).matmul(linalg.inv(design.t().matmul(design)));
        Assert.True((guide.Posterior(x).z[0] - exact).abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void A_wrong_shape_is_named_by_its_site()
    {
        using var scope = NewDisposeScope();
        var model = new Regression(randn(6, 3));
        using var svi = new Svi(model, model.CreateGuide(z: Posterior.Delta().Free()), Objective.Elbo(), settings: Quiet);
        var fault = Assert.ThrowsAny<PplException>(() => svi.Fit([randn(3, 6)], steps: 1));
        Assert.Contains("x: Normal(matmul(z, design.t()), 1)", fault.Message, StringComparison.Ordinal);
    }

    private static SviSettings Quiet => new() { Reporter = ITrainingReporter.Quiet };

    private sealed partial class Flat : GenerativeModel
    {
        [Model]
        private void Generate(Tensor x)
        {
            using var data = Plate(x);
            var z = Sample(ImproperUniform(Constraint.Real).Expand(2));
            Observe(x, Normal(z, 1));
        }
    }

    private sealed partial class Regression(Tensor design) : GenerativeModel
    {
        private readonly Tensor design = design;

        [Model]
        private void Generate(Tensor x)
        {
            using var data = Plate(x);
            var z = Sample(ImproperUniform(Constraint.Real).Expand(2));
            Observe(x, Normal(matmul(z, design.t()), 1));
        }
    }
}
