using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Weights on divergences, and reweighted wake-sleep, of generated models: arrays, points, missing and partly known values.</summary>
public sealed class WeightedObjectiveTests
{
    [Fact]
    public void A_weight_of_an_array_is_that_of_each_element_unless_one_has_its_own()
    {
        using var pass = Pass.Prepare(Models.Get("Layers"));
        var plain = Value(pass, Objective.Elbo());
        double Kl(string site) => plain.Parts.Single(part => part.Site == site).Value;
        var whole = new Dictionary<string, Schedule> { ["h"] = 3 };
        Assert.Equal(plain.Reconstruction - (3 * plain.Kl), Value(pass, Objective.Elbo(betas: whole)).Bound, 1e-9);
        var one = new Dictionary<string, Schedule> { ["h"] = 3, ["h[2]"] = 0 };
        Assert.Equal(plain.Reconstruction - (3 * (plain.Kl - Kl("h[2]"))), Value(pass, Objective.Elbo(betas: one)).Bound, 1e-9);
        var floored = Value(pass, Objective.FreeBits(1000, [["h[0]", "h[3]"]]));
        Assert.Equal(plain.Reconstruction - 3000, floored.Bound, 1e-9);
    }

    /// <summary>−log p of a point counts once, whatever the weight is.</summary>
    [Fact]
    public void A_point_has_no_divergence_to_weigh()
    {
        using var pass = Pass.Prepare(Models.Get("TwoLayers"), guide: model => ((TwoLayers)model).CreateGuide(h2: Posterior.Delta()));
        var plain = Value(pass, Objective.Elbo());
        var (point, kl) = (plain.Kl - plain.Divergence, plain.Divergence);
        Assert.True(point > 0.1 && kl != 0);
        var data = plain.Reconstruction - point;
        Assert.Equal(data - (4 * kl), Value(pass, Objective.Elbo(beta: 4)).Bound, 1e-9);
        Assert.Equal(data - (5 * Math.Abs(kl - 2)), Value(pass, Objective.Capacity(2, gamma: 5)).Bound, 1e-9);
        Assert.Equal(data - (3 * (kl - 0.5)), Value(pass, Objective.Constrained(0.5, multiplier: 3)).Bound, 1e-9);
        Assert.Equal(data - 1000, Value(pass, Objective.FreeBits(1000)).Bound, 1e-9);
        foreach (var objective in new[] { Objective.Elbo(betas: new Dictionary<string, Schedule> { ["h2"] = 2 }), Objective.FreeBits(1, [["h2"]]) })
            Assert.Contains("is a point", Refusal(pass, objective), StringComparison.Ordinal);
        foreach (var objective in new[] { Objective.Miwae(2, 2), Objective.Renyi(0.5, 2), Objective.WakeSleep(2) })
        {
            Assert.Contains(
                "importance weights need log q", Assert.Throws<PplArgumentException>(() => new Svi(pass.Model, pass.Guide, objective)).Message,
                StringComparison.Ordinal);
        }

        using var none = Pass.Prepare(Models.Get("Vae"), guide: model => ((Vae)model).CreateGuide(z: Posterior.Delta()));
        Assert.Contains("has no latent with a divergence", Refusal(none, Objective.Elbo(beta: 2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Partly_known_latents_are_refused()
    {
        using var pass = Pass.Prepare(Models.Get("Labels"));
        foreach (var objective in new[] { Objective.Elbo(beta: 2), Objective.FreeBits(1), Objective.Constrained(1) })
            Assert.Contains("known in some rows", Refusal(pass, objective), StringComparison.Ordinal);
        Assert.Contains("a draw has no such rows", Refusal(pass, Objective.WakeSleep(3, sleep: 0.5)), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_have_a_wake_phase_alone()
    {
        using var pass = Pass.Prepare(Models.Get("Surveys"));
        Assert.Equal(Value(pass, Objective.Iwae(3)).Bound, Value(pass, Objective.WakeSleep(3)).Bound, 1e-10);
        Objective.WakeSleep(3).Accumulate(pass.Guide, pass.Batch).Dispose();
        Assert.Contains("a draw of the model has none missing", Refusal(pass, Objective.WakeSleep(3, sleep: 0.5)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_sleep_phase_draws_arrays()
    {
        using var pass = Pass.Prepare(Models.Get("Layers"));
        Objective.WakeSleep(4, sleep: 1).Accumulate(pass.Guide, pass.Batch).Dispose();
        Assert.All(pass.Guide.parameters(), parameter => Assert.True(parameter.grad!.abs().max().item<double>() is > 0 and < 1e9));
    }

    /// <summary>A conditional model dreams at the covariates of the batch.</summary>
    [Fact]
    public void Reweighted_wake_sleep_trains_a_conditional_model()
    {
        using var pass = Pass.Prepare(Models.Get("Cvae"));
        var settings = new SviSettings { Reporter = ITrainingReporter.Quiet };
        using var svi = new Svi(pass.Model, pass.Guide, Objective.WakeSleep(4, sleep: 0.5), p => optim.Adam(p, 1e-2), settings);
        var before = Value(pass, Objective.Iwae(100)).Bound;
        for (var step = 0; step < 60; step++) svi.Step(pass.Batch);
        Assert.True(Value(pass, Objective.Iwae(100)).Bound > before + 0.1);
        Assert.All(pass.Guide.parameters(), parameter => Assert.NotNull(parameter.grad));
    }

    private static string Refusal(Pass pass, Objective objective) =>
        Assert.Throws<PplArgumentException>(() => objective.Evaluate(pass.Guide, pass.Batch)).Message;

    private static BoundValue Value(Pass pass, Objective objective)
    {
        using var seed = manual_seed(7);
        using var result = objective.Evaluate(pass.Guide, pass.Batch);
        return result.Read();
    }
}
