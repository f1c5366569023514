namespace Ppl.Distributions;

/// <summary>Where a family's values live.</summary>
public enum Support
{
    /// <summary>Every real number, elementwise.</summary>
    Real,

    /// <summary>Vectors of real numbers, whose last dimension is the family's own event.</summary>
    RealVector,

    /// <summary>0 or 1.</summary>
    Boolean,

    /// <summary>An index 0, 1, ..., C − 1 of one of C categories (int64).</summary>
    Categories,

    /// <summary>One point.</summary>
    Point,

    /// <summary>That of the distribution it is made from.</summary>
    Inherited,
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

    /// <summary>The <c>Head</c> that turns an encoder's features into this family; null for a family no guide can use yet.</summary>
    public Type? Head { get; init; }
}
