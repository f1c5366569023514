using Ppl.Contracts;
using Ppl.Core.Tests.Testing;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Flows;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Flows;

/// <summary>Flows as transforms: how many passes they cost, what a draw remembers, what is equal, and what is refused.</summary>
public sealed class FlowTransformTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public FlowTransformTests() => manual_seed(5);

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void InverseAutoregressive_DrawsWithTheirDensity_InOnePass(bool isFolded)
    {
        var flow = new InverseAutoregressive(5, context: 2, hidden: [8]);
        var calls = Count(flow);
        var q = flow.Distribution(randn(4, 2));
        if (isFolded)
        {
            var rows = new Rows(3, 4);
            q.LogDensity(rows.Unfold(rows.Draw(q)), 2);
        }
        else q.LogProb(q.RSample(3));

        Assert.Equal(1, calls());
        q.LogProb(randn(4, 5));
        Assert.Equal(1 + 5, calls());
    }

    [Fact]
    public void MaskedAutoregressive_HasDensities_InOnePass()
    {
        var flow = new MaskedAutoregressive(5, hidden: [8]);
        var calls = Count(flow);
        flow.Distribution().LogProb(randn(4, 5));
        Assert.Equal(1, calls());
        flow.Distribution().Sample(3);
        Assert.Equal(1 + 5, calls());
    }

    /// <summary>Sequences, the support's map after the flow and events of another shape keep to one pass.</summary>
    [Fact]
    public void Compositions_DoNotRepeatAPass()
    {
        var flows = Enumerable.Range(0, 3).Select(_ => new InverseAutoregressive(4, hidden: [8])).ToArray();
        var calls = Array.ConvertAll(flows, Count);
        var rows = new Rows(3, 5);
        var inner = new Transformed(new Normal(zeros(5, 4), ones(5, 4)), Flow.Sequence(flows).Transform);
        Distribution[] towers =
        [
            new Transformed(inner, Exp.Instance),
            new Transformed(new Normal(zeros(5, 4), ones(5, 4)), Flow.Sequence(flows).Transform.Then(Exp.Instance)),
            new Transformed(new Reshaped(inner, [2, 2]), Exp.Instance),
        ];
        foreach (var tower in towers)
        {
            var before = Array.ConvertAll(calls, count => count());
            var draw = rows.Draw(tower);
            var density = tower.LogDensity(rows.Unfold(draw), 2);
            Assert.Equal(before.Select(count => count + 1), calls.Select(count => count()));
            TensorAssert.Close(tower.LogDensity(rows.Unfold(draw.detach()), 2), density, relative: 1e-3, absolute: 1e-3);
        }
    }

    /// <summary>The score of a draw without a path: its derivative is that of log q at a fixed value.</summary>
    [Fact]
    public void Densities_OfDetachedDraws_FollowTheWeights()
    {
        var flow = FlowCase.Get("MaskedAutoregressive").Make(0);
        var q = flow.Distribution();
        var draw = q.Sample(4);
        IList<Tensor> Gradients(Tensor value) => autograd.grad([q.LogProb(value).sum()], [.. flow.parameters()], allow_unused: true);
        foreach (var (expected, found) in Gradients(draw.clone()).Zip(Gradients(draw))) TensorAssert.Close(expected, found, 1e-9, 1e-9);
    }

    [Fact]
    public void Draws_OfOldWeights_AreInverted()
    {
        var flow = FlowCase.Get("Planar").Make(0);
        var q = flow.Distribution();
        using var grad = no_grad();
        var draw = q.Sample(4);
        foreach (var parameter in flow.parameters()) parameter.mul_(1.3);
        TensorAssert.Close(q.LogProb(draw.clone()), q.LogProb(draw), 0, 0);
    }

    [Fact]
    public void With_DetachesTheWeightsToo()
    {
        var flow = FlowCase.Get("Sequence").Make(2);
        var context = randn(4, 2, ScalarType.Float64).requires_grad_();
        var q = flow.Distribution(context);
        var fixedQ = q.With(t => t.detach());
        var value = randn(4, FlowCase.Size, ScalarType.Float64);
        Assert.True(q.LogProb(value).requires_grad);
        Assert.False(fixedQ.LogProb(value).requires_grad);
        Assert.All(flow.parameters(), p => Assert.True(p.requires_grad));
        TensorAssert.Close(q.LogProb(value), fixedQ.LogProb(value), 0, 0);

        // At a pathwise draw the whole derivative is that by the value: weights do not move log q, and so nothing may be recalled.
        var draw = q.RSample();
        var leaf = draw.detach().requires_grad_();
        var byValue = autograd.grad([fixedQ.LogProb(leaf).sum()], [leaf])[0];
        var expected = autograd.grad([(draw * byValue).sum()], [context], retain_graph: true)[0];
        TensorAssert.Close(expected, autograd.grad([fixedQ.LogProb(draw).sum()], [context])[0], 1e-8, 1e-8);
    }

    [Fact]
    public void Maps_OfOneFlowAndContext_AreEqual()
    {
        var flow = new Planar(2, 3);
        var (context, other) = (randn(4, 3), randn(4, 3));
        Assert.Equal(flow.Given(context), flow.Given(context));
        Assert.Equal(flow.Given(context).GetHashCode(), flow.Given(context).GetHashCode());
        Assert.NotEqual(flow.Given(context), flow.Given(other));
        Assert.NotEqual(flow.Given(context), new Planar(2, 3).Given(context));
        Assert.Same(flow.Given(context) is var map ? map : null, map.Map((t, _) => t));
        var (q, p) = (new Normal(randn(4, 2), 1), new Normal(0, 1));
        TensorAssert.Close(
            KlRegistry.Kl(q, p)!.sum(-1),
            KlRegistry.Kl(new Transformed(q, flow.Given(context)), new Transformed(p.Expand(4, 2), flow.Given(context)))!,
            relative: 1e-6);
    }

    [Fact]
    public void BatchNormalization_TakesTheBatch_InTraining()
    {
        var flow = new BatchNormalization(2, momentum: 0.5);
        flow.to(ScalarType.Float64);
        var y = (randn(500, 2, ScalarType.Float64) * 3) + 7;
        var (x, volume) = flow.Transform.InverseWithVolume(y);
        Assert.True(TensorAssert.Item(x.mean([0]).abs().max()) < 1e-9);
        TensorAssert.Close(ones(2, ScalarType.Float64), x.std(0, unbiased: false), 1e-5, 1e-5);
        TensorAssert.Close(y.std(0, unbiased: false).log().sum().expand(500), volume, 1e-5, 1e-5);
        TensorAssert.Close(y.mean([0]) / 2, flow.get_buffer("running_mean")!, 1e-9);
        TensorAssert.Close((y.var(0) + 1) / 2, flow.get_buffer("running_var")!, 1e-9);
        flow.eval();
        TensorAssert.Close(y, flow.Transform.Forward(flow.Transform.Inverse(y)), 1e-9);
        flow.train();
        TensorAssert.Throws<PplShapeException>(
            "BatchNormalization is in training, and one vector has no variance: give several, or call eval().",
            () => flow.Transform.Inverse(y[..1]));
    }

    // What has no weights is converted like what has: a fixed map, with the tensors that it keeps, and sequences of such maps.
    [Fact]
    public void FlowsWithoutWeights_AreConvertedToo()
    {
        var affine = new Affine(tensor(new[] { 0.1f, 0.2f }), tensor(new[] { 2f, 3f }));
        foreach (var flow in new[]
        {
            Flow.Of(Sigmoid.Instance, 2), Flow.Of(affine, 2), Flow.Of(affine, 2).Inverted, Flow.Sequence(Flow.Of(affine, 2), Flow.Of(Exp.Instance, 2)),
            new Unweighted(),
        })
        {
            Assert.Equal(ScalarType.Float32, flow.Distribution().Sample(3).dtype);
            var plain = flow.Forward(ones(2), null).Y;
            flow.to(ScalarType.Float64);
            var d = flow.Distribution();
            var draw = d.Sample(3);
            Assert.Equal([ScalarType.Float64, ScalarType.Float64], [draw.dtype, d.LogProb(draw).dtype]);
            var exact = flow.Forward(ones(2, ScalarType.Float64), null).Y;
            Assert.Equal(ScalarType.Float64, exact.dtype);
            TensorAssert.Close(exact, plain.to(ScalarType.Float64), relative: 1e-6);
            flow.to(ScalarType.Float32);
            Assert.Equal(ScalarType.Float32, flow.Distribution().Sample(3).dtype);
            Assert.DoesNotContain("flow_type", string.Join(' ', flow.state_dict().Keys), StringComparison.Ordinal);
        }

        Assert.Equal([0.1f, 0.2f], affine.Loc.Tensor!.data<float>().ToArray());
        TensorAssert.Throws<PplArgumentException>(
            "Flow.Of takes a map without weights; Affine has a tensor of shape (2) with a gradient. Derive a flow that registers it as a parameter, or "
            + "detach it.",
            () => Flow.Of(new Affine(0, ones(2, requires_grad: true)), 2));
    }

    [Fact]
    public void AContext_HasTheFlowsSize()
    {
        TensorAssert.Throws<PplShapeException>("Planar has a context of 3 numbers; found none.", () => _ = new Planar(2, 3).Transform);
        TensorAssert.Throws<PplShapeException>("Planar has a context of 3 numbers; found one of shape (4, 2).", () => new Planar(2, 3).Given(zeros(4, 2)));
        TensorAssert.Throws<PplShapeException>("Planar has no context; found one of shape (4, 2).", () => new Planar(2).Given(zeros(4, 2)));
        TensorAssert.Throws<PplShapeException>(
            "Planar is of vectors of 2 numbers; found shape (4, 3).", () => new Planar(2).Transform.Forward(zeros(4, 3)));
    }

    [Fact]
    public void WhatNoFlowIs_IsNamed()
    {
        TensorAssert.Throws<PplArgumentException>("Planar is of 0 numbers; it needs at least 1.", () => _ = new Planar(0));
        TensorAssert.Throws<PplArgumentException>(
            "Planar has a context of -1 numbers; it needs at least 0.", () => _ = new Planar(2, -1));
        TensorAssert.Throws<PplArgumentException>(
            "a coupling needs at least 2 numbers: one that stays, and one that is mapped.", () => _ = new Coupling(1));
        TensorAssert.Throws<PplArgumentException>("a sequence of flows needs at least one.", () => Flow.Sequence());
        TensorAssert.Throws<PplArgumentException>(
            "a sequence of flows has one size and one context; found Planar(2) then Planar(3).", () => Flow.Sequence(new Planar(2), new Planar(3)));
        TensorAssert.Throws<PplArgumentException>(
            "a sequence of flows has one size and one context; found Planar(2 given 1) then Planar(2 given 3).",
            () => Flow.Sequence(new Planar(2, 1), new Planar(2, 3)));
        TensorAssert.Throws<PplShapeException>(
            "SoftmaxCentred makes (4) of 3 numbers; a flow keeps them a vector.", () => Flow.Of(SoftmaxCentred.Instance, 3));
        TensorAssert.Throws<PplArgumentException>(
            "Planar keeps its weights in Float32 on cpu, and is to become Float64 on cpu: convert the flow itself, flow.to(...).",
            () => new Planar(2).Distribution().With(t => t.to(ScalarType.Float64)));
    }

    private static Func<int> Count(Autoregressive flow)
    {
        var calls = 0;
        flow.Network.register_forward_hook(_ => calls++);
        return () => calls;
    }

    // Of two numbers, without anything that a module would keep.
    private sealed class Unweighted() : Flow("Unweighted", 2)
    {
        public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context) => (2 * x, x.sum(-1) * 0 + 2 * Math.Log(2));

        public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context) => (y / 2, y.sum(-1) * 0 + 2 * Math.Log(2));
    }
}
