using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>What the report says of guides through a map, and guides that start where they are told to.</summary>
public sealed class StartTests
{
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

    /// <summary>10 steps of 0.01 from 0 do not come near 170; the prior's median is near.</summary>
    [Fact]
    public void A_guide_starts_where_it_is_told_to()
    {
        using var scope = NewDisposeScope();
        manual_seed(0);
        var data = (7 * randn(30)) + 171;
        using var model = new Tall();
        Assert.InRange(Mean(Posterior.Diagonal().StartingAt(location: 0)), -5, 5);
        Assert.InRange(Mean(null), 168, 172);
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
