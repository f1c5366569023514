using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Guides that need no draw from the prior, and that start where they are told to.</summary>
public sealed class StartTests
{
    /// <summary>With a flat prior the posterior is normal about the mean of the data, of standard deviation 1 / √n.</summary>
    [Fact]
    public void A_flat_prior_is_fitted()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var data = randn(25) + 2;
        using var model = new Flat();
        using var guide = model.CreateGuide();
        using var svi = new Svi(model, guide, Objective.Elbo(4), p => optim.Adam(p, 0.05), Quiet());
        svi.Fit([data], steps: 600);
        var posterior = guide.Posterior(data, samples: 4000);
        Assert.Equal(data.mean().item<float>(), posterior.centre.mean().item<float>(), 0.08);
        Assert.Equal(0.2, posterior.centre.std().item<float>(), 0.06);
        Assert.All(posterior.share.sum(-1).data<float>(), sum => Assert.Equal(1, sum, 1e-5));
    }

    /// <summary>The compiler knows the order of the draws, and not which family a guide through a map has.</summary>
    [Fact]
    public void The_report_says_of_a_guide_through_a_map_that_its_family_decides()
    {
        using var model = new Flat();
        Assert.Contains(
            "KL(q || p) in closed form: only where the guide's family has one with ImproperUniform, else log p - log q at the draw; "
            + "centre has no latent parents\n",
            ((IGeneratedModel)model).Plan.Report(),
            StringComparison.Ordinal);
    }

    /// <summary>10 steps of 0.01 from 0 do not come near 170.</summary>
    [Fact]
    public void A_guide_starts_where_it_is_told_to()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var data = (7 * randn(30)) + 171;
        using var model = new Tall();
        Assert.InRange(Mean(null), -5, 5);
        Assert.InRange(Mean(Posterior.Diagonal().StartingAt(scale: 0.5, location: 170)), 169, 171);

        double Mean(Posterior? centre)
        {
            using var guide = model.CreateGuide(centre: centre);
            using var svi = new Svi(model, guide, Objective.Elbo(), p => optim.Adam(p, 0.01), Quiet());
            svi.Fit([data], steps: 10);
            return guide.Posterior(data, samples: 200).centre.mean().item<float>();
        }
    }

    private static SviSettings Quiet() => new() { Reporter = ITrainingReporter.Quiet };
}

/// <summary>Flat priors, of the real numbers and of the simplex.</summary>
public sealed partial class Flat : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var centre = Sample(ImproperUniform(Constraint.Real));
        var share = Sample(ImproperUniform(Constraint.Simplex, 3));
        using var data = Plate(x);
        Observe(x, Normal(centre + (0 * share.sum()), 1));
    }
}

/// <summary>A location far from 0.</summary>
public sealed partial class Tall : GenerativeModel
{
    [Model]
    private void Generate(Tensor x)
    {
        var centre = Sample(Normal(170, 20));
        using var data = Plate(x);
        Observe(x, Normal(centre, 7));
    }
}
