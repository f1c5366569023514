using System.Text.Json;
using Ppl.Core.Tests.Testing.Families;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>
/// One row of the table of families: how one is made of the parameters that its entry in References has. Every test of a family reads it.
/// </summary>
internal sealed record FamilyCase(string Name, Func<IReadOnlyDictionary<string, Tensor>, Distribution> Create)
{
    public static readonly IReadOnlyList<FamilyCase> All =
    [
        .. BasicFamilies.Rows, .. LineFamilies.Rows, .. PositiveFamilies.Rows, .. CountFamilies.Rows, .. VectorFamilies.Rows, .. ChainFamilies.Rows,
        .. WrappedFamilies.Rows,
    ];

    /// <summary>Those, and what has a density but no draws.</summary>
    public static readonly IReadOnlyList<FamilyCase> Densities = [.. All, .. WrappedFamilies.WithoutDraws];

    /// <summary>A mass at points that are its parameters: its density is flat at them, so there is no gradient to compare.</summary>
    public bool IsPoint { get; init; }

    /// <summary>
    /// A family whose draws come of a rejection sampler: the gradient is that of the draw's distribution, not of the draw at fixed noise.
    /// </summary>
    public bool IsImplicit { get; init; }

    /// <summary>A family of discrete values: its draws have no gradient.</summary>
    public bool IsDiscrete { get; init; }

    /// <summary>Whether draws have a gradient, where that is not what their being discrete or not says; null where it is.</summary>
    public bool? HasGradientOfDraws { get; init; }

    /// <summary>The type of values that have one of their own, such as indices; null where it is that of the parameters.</summary>
    public ScalarType? ValueType { get; init; }

    /// <summary>Whether it has the quantile in closed form, of a distribution function that References knows.</summary>
    public bool HasQuantile { get; init; } = true;

    /// <summary>Whether the mean of the fourth power is finite, so that means of draws and of their squares settle.</summary>
    public bool HasMoments { get; init; } = true;

    /// <summary>
    /// Whether the density is the slope of the distribution function: not where single values have a probability, or elements do not count.
    /// </summary>
    public bool IsSlopeOfCdf { get; init; } = true;

    /// <summary>Whether a density in float32 has the precision of its parameters, which a matrix that is inverted first has not.</summary>
    public bool IsExactInFloat32 { get; init; } = true;

    /// <summary>Whether the density is twice differentiable where the reference's values lie, and libtorch has the second derivative.</summary>
    public bool HasSecondDerivatives { get; init; } = true;

    /// <summary>How far values are moved for finite differences, relative to themselves: 0 where they cannot be moved freely, as on the simplex.</summary>
    public double ValueStep { get; init; } = 1;

    /// <summary>Parameters that cannot be moved a little, such as numbers of trials.</summary>
    public IReadOnlyList<string> Fixed { get; init; } = [];

    /// <summary>Directions for parameters whose set is not an interval: symmetric or triangular matrices.</summary>
    public IReadOnlyDictionary<string, Func<Tensor, Tensor>> Directions { get; init; } = new Dictionary<string, Func<Tensor, Tensor>>();

    public static FamilyCase Of(string name) => Densities.Single(c => c.Name == name);

    /// <summary>The base, where it is who says that a closed form is missing; null where the family itself does.</summary>
    public string? RefusedBy { get; init; }

    public JsonElement Reference => References.Family(Name);

    public Dictionary<string, Tensor> Parameters() => References.Parameters(Reference);

    public Distribution Make() => Create(Parameters());

    public Tensor Value() => References.ToTensor(Reference.GetProperty("value"));

    public Tensor? Expected(string property)
        => Reference.TryGetProperty(property, out var element) && element.ValueKind != JsonValueKind.Null ? References.ToTensor(element) : null;

    /// <summary>A random direction that keeps a parameter in its domain: 0 at the ends of an interval, symmetric or lower triangular.</summary>
    public Tensor Direction(string parameter, Tensor value)
    {
        if (Directions.TryGetValue(parameter, out var make)) return make(value);
        var d = randn_like(value);
        if (parameter is "scaleTril") return d.tril();
        if (parameter is "covariance" or "precision") return d + d.transpose(-2, -1);
        var constraint = Make().Parameters.Select(p => p.Declaration).FirstOrDefault(p => p.Name == parameter)?.Constraint;
        if (constraint == Constraint.UnitInterval || constraint is HalfOpenUnitConstraint) return d * value * (1 - value).abs();
        return constraint == Constraint.Positive || constraint == Constraint.PositiveVector ? d * value : d;
    }

    public override string ToString() => Name;
}
