using Ppl.Contracts;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests;

/// <summary>The members that the compiler writes for users: typed results by the names of the sites, and encoders of the user's own.</summary>
public sealed class TypedResultTests
{
    [Fact]
    public void Posterior_prediction_and_simulation_have_the_names_of_the_sites()
    {
        using var pass = Pass.Prepare(TwoSites.Entry);
        var model = (TwoSites)pass.Model;
        var guide = (TwoSites.Guide)pass.Guide;
        var (x, y) = (pass.Batch[0], pass.Batch[1]);

        Assert.Equal([7, 5, 3], guide.Posterior(x, y, samples: 7).z.shape);
        Assert.Equal([5, 6], guide.Reconstruct(x, y).x.Mean.shape);
        var joint = model.Simulate(rows: 4);
        Assert.Equal([4, 3], joint.z.shape);
        Assert.Equal([4, 6], joint.x.Value.shape);
        Assert.Equal([4], ((Tensor)joint.y).shape);
        Assert.Equal([4], model.LogJoint(new TwoSites.Latents(joint.z), joint.x, joint.y).shape);
        Assert.Equal(joint.x.Mean.data<double>().ToArray(), model.Predict(new TwoSites.Latents(joint.z)).x.Mean.data<double>().ToArray());
    }

    [Fact]
    public void Covariates_are_parameters_of_the_simulation()
    {
        using var pass = Pass.Prepare(Cvae.Entry);
        var joint = ((Cvae)pass.Model).Simulate(rows: 5, c: pass.Batch["c"]);
        Assert.Equal([5, 6], joint.x.Value.shape);
        Assert.All(joint.x.Value.data<double>().ToArray(), value => Assert.True(value is 0 or 1));
    }

    [Fact]
    public void Elements_of_a_loop_are_a_list()
    {
        using var pass = Pass.Prepare(Layers.Entry);
        var posterior = ((Layers.Guide)pass.Guide).Posterior(pass.Batch[0], samples: 2);
        Assert.Equal(4, posterior.h.Count);
        Assert.All(posterior.h, h => Assert.Equal([2, 5, 3], h.shape));
    }

    [Fact]
    public void An_encoder_of_ones_own_replaces_the_default_one_alone()
    {
        using var scope = NewDisposeScope();
        using var model = new Convolutional();
        var features = Sequential(Conv2d(1, 4, 3, stride: 2, padding: 1), ReLU(), Flatten());
        using var guide = model.CreateGuide(z: features);
        var batch = guide.Batch(rand(5, 1, 8, 8).round());
        guide.Prepare(batch);
        Assert.Same(features, guide.z.Network);
        Assert.Contains("z.network.0.weight", guide.named_parameters().Select(p => p.name));
        var terms = guide.Terms(guide.Draw(batch, 3), TermForm.Sampled);
        Assert.Equal([3, 5], terms[0].LogP!.shape);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void A_model_without_parameters_takes_the_numbers_of_the_data(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var model = new Walk();
        using var guide = model.CreateGuide();
        var batch = guide.Batch(randn(5, 2, dtype: type));
        guide.Prepare(batch);
        Assert.All(guide.parameters(), parameter => Assert.Equal(type, parameter.dtype));
        Assert.All(guide.Terms(guide.Draw(batch, 3), TermForm.Sampled), term => Assert.Equal(type, term.LogP!.dtype));
    }

    [Fact]
    public void An_encoder_ends_in_the_head_that_the_family_names()
    {
        using var pass = Pass.Prepare(OwnDivergence.Entry);
        Assert.IsType<UnitHead>(((OwnDivergence.Guide)pass.Guide).z.Head);
    }

    [Fact]
    public void An_encoder_that_loses_the_rows_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = new Vae();
        using var guide = model.CreateGuide(z: Flatten(0));
        var fault = Assert.Throws<PplShapeException>(() => guide.Prepare(guide.Batch(zeros(5, 6))));
        Assert.Equal("z: an encoder's network must return [rows, features]; for input (5, 6) it returned (30).", fault.Message);
    }

    [Fact]
    public void Encoders_are_registered_under_the_names_of_their_sites()
    {
        using var pass = Pass.Prepare(TwoLayers.Entry);
        Assert.Equal(["h1", "h2"], pass.Guide.named_children().Select(child => child.name).Order());
        Assert.IsType<Encoder>(((TwoLayers.Guide)pass.Guide).h1);
    }
}
