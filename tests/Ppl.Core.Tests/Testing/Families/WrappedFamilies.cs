using Ppl.Distributions;
using Ppl.Transforms;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>What wraps another family: pushed through a map, masked, censored, and flat densities on a set.</summary>
/// <remarks>
/// Left out by a row's flags, and why: Masked and Censored are no slopes of their distribution functions, since elements that do not count have the
/// density 1 and ends have a probability; so nothing integrates a density of theirs. Ends of Censored are fixed where values lie at them, which
/// would be off the support at once; their gradient is that of E[x]. KL of Masked and Transformed: PartlySeenTests and the tests of divergences.
/// </remarks>
internal static class WrappedFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        new("Transformed(Normal, Exp)", p => new Transformed(new Normal(p["loc"], p["scale"]), Exp.Instance)),
        new("Transformed(Gumbel, Affine)", p => new Transformed(new Gumbel(p["loc"], p["scale"]), new Affine(p["shift"], p["factor"]))),
        new("Transformed(Gamma, Power)", p => new Transformed(new Gamma(p["concentration"], p["rate"]), new Power(p["exponent"])))
        {
            IsImplicit = true, HasQuantile = false, RefusedBy = "Gamma",
        },
        new("Transformed(Normal, Ordered)", p => new Transformed(new Normal(p["loc"], p["scale"]), Ordered.Instance)),
        new("Masked(LogNormal)", p => new Masked(new LogNormal(p["loc"], p["scale"]), p["mask"].gt(0)))
        {
            IsSlopeOfCdf = false, Fixed = ["mask"],
        },
        new("Masked(Dirichlet)", p => new Masked(new Dirichlet(p["concentration"]), p["mask"].gt(0)))
        {
            IsImplicit = true, HasQuantile = false, IsSlopeOfCdf = false, ValueStep = 0, RefusedBy = "Dirichlet", Fixed = ["mask"],
        },
        new("Masked(Poisson)", p => new Masked(new Poisson(p["rate"]), p["mask"].gt(0)))
        {
            IsDiscrete = true, IsSlopeOfCdf = false, RefusedBy = "Poisson", Fixed = ["mask"],
        },
        new("Censored(Normal)", p => new Censored(new Normal(p["loc"], p["scale"]), p["low"], p["high"]))
        {
            IsSlopeOfCdf = false, ValueStep = 0, Fixed = ["low", "high"],
        },
        new("Censored(Weibull)", p => new Censored(new Weibull(p["scale"], p["concentration"]), high: p["high"]))
        {
            IsSlopeOfCdf = false, ValueStep = 0, Fixed = ["high"],
        },
        new("Censored(Logistic)", p => new Censored(new Logistic(p["loc"], p["scale"]), p["low"]))
        {
            IsSlopeOfCdf = false, ValueStep = 0, Fixed = ["low"],
        },
        new("Reshaped(MultivariateNormal)", p => new Reshaped(new MultivariateNormal(p["loc"], p["scaleTril"]), [2, 2])),

        // The points are the table itself, of which there is one for all rows: its density is flat.
        new("Codeword", p => new Codeword(p["vectors"]).Expand(2)) { IsPoint = true, IsDiscrete = true, ValueStep = 0, Fixed = ["vectors"] },
    ];

    /// <summary>No check of draws, since there are none, and none of gradients: the density is flat.</summary>
    public static readonly IReadOnlyList<FamilyCase> WithoutDraws =
    [
        new("ImproperUniform(Interval)", p => new ImproperUniform(Constraint.Interval(p["low"], p["high"]))),
        new("ImproperUniform(GreaterThan)", p => new ImproperUniform(Constraint.GreaterThan(p["low"]))),
        new("ImproperUniform(Simplex)", _ => new ImproperUniform(Constraint.Simplex, 3).Expand(2)),
        new("ImproperUniform(Ordered)", _ => new ImproperUniform(Constraint.Ordered, 3).Expand(2)),
    ];
}
