using Ppl.Distributions;
using Ppl.Flows;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Networks;

/// <summary>
/// A head whose distribution goes through a flow, which sees the features too: <see cref="Posterior.Flow"/>. Parameters: those of the head below,
/// <c>base.*</c>, and the flow's, <c>flow.*</c>.
/// </summary>
public sealed class FlowHead : Head<Transformed>, IRowHead
{
    private readonly Head below;
    private readonly Func<long, long, Flow> create;
    private Flow? flow;

    internal FlowHead(Head below, Func<long, long, Flow> create) : base(nameof(FlowHead))
    {
        (this.below, this.create) = (below, create);
        register_module("base", below);
    }

    /// <summary>The flow.</summary>
    /// <exception cref="PplArgumentException">The encoder has not been sized.</exception>
    public Flow Flow => flow ?? throw new PplArgumentException("a flow's size is known when its encoder has been sized: call Prepare on its guide.");

    internal override bool HasScale => below.HasScale;

    internal override bool HasLocation => below.HasLocation;

    /// <inheritdoc/>
    public override void Adapt(Distribution model) => below.Adapt(model);

    /// <inheritdoc/>
    /// <exception cref="PplArgumentException">The flow that was made has another size, or another context.</exception>
    public override void Prepare(long features, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
    {
        Inherit();
        below.Prepare(features, eventShape, dtype, device);
        Create(eventShape, features, dtype, device);
    }

    void IRowHead.PrepareRows(IReadOnlyList<long> plates, IReadOnlyList<long> eventShape, ScalarType dtype, Device device)
    {
        if (below is not IRowHead rows)
            throw new PplArgumentException($"its head {below.GetName()} keeps no parameters for rows: it does not derive from LinearHead.");
        Inherit();
        rows.PrepareRows(plates, eventShape, dtype, device);
        Create(eventShape, 0, dtype, device);
    }

    /// <inheritdoc/>
    public override Transformed Forward(Tensor features) =>
        new(below.ForwardAny(features), Flow.Given(Flow.ContextSize == 0 ? null : features));

    Distribution IRowHead.ForwardRows(Tensor? numbers) => new Transformed(((IRowHead)below).ForwardRows(numbers), Flow.Transform);

    private void Inherit() =>
        (below.InitialScale, below.InitialLocation, below.StartsLevel) = (InitialScale, InitialLocation, StartsLevel);

    private void Create(IReadOnlyList<long> eventShape, long context, ScalarType dtype, Device device)
    {
        if (flow is not null)
        {
            register_module("flow", null!);
            flow.Dispose();
            flow = null;
        }

        if (eventShape.Count != 1) throw new PplShapeException($"a flow is of vectors; found an event of shape {ShapeText.Of(eventShape)}.");
        var made = create(eventShape[0], context) ?? throw new PplArgumentException("Posterior.Flow was given a function that makes no flow.");
        if (made.Size != eventShape[0] || (made.ContextSize != 0 && made.ContextSize != context))
        {
            throw new PplArgumentException(
                $"Posterior.Flow was asked for a flow of {eventShape[0]} numbers and a context of {context}, or none, and got {made}.");
        }

        flow = made;
        flow.to(device, dtype);
        register_module("flow", flow);
    }
}
