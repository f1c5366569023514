using Ppl.Core.Tests.Testing;
using Ppl.Flows;
using Ppl.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Flows;

/// <summary>Every check for every flow, with a context and without; a flow is one row of <see cref="FlowCase.All"/>.</summary>
public sealed class FlowTests : IDisposable
{
    private const long Context = 2;

    private readonly DisposeScope scope = NewDisposeScope();

    public FlowTests() => manual_seed(5);

    public static TheoryData<string, long> Rows
    {
        get
        {
            var data = new TheoryData<string, long>();
            foreach (var row in FlowCase.All)
            {
                data.Add(row.Name, 0);
                if (row.HasContext) data.Add(row.Name, Context);
            }

            return data;
        }
    }

    public static TheoryData<string> Names => [.. FlowCase.All.Select(row => row.Name)];

    public static TheoryData<string> Conditional => [.. FlowCase.All.Where(row => row.HasContext).Select(row => row.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Inverse_UndoesForward(string name, long context)
    {
        var (transform, x) = Transform(name, context);
        var (y, volume) = transform.ForwardWithVolume(x);
        var (again, same) = transform.InverseWithVolume(y);
        TensorAssert.Close(x, again, relative: 1e-9, absolute: 1e-9);
        TensorAssert.Close(volume, same, relative: 1e-9, absolute: 1e-9);
        TensorAssert.Close(y, transform.Forward(x), 0, 0);
        TensorAssert.Close(x, transform.Inverted.Forward(y), relative: 1e-9, absolute: 1e-9);
        TensorAssert.Close(-volume, transform.Inverted.LogAbsDetJacobian(y, x), relative: 1e-9, absolute: 1e-9);
    }

    /// <summary>Far from where weights put anything, too: the map is onto all vectors.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Forward_UndoesInverse_FarOut(string name, long context)
    {
        var (transform, x) = Transform(name, context);
        var y = transform.Forward(FlowCase.Get(name).FromReal(x * 6));
        TensorAssert.Close(y, transform.Forward(transform.Inverse(y)), relative: 1e-8, absolute: 1e-8);
        if (FlowCase.Get(name).HasContext)
            TensorAssert.Close(y * 30, transform.Forward(transform.Inverse(y * 30)), relative: 1e-8, absolute: 1e-8);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void LogAbsDet_EqualsThatOfAutograd(string name, long context)
    {
        var flow = FlowCase.Get(name).Make(context);
        var x = FlowCase.Get(name).FromReal(randn(4, FlowCase.Size, ScalarType.Float64));
        var c = context == 0 ? null : randn(4, context, ScalarType.Float64);
        var found = flow.Given(c).ForwardWithVolume(x).LogAbsDet;
        var expected = Enumerable.Range(0, 4).Select(i => LogDet(v => flow.Given(c?[i]).Forward(v), x[i]));
        TensorAssert.Close(stack(expected, 0), found, relative: 1e-9, absolute: 1e-9);
    }

    /// <summary>Derivatives of x and of the volume at a given value, by the value, the context and the weights, against differences.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Inverse_HasTheDerivativesOfDifferences(string name, long context)
    {
        var flow = FlowCase.Get(name).Make(context);
        var c = context == 0 ? null : randn(5, context, ScalarType.Float64).requires_grad_();
        var y = flow.Given(c).Forward(FlowCase.Get(name).FromReal(randn(5, FlowCase.Size, ScalarType.Float64))).detach().requires_grad_();
        var weights = randn(5, FlowCase.Size, ScalarType.Float64);
        Tensor Loss() => flow.Given(c).InverseWithVolume(y) is var (x, volume) ? (x * weights).sum() + volume.sum() : throw new InvalidOperationException();
        Tensor[] at = c is null ? [y, .. flow.parameters()] : [y, c, .. flow.parameters()];
        var gradients = autograd.grad([Loss()], at, allow_unused: true);
        foreach (var (tensor, gradient) in at.Zip(gradients))
        {
            var direction = randn_like(tensor);
            double Shifted(double step)
            {
                using var grad = no_grad();
                tensor.add_(direction * step);
                var loss = TensorAssert.Item(Loss());
                tensor.sub_(direction * step);
                return loss;
            }

            var difference = (Shifted(1e-5) - Shifted(-1e-5)) / 2e-5;
            var along = gradient is null || gradient.IsInvalid ? 0 : TensorAssert.Item((gradient * direction).sum());
            Assert.Equal(difference, along, 1e-5 * Math.Max(1, Math.Abs(difference)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Inverse_HasSecondDerivatives(string name)
    {
        var row = FlowCase.Get(name);
        var flow = row.Make(0);
        var y = flow.Transform.Forward(row.FromReal(randn(1, FlowCase.Size, ScalarType.Float64))).detach();
        Tensor Gradient(Tensor value) =>
            autograd.grad([flow.Distribution().LogProb(value).sum()], [value], create_graph: true)[0];
        var at = y.clone().requires_grad_();
        var direction = randn_like(y);
        var second = autograd.grad([(Gradient(at) * direction).sum()], [at], allow_unused: true)[0];
        Tensor Shifted(double step) => Gradient((y + (direction * step)).detach().requires_grad_());
        TensorAssert.Close((Shifted(1e-5) - Shifted(-1e-5)) / 2e-5, second, relative: 1e-4, absolute: 1e-4);
    }

    /// <summary>A draw that is kept while any weight or statistic of the flow moves is no longer the map's value at its argument.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_draw_of_other_weights_is_inverted(string name)
    {
        var flow = FlowCase.Get(name).Make(0);
        var d = flow.Distribution();
        using var grad = no_grad();
        var statistics = flow.named_buffers().Where(b => b.name.Contains("running", StringComparison.Ordinal)).Select(b => b.buffer);
        foreach (var weight in flow.parameters().Concat(statistics))
        {
            var draw = d.Sample(4);
            TensorAssert.Close(d.LogProb(draw.clone()), d.LogProb(draw), relative: 1e-9, absolute: 1e-9);
            weight.mul_(1.1).add_(0.05);
            TensorAssert.Close(d.LogProb(draw.clone()), d.LogProb(draw), relative: 1e-9, absolute: 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public void Context_ChangesTheMap_RowByRow(string name)
    {
        var flow = FlowCase.Get(name).Make(Context);
        var x = FlowCase.Get(name).FromReal(randn(FlowCase.Size, ScalarType.Float64)).expand(4, FlowCase.Size);
        var c = randn(4, Context, ScalarType.Float64);
        var y = flow.Given(c).Forward(x);
        Assert.True(TensorAssert.Item((y - y[0]).abs().sum(-1)[1..].min()) > 1e-4);
        for (var i = 0; i < 4; i++) TensorAssert.Close(y[i], flow.Given(c[i]).Forward(x[i]), relative: 1e-12);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void LeadingDimensions_AreElementwise(string name, long context)
    {
        var row = FlowCase.Get(name);
        var flow = row.Make(context);
        var c = context == 0 ? null : randn(4, context, ScalarType.Float64);
        var x = row.FromReal(randn(2, 4, FlowCase.Size, ScalarType.Float64));
        var (y, volume) = flow.Given(c).ForwardWithVolume(x);
        TensorAssert.Shape([2, 4, FlowCase.Size], y);
        TensorAssert.Shape([2, 4], volume);
        TensorAssert.Close(y[1], flow.Given(c).Forward(x[1]), relative: 1e-12);
        TensorAssert.Close(x, flow.Given(c).Inverse(y), relative: 1e-8, absolute: 1e-8);
        var one = flow.Given(c?[0]).ForwardWithVolume(x[0, 0]);
        TensorAssert.Shape([], one.LogAbsDet);
        TensorAssert.Close(y[0, 0], one.Y, relative: 1e-12);
        if (c is not null) TensorAssert.Shape([4, FlowCase.Size], flow.Given(c).Forward(x[0, 0]));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Float32_IsThatOfFloat64(string name, long context)
    {
        var row = FlowCase.Get(name);
        var flow = row.Make(context, ScalarType.Float32);
        var c = context == 0 ? null : randn(6, context);
        var x = row.FromReal(randn(6, FlowCase.Size));
        var (y, volume) = flow.Given(c).ForwardWithVolume(x);
        Assert.Equal((ScalarType.Float32, ScalarType.Float32), (y.dtype, volume.dtype));
        TensorAssert.Close(x, flow.Given(c).Inverse(y), relative: 1e-3, absolute: 1e-3);
        flow.to(ScalarType.Float64);
        var (exact, exactVolume) = flow.Given(c?.to(ScalarType.Float64)).ForwardWithVolume(x.to(ScalarType.Float64));
        TensorAssert.Close(exact, y.to(ScalarType.Float64), relative: 2e-5, absolute: 2e-5);
        TensorAssert.Close(exactVolume, volume.to(ScalarType.Float64), relative: 5e-5, absolute: 5e-5);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void EveryParameter_HasAGradient_BothWays(string name, long context)
    {
        var row = FlowCase.Get(name);
        foreach (var isNew in new[] { true, false })
        {
            var flow = isNew ? row.Create(context) : row.Make(context, ScalarType.Float32);
            flow.eval();
            var c = context == 0 ? null : randn(20, context);
            var x = row.FromReal(randn(20, FlowCase.Size));
            var (y, volume) = flow.Given(c).ForwardWithVolume(x);
            Check(flow, (y * randn_like(y)).sum() + volume.square().sum());
            var (back, same) = flow.Given(c).InverseWithVolume(y.detach());
            Check(flow, (back * randn_like(back)).sum() + same.square().sum());
        }

        static void Check(Flow flow, Tensor loss)
        {
            if (!flow.parameters().Any()) return;
            flow.zero_grad();
            loss.backward();
            foreach (var (name, parameter) in flow.named_parameters())
                Assert.True(parameter.grad is { } gradient && TensorAssert.Item(gradient.abs().max()) > 0, $"{name} has no gradient");
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void NothingLeaks(string name, long context)
    {
        var row = FlowCase.Get(name);
        var flow = row.Make(context, ScalarType.Float32);
        var c = context == 0 ? null : randn(3, context);
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            using (NewDisposeScope())
            {
                var q = flow.Distribution(c);
                var draw = q.RSample(2);
                var loss = (q.LogProb(draw) + draw.sum(-1)).sum() + q.LogProb(row.FromReal(randn(2, 3, FlowCase.Size))).sum();
                if (loss.requires_grad) loss.backward();
                flow.zero_grad();
            }

            if (round == 1) before = LiveTensors.Count;
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void StateDict_IsTheMap(string name, long context)
    {
        var row = FlowCase.Get(name);
        var (flow, other) = (row.Make(context), row.Make(context));
        var c = context == 0 ? null : randn(3, context, ScalarType.Float64);
        var x = row.FromReal(randn(3, FlowCase.Size, ScalarType.Float64));
        var state = flow.state_dict();
        if (state.Count > 0) Assert.NotEqual(TensorAssert.ToArray(flow.Given(c).Forward(x)), TensorAssert.ToArray(other.Given(c).Forward(x)));
        other.load_state_dict(state);
        TensorAssert.Close(flow.Given(c).Forward(x), other.Given(c).Forward(x), 0, 0);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void NewWeights_AreNearTheIdentity(string name, long context)
    {
        var row = FlowCase.Get(name);
        if (!row.StartsNearIdentity) return;
        var flow = row.Create(context);
        flow.eval();
        var x = randn(50, FlowCase.Size);
        var (y, volume) = flow.Given(context == 0 ? null : randn(50, context)).ForwardWithVolume(x);
        Assert.True(TensorAssert.Item((y - x).abs().max()) < 0.3);
        Assert.True(TensorAssert.Item(volume.abs().max()) < 0.3);
    }

    /// <summary>The weights that a draw was made with are in the log-density; a network's pass is not made twice.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Draws_HaveTheDensityOfTheirValues(string name, long context)
    {
        var row = FlowCase.Get(name);
        if (!row.HasContext) return;
        var flow = row.Make(context);
        var q = flow.Distribution(context == 0 ? null : randn(4, context, ScalarType.Float64));
        using var grad = no_grad();
        var draws = q.Sample(5);
        TensorAssert.Shape(context == 0 ? [5, FlowCase.Size] : [5, 4, FlowCase.Size], draws);
        TensorAssert.Close(q.LogProb(draws.clone()), q.LogProb(draws), relative: 1e-8, absolute: 1e-8);
    }

    private static (Transform Transform, Tensor X) Transform(string name, long context)
    {
        var row = FlowCase.Get(name);
        var flow = row.Make(context);
        return (flow.Given(context == 0 ? null : randn(6, context, ScalarType.Float64)), row.FromReal(randn(6, FlowCase.Size, ScalarType.Float64)));
    }

    private static Tensor LogDet(Func<Tensor, Tensor> map, Tensor at)
    {
        var x = at.detach().clone().requires_grad_();
        var y = map(x);
        var rows = Enumerable.Range(0, (int)y.numel()).Select(i => autograd.grad([y[i]], [x], retain_graph: true)[0]);
        return linalg.slogdet(stack(rows, 0)).Item2;
    }
}
