using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>A family of counts made from another by giving 0 a probability of its own, the gate.</summary>
/// <typeparam name="TSelf">The family itself.</typeparam>
public abstract class GatedFamily<TSelf> : Distribution where TSelf : GatedFamily<TSelf>
{
    private static readonly ParameterDeclaration GateOf = new(
        "gate", Constraint.UnitInterval, Advice: "did you mean gateLogits: a network gives log-odds, of any sign and size");

    private static readonly ParameterDeclaration GateLogitsOf = new("gateLogits", Constraint.Real);

    private protected GatedFamily(Distribution distribution, Parameter gate)
    {
        (Base, GateParameter) = (distribution, gate);
        Shape = Broadcasting.Broadcast(distribution.Shape, gate.Value.Shape, Name, $"its {gate.Declaration.Name}");
    }

    /// <summary>The family of counts.</summary>
    public Distribution Base { get; }

    /// <summary>The gate: as given, or computed from its log-odds.</summary>
    public TensorOrScalar Gate => GateParameter.Value is var p && !IsLogits ? p
        : p.IsScalar ? 1 / (1 + Math.Exp(-p.Scalar))
        : (TensorOrScalar)p.Tensor.sigmoid();

    /// <inheritdoc/>
    public override string Name => $"{typeof(TSelf).Name}({Base.Name})";

    /// <inheritdoc/>
    public override long[] Shape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [GateParameter];

    /// <summary>The base's, with 0: of a base of counts from a number above 0 on, such as 1 to 6, the set from 0 on.</summary>
    public override Constraint ValueConstraint => Base.ValueConstraint switch
    {
        IntegerConstraint { Low: { IsScalar: true, Scalar: > 0 } or { IsScalar: false } } counts => counts with { Low = 0 },
        var counts => counts,
    };

    /// <summary>False: counts have no pathwise gradient.</summary>
    public override bool IsReparameterized => false;

    /// <inheritdoc/>
    public override bool HasEnumerableSupport => Base.HasEnumerableSupport;

    /// <inheritdoc/>
    public override Tensor EnumerateSupport()
    {
        if (!HasEnumerableSupport) return base.EnumerateSupport();
        var counts = Base.EnumerateSupport().flatten();
        return AsSupport(counts.eq(0).any().ToBoolean() ? counts : cat([counts.new_zeros(1), counts], 0));
    }

    /// <summary>−Σ p log p over the support, where it is finite.</summary>
    /// <exception cref="NotSupportedException">It is not.</exception>
    public override Tensor Entropy() => HasEnumerableSupport
        ? CountMath.EntropyBySum(this).expand(Shape)
        : throw new NotSupportedException($"{Name} has no entropy in closed form.");

    /// <inheritdoc/>
    public override TSelf With(Func<Tensor, Tensor> map) => Of(Base.With(map), GateParameter.With(GateParameter.Value.Map(map)));

    /// <inheritdoc/>
    public override TSelf Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Of(Base.Map(map, batch), GateParameter.With(GateParameter.Value.Map(t => map(t, 0))));
    }

    /// <inheritdoc/>
    public override TSelf Expand(params long[] sizes) => Of(Base.Expand(Broadcasting.Expand(Shape, sizes, Name)), GateParameter);

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
        => GateParameter.Declaration.Constraint.Find(GateParameter.Value, GateParameter.Declaration.Name, Name, GateParameter.Declaration.Advice)
            ?? Base.FindParameterFault()
            ?? (Base.ValueConstraint is IntegerConstraint { Low: var low } ? CheckLow(low) : null);

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value)
        => ValueConstraint is var set && set == Base.ValueConstraint ? Base.FindValueFault(value) : set.Find(value, "value", Name);

    private protected Parameter GateParameter { get; }

    private protected bool IsLogits => GateParameter.Declaration == GateLogitsOf;

    /// <summary>The same family over another base, with another gate.</summary>
    private protected abstract TSelf Of(Distribution distribution, Parameter gate);

    /// <summary>The one of two parameters that is given.</summary>
    private protected static Parameter One(TensorOrScalar? gate, TensorOrScalar? gateLogits) => (gate, gateLogits) switch
    {
        ({ } p, null) => GateOf.Of(p),
        (null, { } l) => GateLogitsOf.Of(l),
        _ => throw new PplArgumentException($"{typeof(TSelf).Name} needs exactly one of gate and gateLogits."),
    };

    /// <summary>The base, if it is a family of counts.</summary>
    private protected static Distribution Counts(Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        var isOfCounts = distribution.EventDimensions == 0 && distribution.ValueConstraint
            is BooleanConstraint or IntegerConstraint { IsIndex: false, Low: { IsScalar: false } or { Scalar: >= 0 } };
        return isOfCounts ? distribution : throw new PplArgumentException(
            $"{typeof(TSelf).Name} needs a family of counts, none below 0; found {distribution}, whose values are {distribution.ValueConstraint}.");
    }

    // A bound that is a tensor is read with the other checks.
    private ValueFault? CheckLow(TensorOrScalar low)
        => ValueCheck.Entries(low, x => x >= 0, x => x.ge(0), "low", $"{Name} needs a family of counts, none below 0");

    /// <summary>The probability of the gate in float64.</summary>
    /// <param name="like">Gives a number its device.</param>
    private protected Tensor WideGate(Tensor like) => GateParameter.Value.Wide(like) is var gate && IsLogits ? gate.sigmoid() : gate;

    /// <summary>a log gate + b log(1 − gate) in float64, for numbers a and b of which a zero leaves its term out.</summary>
    private protected Tensor LogPower(Tensor a, Tensor b)
    {
        var odds = GateParameter.Value.Wide(a);
        if (IsLogits) return -(a * Bernoulli.Softplus(-odds) + b * Bernoulli.Softplus(odds));
        return a.TimesLog(odds) + b.TimesLogOfComplement(odds);
    }

    /// <summary>What was computed in float64 in the type that density and gate give.</summary>
    private protected Tensor Rounded(Tensor wide, Tensor like)
        => wide.to(GateParameter.Value.Tensor is { } gate ? promote_types(gate.dtype, like.dtype) : like.dtype);
}
