namespace Ppl.Distributions;

/// <summary>
/// Where a family's values live, as an attribute can say it, for the compiler. What it means is a <see cref="Constraint"/>, which
/// <see cref="Distribution.ValueConstraint"/> gives: the members say which, and where it depends on the parameters, the family does.
/// </summary>
public enum Support
{
    /// <summary>Every real number, elementwise: <see cref="Constraint.Real"/>.</summary>
    Real,

    /// <summary>Vectors of real numbers, whose last dimension is the family's own event: <see cref="Constraint.RealVector"/>.</summary>
    RealVector,

    /// <summary>0 or 1: <see cref="Constraint.Boolean"/>.</summary>
    Boolean,

    /// <summary>An index 0, 1, ..., C − 1 of one of C categories (int64): <see cref="Constraint.Categories"/>.</summary>
    Categories,

    /// <summary>One point: <see cref="Constraint.Point"/>.</summary>
    Point,

    /// <summary>That of the distribution it is made from.</summary>
    Inherited,

    /// <summary><see cref="Constraint.Positive"/>.</summary>
    Positive,

    /// <summary><see cref="Constraint.NonNegative"/>.</summary>
    NonNegative,

    /// <summary><see cref="Constraint.UnitInterval"/>.</summary>
    UnitInterval,

    /// <summary><see cref="Constraint.Simplex"/>.</summary>
    Simplex,

    /// <summary><see cref="Constraint.LowerCholesky"/>.</summary>
    LowerCholesky,

    /// <summary><see cref="Constraint.PositiveDefinite"/>.</summary>
    PositiveDefinite,

    /// <summary><see cref="Constraint.RealMatrix"/>.</summary>
    RealMatrix,

    /// <summary><see cref="Constraint.ZeroSum"/>.</summary>
    ZeroSum,

    /// <summary><see cref="Constraint.CorrelationCholesky"/>.</summary>
    CorrelationCholesky,

    /// <summary>Continuous, with bounds that the parameters set: <see cref="Constraint.Interval"/> or <see cref="Constraint.GreaterThan"/>.</summary>
    Bounded,

    /// <summary>Counts 0, 1, 2, ...: <see cref="Constraint.NonNegativeInteger"/>.</summary>
    NonNegativeInteger,

    /// <summary>Whole numbers between bounds that the parameters set: <see cref="Constraint.IntegerInterval(long, long)"/>.</summary>
    BoundedInteger,

    /// <summary>Vectors of one 1 among zeros: <see cref="Constraint.OneHot"/>.</summary>
    OneHot,

    /// <summary>Vectors of counts whose sum the parameters set: <see cref="Constraint.CountsOf"/>.</summary>
    Counts,

    /// <summary>Vectors of a finite table that the parameters give: <see cref="Constraint.RowOf"/>.</summary>
    Codewords,
}

/// <summary>The one place where the attribute's word becomes a set.</summary>
internal static class Supports
{
    /// <summary>The set that a family's attribute names; null where it depends on the family's parameters.</summary>
    /// <param name="support">The attribute's word.</param>
    public static Constraint? ToConstraint(this Support support) => support switch
    {
        Support.Real => Constraint.Real,
        Support.RealVector => Constraint.RealVector,
        Support.Boolean => Constraint.Boolean,
        Support.Positive => Constraint.Positive,
        Support.NonNegative => Constraint.NonNegative,
        Support.UnitInterval => Constraint.UnitInterval,
        Support.Simplex => Constraint.Simplex,
        Support.LowerCholesky => Constraint.LowerCholesky,
        Support.PositiveDefinite => Constraint.PositiveDefinite,
        Support.RealMatrix => Constraint.RealMatrix,
        Support.ZeroSum => Constraint.ZeroSum,
        Support.CorrelationCholesky => Constraint.CorrelationCholesky,
        Support.NonNegativeInteger => Constraint.NonNegativeInteger,
        Support.OneHot => Constraint.OneHot,
        _ => null,
    };
}

/// <summary>What the compiler knows of a family. A class with this attribute, anywhere, is a family: the generator needs no edit.</summary>
/// <param name="support">Where the values live.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FamilyAttribute(Support support) : Attribute
{
    /// <summary>Where the values live.</summary>
    public Support Support { get; } = support;

    /// <summary>Whether a draw is a differentiable function of the parameters.</summary>
    public bool Reparameterized { get; init; }

    /// <summary>
    /// The <c>Head</c> that turns an encoder's features into the guide's distribution of such a latent; null where that is a Normal pushed from the
    /// reals to the support.
    /// </summary>
    public Type? Head { get; init; }

    /// <summary>
    /// Of a family with <see cref="Support.Inherited"/>: whether a latent may be drawn from it. Its guide is a Normal pushed from the reals to the
    /// support, which has to be that of continuous values; discrete ones are refused when the guide is sized.
    /// </summary>
    public bool IsForLatents { get; init; }
}
