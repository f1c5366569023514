using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Interpretation;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Interpretation;

/// <summary>The interpreter against hand-written "generated" code: the same noise gives the same terms and gradients.</summary>
public sealed class InterpreterTests : IDisposable
{
    private readonly TorchSharp.DisposeScope scope = NewDisposeScope();

    public InterpreterTests()
    {
        set_default_dtype(ScalarType.Float64);
        manual_seed(1);
    }

    public void Dispose()
    {
        set_default_dtype(ScalarType.Float32);
        scope.Dispose();
    }

    [Fact]
    public void GuidedRun_EqualsTheTermsOfCompiledCode()
    {
        var (model, guide, batch) = Hierarchy();
        manual_seed(9);
        var trace = Interpreter.Run(guide, batch);
        manual_seed(9);
        var terms = guide.Terms(guide.Draw(batch, 1), TermForm.Sampled);
        Assert.Equal(["h2", "h1", "x"], trace.Select(site => site.Name));
        for (var i = 0; i < terms.Count; i++)
        {
            TensorAssert.Close(trace[i].LogP, terms[i].LogP!.squeeze(0));
            Assert.Equal(trace[i].LogQ is null, terms[i].LogQ is null);
            if (trace[i].LogQ is { } logQ) TensorAssert.Close(logQ, terms[i].LogQ!.squeeze(0));
        }

        var expected = Gradients(model, guide, trace.LogJoint.sum() - trace[0].LogQ!.sum() - trace[1].LogQ!.sum());
        var actual = Gradients(model, guide, terms.Sum(term => term.LogP!.sum() - (term.LogQ is { } q ? q.sum() : zeros(1).sum())));
        for (var i = 0; i < expected.Length; i++) TensorAssert.Close(expected[i], actual[i]);
        model.Dispose();
    }

    [Fact]
    public void ClosedForm_EqualsTheInterpretersOnRequest()
    {
        var (_, guide, batch) = Hierarchy();
        manual_seed(9);
        var trace = Interpreter.Run(guide, batch);
        manual_seed(9);
        var terms = guide.Terms(guide.Draw(batch, 1), TermForm.ClosedFormWhereLegal);
        Assert.Null(terms[0].LogP);
        TensorAssert.Close(trace["h2"].Kl(), terms[0].Kl!.squeeze(0));
    }

    [Fact]
    public void Particles_EqualInterpretedRunsAtTheirLatents()
    {
        var (_, guide, batch) = Hierarchy();
        var draws = guide.Draw(batch, 4);
        var terms = guide.Terms(draws, TermForm.Sampled);
        for (var k = 0; k < 4; k++)
        {
            var at = k * batch.Count;
            var trace = Interpreter.Run(guide, batch, new Dictionary<string, Tensor>
            {
                ["h2"] = draws.Latents[0].narrow(0, at, batch.Count),
                ["h1"] = draws.Latents[1].narrow(0, at, batch.Count),
            });
            for (var i = 0; i < terms.Count; i++)
            {
                TensorAssert.Close(trace[i].LogP, terms[i].LogP![k]);
                if (trace[i].LogQ is { } logQ) TensorAssert.Close(logQ, terms[i].LogQ![k]);
            }
        }
    }

    [Fact]
    public void DrawsAtLeaves_KeepValuesAndCutTheGraph()
    {
        var (_, guide, batch) = Hierarchy();
        var draws = guide.Draw(batch, 2);
        var leaves = draws.AtLeaves();
        for (var i = 0; i < 2; i++)
        {
            TensorAssert.Close(draws.Latents[i], leaves.Latents[i], 0, 0);
            Assert.True(leaves.Latents[i].requires_grad);
            TensorAssert.Close(draws.Distributions[i].Mean, leaves.Distributions[i].Mean);
        }

        var weight = guide.Terms(leaves, TermForm.Sampled).Sum(term => term.LogP!.sum() - (term.LogQ is { } q ? q.sum() : zeros(1).sum()));
        Assert.All(autograd.grad([weight!], [.. leaves.Latents]), gradient => Assert.NotNull(gradient));
    }

    [Fact]
    public void Simulation_EqualsCompiledCodeAndReplays()
    {
        var (model, _, batch) = Hierarchy();
        manual_seed(9);
        var trace = Interpreter.Simulate(model, [5], batch[1]);
        manual_seed(9);
        var joint = ((IGeneratedModel)model).Simulate([5], [batch[1]]);
        TensorAssert.Close(joint.Latents[0], trace["h2"].Value, 0, 0);
        TensorAssert.Close(joint.Latents[1], trace["h1"].Value, 0, 0);
        TensorAssert.Close(joint.Observed[0], trace["x"].Value, 0, 0);
        TensorAssert.Shape([5, 6], joint.Observed[0].Mean);

        var replay = Interpreter.Replay(model, new Batch(model.Plan, [trace["x"].Value, batch[1]]), trace.Latents);
        TensorAssert.Close(trace.LogJoint, replay.LogJoint);
        TensorAssert.Close(
            ((IGeneratedModel)model).LogJoint(joint.Latents, new Batch(model.Plan, [joint.Observed[0].Value, batch[1]])), replay.LogJoint);
    }

    [Fact]
    public void IndexedSite_HasANameForEachElement()
    {
        var model = new HandWrittenChain();
        var trace = Interpreter.Simulate(model, [6]);
        Assert.Equal(["h[0]", "h[1]", "h[2]", "x"], trace.Select(site => site.Name));
        var h = trace.Latents;
        var x = trace["x"].Value;
        var expected = new Ppl.Distributions.Normal(0, 1).LogProb(h["h[0]"])
            + new Ppl.Distributions.Normal(h["h[0]"], 0.5).LogProb(h["h[1]"])
            + new Ppl.Distributions.Normal(h["h[1]"], 0.5).LogProb(h["h[2]"])
            + new Ppl.Distributions.Normal(h["h[2]"], 0.1).LogProb(x);
        TensorAssert.Close(expected, trace.LogJoint);

        var guide = model.CreateGuide();
        var batch = guide.Batch(x);
        guide.Prepare(batch);
        var run = Interpreter.Run(guide, batch);
        Assert.All(run.Take(3), site => TensorAssert.Shape([6], site.LogQ!));
    }

    [Fact]
    public void SampleOutsideARun_SaysWhatToCall()
        => TensorAssert.Throws<PplArgumentException>(
            "Plate was called outside any run. A [Model] method is read by the compiler and is not called by itself: "
            + "use CreateGuide and Svi to train, Simulate to draw from the prior, "
            + "or Ppl.Interpretation.Interpreter to run the method step by step.",
            () => new HandWrittenChain().GenerateOutside(zeros(3)));

    [Fact]
    public void Model_IsNamedAfterItsClass() => Assert.Equal("HandWrittenChain", new HandWrittenChain().GetName());

    [Fact]
    public void MissingLatent_IsNamed()
    {
        var (model, _, batch) = Hierarchy();
        TensorAssert.Throws<PplArgumentException>(
            "h2: no value was given for this latent.", () => Interpreter.Replay(model, batch, new Dictionary<string, Tensor>()));
        TensorAssert.Throws<PplShapeException>(
            "h2: the value has shape (5, 3), but Normal(2) in plate 'data' of 5 rows draws (5, 2).",
            () => Interpreter.Replay(model, batch, new Dictionary<string, Tensor> { ["h2"] = zeros(5, 3) }));
    }

    [Fact]
    public void Guide_RegistersItsEncodersUnderTheSitesNames()
    {
        var (model, guide, batch) = Hierarchy();
        Assert.Equal(
            [
                "h1.head.linear.bias", "h1.head.linear.weight", "h1.network.0.bias", "h1.network.0.weight",
                "h2.head.linear.bias", "h2.head.linear.weight",
            ],
            guide.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Empty(guide.parameters().Intersect(model.parameters()));
        Assert.Equal([5, 7], guide.state_dict()["h1.network.0.weight"].shape);
        guide.Prepare(batch);
        TensorAssert.Throws<PplArgumentException>(
            "The guide of HandWrittenHierarchy has no encoders yet: call Prepare with a first batch.",
            () => model.CreateGuide().Draw(batch, 1));
    }

    [Fact]
    public void Steps_LeakNothing()
    {
        var (_, guide, batch) = Hierarchy();
        var before = LiveTensors.Count;
        for (var i = 0; i < 3; i++)
        {
            using (NewDisposeScope())
            {
                guide.Terms(guide.Draw(batch, 3), TermForm.Sampled).Diagnose();
                Interpreter.Run(guide, batch);
            }
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private static (HandWrittenHierarchy Model, Ppl.Guide Guide, Batch Batch) Hierarchy()
    {
        var model = new HandWrittenHierarchy();
        var guide = model.CreateGuide();
        var batch = guide.Batch(rand(5, 6).gt(0.5).to(ScalarType.Float64), randn(5, 1));
        guide.Prepare(batch);
        return (model, guide, batch);
    }

    private static Tensor[] Gradients(HandWrittenHierarchy model, Ppl.Guide guide, Tensor loss)
        => [.. autograd.grad([loss], [.. model.parameters().Concat(guide.parameters())])];
}

internal static class TensorSums
{
    public static Tensor Sum(this IEnumerable<SiteTerm> terms, Func<SiteTerm, Tensor> select)
        => terms.Select(select).Aggregate((sum, term) => sum + term);
}
