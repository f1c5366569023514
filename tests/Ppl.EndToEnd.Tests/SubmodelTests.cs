using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Interpretation;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.EndToEnd.Tests;

/// <summary>Results, encoders and parameters of models that call others, by the paths of the calls.</summary>
public sealed class SubmodelTests
{
    [Fact]
    public void Results_and_encoders_of_a_call_are_records()
    {
        using var pass = Pass.Prepare(Deeper.Entry);
        var (guide, x, c) = ((Deeper.Guide)pass.Guide, pass.Batch[0], pass.Batch[1]);
        var posterior = guide.Posterior(x, c, samples: 3);
        Assert.Equal([3, 5, 2], posterior.a.inner.z.shape);
        Assert.Equal([3, 5, 3], posterior.a.w.shape);
        Assert.Equal(2, posterior.g.e.Count);
        Assert.Same(guide.FindEncoder("a.inner.z"), guide.a.inner.z);
        Assert.Same(guide.FindEncoder("g.e[1]"), guide.g.e[1]);
        Assert.Contains(guide.named_parameters().Select(p => p.name), name => name.StartsWith("a.inner.z.", StringComparison.Ordinal));
        Assert.Contains(guide.named_parameters().Select(p => p.name), name => name.StartsWith("g.e.1.", StringComparison.Ordinal));
        Assert.Equal([3], ((Deeper)pass.Model).LogJoint(posterior, x, c).shape);
        Assert.Equal([5, 3], guide.Reconstruct(x, c).x.Value.shape);
    }

    [Fact]
    public void Results_and_encoders_of_a_call_in_a_loop_are_lists_of_records()
    {
        using var pass = Pass.Prepare(Steps.Entry);
        var (guide, x, u) = ((Steps.Guide)pass.Guide, pass.Batch[0], pass.Batch[1]);
        var posterior = guide.Posterior(x, u);
        Assert.Equal(4, posterior.h.Count);
        Assert.All(posterior.h, step => Assert.Equal([1, 5, 3], step.e.shape));
        Assert.Same(guide.FindEncoder("h[2].e"), guide.h[2].e);
        Assert.Equal(["h[0].e", "h[1].e", "h[2].e", "h[3].e"], pass.Latents);
        Assert.Equal(4, ((Steps)pass.Model).Simulate(7, randn(7, 3, dtype: ScalarType.Float64)).h.Count);
    }

    [Fact]
    public void The_encoders_of_calls_in_a_loop_over_the_data_are_those_of_the_prepared_guide()
    {
        using var scope = NewDisposeScope();
        using var model = new OpenSteps();
        using var guide = model.CreateGuide();
        Assert.Empty(guide.h);
        guide.Prepare(guide.Batch(randn(5, 4, 3), randn(5, 3)));
        Assert.Equal(4, guide.h.Count);
        Assert.Same(guide.FindEncoder("h[2].e"), guide.h[2].e);
    }

    [Fact]
    public void Interventions_set_the_data_that_they_name()
    {
        using var pass = Pass.Prepare(MixedCalls.Entry);
        var value = full([4, 3], 7.5, ScalarType.Float64);
        var drawn = ((MixedCalls)pass.Model).Simulate(4, doing: new() { x = value });
        Assert.Equal(0, (drawn.x.Value - value).abs().max().ToDouble());
        Assert.NotEqual(0, (drawn.y.Value - value).abs().max().ToDouble());
        drawn = ((MixedCalls)pass.Model).Simulate(4, doing: new() { y = value, a_e = value });
        Assert.Equal(0, (drawn.y.Value - value).abs().max().ToDouble());
        Assert.Equal(0, (drawn.a.e - value).abs().max().ToDouble());
        Assert.NotEqual(0, (drawn.x.Value - value).abs().max().ToDouble());
    }

    [Fact]
    public void Two_calls_share_the_parameters_of_the_part_and_nothing_of_the_guide()
    {
        using var pass = Pass.Prepare(TwoCodes.Entry);
        var (model, guide) = ((TwoCodes)pass.Model, (TwoCodes.Guide)pass.Guide);
        Assert.Equal(["code.net.bias", "code.net.weight"], model.named_parameters().Select(p => p.name).Order());
        Assert.NotSame(guide.a.z, guide.b.z);
        var latents = new TwoCodes.Latents(new(randn(5, 2, dtype: ScalarType.Float64)), new(randn(5, 2, dtype: ScalarType.Float64)));
        var batch = pass.Batch;
        var given = new Dictionary<string, Tensor> { ["a.z"] = latents.a.z, ["b.z"] = latents.b.z };
        var replayed = Interpreter.Replay(pass.Generated, batch, given);
        Assert.True(replayed.LogJoint.allclose(model.LogJoint(latents, batch[0], batch[1])));
        Assert.True(replayed["b.z"].LogP.allclose(model.LogJoint(latents, batch[0], batch[1]) - replayed["a.z"].LogP - replayed["x"].LogP));
    }

    /// <summary>What a submodel observes has a value for statements after the call, in a simulation too.</summary>
    [Fact]
    public void Data_that_a_submodel_observes_are_read_after_it()
    {
        using var model = new ReadsAfter();
        using (manual_seed(4))
        {
        }

        var joint = model.Simulate(6);
        using (manual_seed(4))
        {
        }

        var trace = Interpreter.Simulate(model, [6]);
        Assert.True(trace["x"].Value.allclose(joint.x.Value));
        Assert.True(trace["y"].Value.allclose(joint.y.Value));
        Assert.True((joint.y.Value - joint.x.Value.sum(-1, keepdim: true)).abs().max().item<float>() < 0.1);
    }
}

/// <summary>A model that reads what a submodel observes.</summary>
public sealed partial class ReadsAfter : GenerativeModel
{
    private readonly Binary likelihood = new();

    public ReadsAfter() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(3));
        likelihood.Weigh(x, z);
        Observe(y, Normal(x.sum(-1, keepdim: true), 0.01));
    }
}
