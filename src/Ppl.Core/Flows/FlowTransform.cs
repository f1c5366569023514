using System.Runtime.CompilerServices;
using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>A flow given its context, as a transform: equal where flow and context are the same objects.</summary>
/// <remarks>
/// <see cref="Map"/> maps the context, and shows one of the flow's parameters to the map, so that it learns whether the weights are to be detached.
/// A pass with detached weights takes the gradient of the flow's own parameters away while it runs: the flow is not for two threads then.
/// </remarks>
internal sealed record FlowTransform(Flow Flow, Tensor? Context) : Transform
{
    // Views of one transform, as folding particles makes, are the same map.
    private readonly object origin = new();

    private bool IsDetached { get; init; }

    public override string Name => Flow.GetName();

    public override int DomainRank => 1;

    public override bool IsJoint => true;

    internal override bool IsTrained => !IsDetached && Flow.parameters().Any(p => p.requires_grad) || Context is { requires_grad: true };

    // All weights and buffers, side by side, so that they are looked at together.
    internal override IReadOnlyList<Tensor> State
    {
        get
        {
            using var grad = no_grad();
            var numbers = Flow.parameters().Concat(Flow.buffers()).Select(tensor => tensor.detach().flatten());
            var state = numbers.GroupBy(tensor => tensor.dtype).Select(group => cat([.. group])).ToList();
            if (Context is not null) state.Add(Context);
            return state;
        }
    }

    public override Tensor Forward(Tensor x) => ForwardWithVolume(x).Y;

    public override Tensor Inverse(Tensor y) => InverseWithVolume(y).X;

    public override Tensor LogAbsDetJacobian(Tensor x, Tensor y) => ForwardWithVolume(x).LogAbsDet;

    public override (Tensor Y, Tensor LogAbsDet) ForwardWithVolume(Tensor x) => Run(x, Flow.CheckedForward);

    public override (Tensor X, Tensor LogAbsDet) InverseWithVolume(Tensor y) => Run(y, Flow.CheckedInverse);

    public override Constraint Codomain(Constraint domain) => Flow.Codomain(domain);

    public override long[] ForwardShape(ReadOnlySpan<long> shape)
    {
        if (shape.Length == 0 || shape[^1] != Flow.Size)
            throw new PplShapeException($"{Name} is of vectors of {Flow.Size} numbers; found shape {ShapeText.Of(shape.ToArray())}.");
        if (Context is null) return shape.ToArray();
        var rows = Broadcasting.Broadcast(Context.shape.AsSpan(..^1), shape[..^1], $"{Name}'s context (rows)", "the argument (rows)");
        return [.. rows, Flow.Size];
    }

    public override long[] InverseShape(ReadOnlySpan<long> shape) => ForwardShape(shape);

    public override Transform Map(Func<Tensor, int, Tensor> map)
    {
        var context = Context is null ? null : map(Context, 1);
        var isDetached = IsDetached;
        if (Flow.Witness is { } witness)
        {
            var shown = IsDetached ? witness.detach() : witness;
            var mapped = map(shown, checked((int)witness.dim()));
            if (mapped.dtype != witness.dtype || mapped.device_type != witness.device_type)
            {
                throw new PplArgumentException(
                    $"{Name} keeps its weights in {witness.dtype} on {witness.device}, and is to become {mapped.dtype} on {mapped.device}: "
                    + "convert the flow itself, flow.to(...).");
            }

            isDetached |= witness.requires_grad && !mapped.requires_grad;
        }

        return ReferenceEquals(context, Context) && isDetached == IsDetached ? this : this with { Context = context, IsDetached = isDetached };
    }

    /// <summary>A pass of this object's own, or of a view of it.</summary>
    internal override bool IsSame(Transform drawn)
        => drawn is FlowTransform other && ReferenceEquals(origin, other.origin) && IsDetached == other.IsDetached;

    public bool Equals(FlowTransform? other) => other is not null && ReferenceEquals(Flow, other.Flow) && ReferenceEquals(Context, other.Context)
        && IsDetached == other.IsDetached;

    public override int GetHashCode() =>
        HashCode.Combine(RuntimeHelpers.GetHashCode(Flow), Context is null ? 0 : RuntimeHelpers.GetHashCode(Context), IsDetached);

    private (Tensor Value, Tensor LogAbsDet) Run(Tensor value, Func<Tensor, Tensor?, (Tensor, Tensor)> pass)
    {
        ArgumentNullException.ThrowIfNull(value);
        var shape = ForwardShape(value.shape);
        if (!shape.AsSpan().SequenceEqual(value.shape)) value = value.expand(shape);
        var context = Context?.expand([.. shape[..^1], Flow.ContextSize]);
        using var frozen = IsDetached && is_grad_enabled() ? new FrozenWeights(Flow) : null;
        return pass(value, context);
    }

    /// <summary>Weights that nothing computed meanwhile has a derivative of.</summary>
    private sealed class FrozenWeights : IDisposable
    {
        private readonly List<TorchSharp.Modules.Parameter> trained;

        public FrozenWeights(Flow flow)
        {
            trained = [.. flow.parameters().Where(p => p.requires_grad)];
            foreach (var parameter in trained) parameter.requires_grad = false;
        }

        public void Dispose()
        {
            foreach (var parameter in trained) parameter.requires_grad = true;
        }
    }
}
