using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>The plan and the names of the latents say what generated code does.</summary>
public sealed class PlanTests
{
    public static TheoryData<string> Names => Models.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_of_latents_stand_in_the_order_of_their_draws(string name)
    {
        using var pass = Pass.Prepare(Models.Get(name));
        var draws = pass.Guide.Draw(pass.Batch, 1);
        var values = pass.Guide.Terms(draws, TermForm.Sampled).Where(t => t.Site.Kind == SiteKind.Latent).ToDictionary(t => t.Site.Name, t => t.Value!);
        Assert.Equal(values.Count, pass.Guide.LatentNames.Count);
        foreach (var (latent, value) in pass.Guide.LatentNames.Zip(draws.Latents))
            Assert.Equal(value.data<double>().ToArray(), values[latent].data<double>().ToArray());
    }

    /// <summary>Each site has a line of its own with its place, and those that the guide draws, and no others, a factor and a divergence.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_report_has_each_site_as_what_it_is(string name)
    {
        using var model = Models.Get(name).Create();
        var plan = ((IGeneratedModel)model).Plan;
        var lines = plan.Report().Split('\n');
        foreach (var kind in Enum.GetValues<SiteKind>())
        {
            var word = kind.ToString().ToLowerInvariant();
            Assert.Equal(plan.Sites.Count(s => s.Kind == kind), lines.Count(line => line.StartsWith($"    {word} ", StringComparison.Ordinal)));
        }

        Assert.Equal(plan.Latents.Count(), lines.Count(line => line.StartsWith("    q(", StringComparison.Ordinal)));
        Assert.Equal(plan.Latents.Count(), lines.Count(
            line => line.StartsWith("    KL(", StringComparison.Ordinal) || line.StartsWith("    log p - log q", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_sample_of_an_indexed_site_is_in_the_plan()
    {
        using var model = new Layers(4);
        var plan = ((IGeneratedModel)model).Plan;
        Assert.Equal(["Normal(0, 1).Expand(3)", "Normal(mean, 0.7)", "Bernoulli(logits: decoder.call(h[0]))"], plan.Sites.Select(s => s.DistributionText));
        Assert.Equal(["h", "h", "x"], plan.Sites.Select(s => s.Name));
        Assert.Equal([KlChoice.ClosedForm, KlChoice.Sampled], plan.Latents.Select(s => s.Kl));
    }

    [Fact]
    public void Active_units_of_a_descending_loop_have_their_own_names()
    {
        using var pass = Pass.Prepare(Layers.Entry, rows: 40, type: ScalarType.Float32, disturb: 0);
        using var data = Dataset.From("rows", ("x", pass.Batch[0]));
        using (no_grad())
        {
            // Only the mean of q(h[3] | h[2]) is made to vary.
            foreach (var parameter in pass.Guide.parameters()) parameter.mul_(0.01);
            foreach (var parameter in ((Layers.Guide)pass.Guide).h[3].parameters()) parameter.add_(randn_like(parameter));
        }

        var units = Evaluate.ActiveUnits(pass.Model, pass.Guide, data);
        Assert.Equal(["h[0]", "h[1]", "h[2]", "h[3]"], units.Select(u => u.Site));
        Assert.Equal("h[3]", units.MaxBy(u => u.Variances.Max())!.Site);
    }

    [Fact]
    public void A_traversal_moves_the_element_that_it_names()
    {
        using var pass = Pass.Prepare(Layers.Entry, rows: 1, type: ScalarType.Float32, disturb: 0);
        using var grad = no_grad();

        // The decoder reads h[0] alone: no other element can change a prediction that is given all of them.
        foreach (var latent in pass.Generated.LatentNames(pass.Batch.Lengths))
        {
            var mean = Evaluate.Traverse(pass.Model, pass.Guide, pass.Batch.Tensors, latent, 0, [-50, 50]).Mean;
            Assert.Equal(latent == "h[0]", (mean[0] - mean[1]).abs().max().item<float>() > 1e-3);
        }
    }

    [Fact]
    public void A_latent_without_a_gradient_along_its_path_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = new AfterAChain();
        using var guide = model.CreateGuide();
        using var svi = new Svi(
            model, guide, Objective.Elbo(gradient: GradientForm.StickingTheLanding), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(guide.Batch(randn(5, 4), randn(5, 2))));
        Assert.Equal("z", fault.Site);
        Assert.Contains("the guide's Fickle is not reparameterized, so that no gradient runs along its draw", fault.Message, StringComparison.Ordinal);
    }
}
