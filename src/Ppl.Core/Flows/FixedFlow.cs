using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>A map without weights among flows; see <see cref="Flow.Of"/>.</summary>
internal sealed class FixedFlow : Flow
{
    private readonly Transform transform;
    private readonly int tensors;

    public FixedFlow(Transform transform, long size) : base(transform.Name, size)
    {
        if (transform.DomainRank > 1 || transform.CodomainRank != transform.DomainRank
            || !transform.ForwardShape([size]).AsSpan().SequenceEqual([size]))
        {
            throw new PplShapeException(
                $"{transform.Name} makes {ShapeText.Of(transform.ForwardShape([size]))} of {size} numbers; a flow keeps them a vector.");
        }

        this.transform = transform;
        foreach (var tensor in transform.Tensors())
        {
            if (tensor.requires_grad)
            {
                throw new PplArgumentException(
                    $"Flow.Of takes a map without weights; {transform.Name} has a tensor of shape {ShapeText.Of(tensor.shape)} with a gradient. "
                    + "Derive a flow that registers it as a parameter, or detach it.");
            }

            register_buffer($"tensor{tensors++}", tensor.clone().DetachFromDisposeScope());
        }
    }

    // With the tensors as they were moved or converted since.
    private Transform Current
    {
        get
        {
            var i = 0;
            return tensors == 0 ? transform : transform.Map((_, _) => get_buffer($"tensor{i++}")!);
        }
    }

    internal override Constraint Codomain(Constraint domain)
    {
        if (transform.DomainRank == 1) return Current.Codomain(domain);
        var elements = Current.Codomain(domain is VectorConstraint { Element: var element } ? element : Constraint.Real);
        return elements == Constraint.Real ? Constraint.RealVector : new VectorConstraint(elements);
    }

    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        var (y, volume) = Current.ForwardWithVolume(x);
        return (y, EventSum.SumLast(volume, 1 - transform.DomainRank));
    }

    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        var (x, volume) = Current.InverseWithVolume(y);
        return (x, EventSum.SumLast(volume, 1 - transform.DomainRank));
    }
}
