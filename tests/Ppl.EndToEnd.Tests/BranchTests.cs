using Ppl.Contracts;
using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;
using Ppl.Interpretation;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>What a run of a model with branches does not reach has no term, no draw, no parameter and no value.</summary>
public sealed class BranchTests
{
    [Fact]
    public void What_is_not_reached_has_no_term_no_draw_no_parameter_and_no_value()
    {
        using var pass = Pass.Prepare(Optional.Shallow);
        var guide = (Optional.Guide)pass.Guide;
        Assert.Equal(["q(h | x)"], guide.Steps.Select(step => step.ToString()));
        Assert.Equal(["h"], guide.LatentNames);
        Assert.DoesNotContain(guide.named_parameters(), p => p.name.StartsWith("z.", StringComparison.Ordinal));
        Assert.Equal([400, 4], guide.state_dict()["h.network.0.weight"].shape);

        var draws = guide.Draw(pass.Batch, 2);
        Assert.Equal("draws of 2 particles; data 5: h (10, 3)", draws.ToString());
        Assert.Equal(["h", "x"], guide.Terms(draws, TermForm.Sampled).Select(term => term.Site.Name));

        var (x, y) = (pass.Batch[0], pass.Batch[1]);
        var posterior = guide.Posterior(x, y, samples: 3);
        Assert.Null(posterior.z);
        Assert.Equal([3, 5, 3], posterior.h.shape);
        var joint = ((Optional)pass.Model).Simulate(rows: 4);
        Assert.Null(joint.z);
        Assert.Null(joint.y);
        Assert.Equal([4, 4], joint.x.Value.shape);
        Assert.Null(guide.Reconstruct(x, y).y);
        Assert.Equal([3, 5], ((Optional)pass.Model).LogJoint(posterior, x, y).shape);
        Assert.Equal([3, 5, 4], ((Optional)pass.Model).Predict(posterior).x.Value.shape);
    }

    [Fact]
    public void The_plan_says_what_a_site_is_reached_under()
    {
        using var model = new Early(layers: 1);
        var plan = ((IGeneratedModel)model).Plan;
        Assert.Equal(
            "Early.Generate(x, y): z ~ Normal(0, 1).Expand(2) if (layers == 1), z ~ Normal(0, 2).Expand(2) else of if (layers == 1), "
            + "x ~ Normal(first.call(z), 1), h ~ Normal(second.call(z), 0.6) past the return in if (layers == 1), "
            + "y ~ Normal(third.call(h), 0.5) past the return in if (layers == 1)",
            plan.ToString());
        Assert.True(plan.HasBranches);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_field_that_changes_after_the_guide_was_prepared_is_refused(bool deep)
    {
        using var pass = Pass.Prepare(deep ? Optional.Deep : Optional.Shallow);
        var draws = pass.Guide.Draw(pass.Batch, 1);
        ((Optional)pass.Model).HasTop = !deep;
        var fault = Assert.Throws<PplArgumentException>(() => pass.Guide.Terms(draws, TermForm.Sampled));
        Assert.Equal(
            deep ? "h: this run reaches h ~ Normal(0, 1).Expand(3) else of if (HasTop), and the run that the guide was prepared with did not: it "
                + "stands under 'else of if (HasTop)', where a field or a shape has changed. Which sites a run reaches is settled when the guide is "
                + "prepared: make a new guide for this model."
                : "z: this run reaches z ~ Normal(0, 1).Expand(2) if (HasTop), and the run that the guide was prepared with did not: it stands under "
                + "'if (HasTop)', where a field or a shape has changed. Which sites a run reaches is settled when the guide is prepared: make a "
                + "new guide for this model.",
            fault.Message);
        ((Optional)pass.Model).HasTop = deep;
        pass.Guide.Terms(draws, TermForm.Sampled);
    }

    [Fact]
    public void A_run_that_leaves_out_a_site_is_refused()
    {
        using var pass = Pass.Prepare(Extra.Entry);
        ((Extra)pass.Model).IsMeasured = false;
        using var svi = new Svi(pass.Model, pass.Guide, Objective.Elbo(), settings: new SviSettings { Reporter = ITrainingReporter.Quiet });
        var fault = Assert.Throws<PplArgumentException>(() => svi.Step(pass.Batch));
        Assert.Equal(
            "y: this run does not reach y ~ Normal(z, 1) if (IsMeasured), and the run that the guide was prepared with did: it stands under "
            + "'if (IsMeasured)', where a field or a shape has changed. Which sites a run reaches is settled when the guide is prepared: make a new "
            + "guide for this model.",
            fault.Message);
    }

    [Fact]
    public void A_run_that_observes_nothing_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new Extra { IsMeasured = false, IsSeen = false };
        using var guide = model.CreateGuide();
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(randn(4, 2), randn(4, 2))));
        Assert.Equal("this run of Extra reaches nothing that is observed, only z: there is nothing to infer from.", fault.Message);
        model.IsSeen = true;
        guide.Prepare(guide.Batch(randn(4, 2), randn(4, 2)));
        Assert.Equal("guide of Extra: q(z | x)", guide.ToString());
    }

    [Fact]
    public void A_network_for_a_latent_that_is_not_reached_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new Optional(deep: false);
        using var guide = model.CreateGuide(z: Linear(3, 4));
        var fault = Assert.Throws<PplArgumentException>(() => guide.Prepare(guide.Batch(randn(4, 4), randn(4, 2))));
        Assert.Equal(
            "z: a network is given for it, and this run does not reach z ~ Normal(0, 1).Expand(2) if (HasTop): leave it out.", fault.Message);
        Assert.False(guide.IsPrepared);
    }

    [Fact]
    public void A_network_of_ones_own_sees_what_is_reached()
    {
        using var scope = NewDisposeScope();
        using var model = new Optional(deep: false);
        using var guide = model.CreateGuide(h: Linear(4, 6));
        guide.Prepare(guide.Batch(randn(4, 4), randn(4, 2)));
        Assert.Equal([4, 3], guide.Draw(guide.Batch(randn(4, 4), randn(4, 2)), 1).Latents[0].shape);
    }

    [Fact]
    public void Values_of_latents_go_with_what_is_reached()
    {
        using var scope = NewDisposeScope();
        using var model = new Optional(deep: true);
        var (x, y) = (randn(4, 4), randn(4, 2));
        var fault = Assert.Throws<PplArgumentException>(() => model.LogJoint(new(null, randn(4, 3)), x, y));
        Assert.Equal("z: no value is given for it, and this run reaches z ~ Normal(0, 1).Expand(2) if (HasTop).", fault.Message);
        model.HasTop = false;
        Assert.Equal([4], model.LogJoint(new(null, randn(4, 3)), x, y).shape);
        var latents = new Optional.Latents(randn(4, 2), randn(4, 3));
        foreach (var run in new Action[] { () => model.LogJoint(latents, x, y), () => model.Predict(latents) })
        {
            fault = Assert.Throws<PplArgumentException>(run);
            Assert.Equal("z: a value is given for it, and this run does not reach z ~ Normal(0, 1).Expand(2) if (HasTop): give null.", fault.Message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checkpoint_goes_on_where_training_stopped(bool deep)
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using (manual_seed(3))
        {
        }

        using var data = Dataset.From("rows", ("x", randn(16, 4)), ("y", randn(16, 2)));
        var path = folder.File("training");
        using var first = new Optional(deep);
        using var whole = Engine(first);
        whole.Fit(data, epochs: 1, batchSize: 4);
        whole.Save(path);
        whole.Fit(data, epochs: 2, batchSize: 4);

        using var second = new Optional(deep);
        using var resumed = Engine(second);
        resumed.Restore(path);
        resumed.Fit(data, epochs: 2, batchSize: 4);
        Assert.Equal(Numbers(first, whole.Guide), Numbers(second, resumed.Guide));

        using var other = new Optional(!deep);
        using var foreign = Engine(other);
        Assert.ThrowsAny<Exception>(() => foreign.Restore(path));
        Assert.False(foreign.Guide.IsPrepared);

        static Svi Engine(Optional model) => new(
            model, model.CreateGuide(), Objective.Elbo(), parameters => optim.Adam(parameters, lr: 1e-2),
            new SviSettings { Reporter = ITrainingReporter.Quiet });
        static float[] Numbers(Optional model, Guide guide) =>
            [.. model.parameters().Concat(guide.parameters()).SelectMany(p => p.detach().flatten().data<float>().ToArray())];
    }

    /// <summary>The interpreter finds for itself what is reached.</summary>
    [Fact]
    public void The_interpreter_passes_over_what_is_not_reached()
    {
        using var pass = Pass.Prepare(Rounds.Entry);
        Assert.Equal(
            ["h[0] ~ Normal(0, 1).Expand(2)", "h[1] ~ Normal(h[i - 1], 1)", "h[2] ~ Normal(walk.call(h[i - 1]), 0.5)", "h[3] ~ Normal(h[i - 1], 1)",
                "x ~ Normal(h[steps - 1], 0.5)"],
            Interpreter.Simulate(pass.Generated, [4]).Select(site => $"{site.Name} ~ {site.Site.DistributionText}"));
    }

    /// <summary>The shape of a covariate decides, and each fit has the guide for it.</summary>
    [Theory]
    [InlineData(1, "q(z | x, c)")]
    [InlineData(3, "q(z | x, c) q(w | c, z)")]
    public void A_shape_decides(int columns, string factors)
    {
        using var scope = NewDisposeScope();
        using var model = new Wide();
        using var guide = model.CreateGuide();
        guide.Prepare(guide.Batch(randn(5, 2), randn(5, columns)));
        Assert.Equal($"guide of Wide: {factors}", guide.ToString());
        using var bound = Objective.Iwae(3).Evaluate(guide, guide.Batch(randn(5, 2), randn(5, columns)));
        Assert.True(double.IsFinite(bound.Bound));
    }
}
