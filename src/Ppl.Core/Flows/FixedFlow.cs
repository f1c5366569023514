using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>A map without weights among flows; see <see cref="Flow.Of"/>.</summary>
internal sealed class FixedFlow : Flow
{
    private readonly Transform transform;

    public FixedFlow(Transform transform, long size) : base(transform.Name, size)
    {
        if (transform.DomainRank > 1 || transform.CodomainRank != transform.DomainRank
            || !transform.ForwardShape([size]).AsSpan().SequenceEqual([size]))
        {
            throw new PplShapeException(
                $"{transform.Name} makes {ShapeText.Of(transform.ForwardShape([size]))} of {size} numbers; a flow keeps them a vector.");
        }

        this.transform = transform;
    }

    internal override Constraint Codomain(Constraint domain)
    {
        if (transform.DomainRank == 1) return transform.Codomain(domain);
        var elements = transform.Codomain(domain is VectorConstraint { Element: var element } ? element : Constraint.Real);
        return elements == Constraint.Real ? Constraint.RealVector : new VectorConstraint(elements);
    }

    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        var (y, volume) = transform.ForwardWithVolume(x);
        return (y, EventSum.SumLast(volume, 1 - transform.DomainRank));
    }

    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        var (x, volume) = transform.InverseWithVolume(y);
        return (x, EventSum.SumLast(volume, 1 - transform.DomainRank));
    }
}
