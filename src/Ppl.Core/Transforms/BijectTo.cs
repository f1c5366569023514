using Ppl.Distributions;

namespace Ppl.Transforms;

/// <summary>The map from the reals onto a set, by which a guide over real numbers becomes one over the set.</summary>
/// <remarks>
/// Real: the identity. Positive, NonNegative: exp; bounded below: exp, then <see cref="Above"/>; above: exp, then <see cref="Below"/>.
/// UnitInterval: sigmoid; an interval: sigmoid, then <see cref="Between"/>. Simplex: <see cref="SoftmaxCentred"/>. Ordered:
/// <see cref="Transforms.Ordered"/>. ZeroSum: <see cref="Transforms.ZeroSum"/>. LowerCholesky: <see cref="Transforms.LowerCholesky"/>;
/// PositiveDefinite: L Lᵀ of that. CorrelationCholesky: <see cref="Transforms.CorrelationCholesky"/>. Vectors of length 1 have none: no smooth
/// one-to-one map leads from the reals onto a sphere.
/// </remarks>
public static class BijectTo
{
    /// <summary>The map from the reals onto the set.</summary>
    /// <param name="constraint">The set.</param>
    /// <exception cref="PplArgumentException">There is none: the set is discrete.</exception>
    public static Transform Of(Constraint constraint)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        return constraint.Bijection ?? throw new PplArgumentException($"There is no smooth map from the reals onto the values {constraint}.");
    }

    /// <summary>Whether there is one.</summary>
    /// <param name="constraint">The set.</param>
    public static bool Exists(Constraint constraint)
    {
        ArgumentNullException.ThrowIfNull(constraint);
        return constraint.Bijection is not null;
    }
}
