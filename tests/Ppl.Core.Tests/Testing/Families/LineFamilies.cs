using Ppl.Distributions;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families over all real numbers, and those cut from them.</summary>
internal static class LineFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        // The density does not depend on the value, or its gradient does not.
        new("Uniform", p => new Uniform(p["low"], p["high"])) { HasSecondDerivatives = false },
        new("Exponential", p => new Exponential(p["rate"])) { HasSecondDerivatives = false },
        new("AsymmetricLaplace", p => new AsymmetricLaplace(p["loc"], p["scale"], p["asymmetry"])) { HasSecondDerivatives = false },
        new("Laplace", p => new Laplace(p["loc"], p["scale"])),
        new("Logistic", p => new Logistic(p["loc"], p["scale"])),
        new("Cauchy", p => new Cauchy(p["loc"], p["scale"])) { HasMoments = false },
        new("Gumbel", p => new Gumbel(p["loc"], p["scale"])),
        new("StudentT", p => new StudentT(p["df"], p["loc"], p["scale"])) { IsImplicit = true, HasQuantile = false, HasMoments = false },
        new("StudentT(finite moments)", p => new StudentT(p["df"], p["loc"], p["scale"])) { IsImplicit = true, HasQuantile = false },
        new("HalfStudentT", p => new HalfStudentT(p["df"], p["scale"])) { IsImplicit = true, HasQuantile = false, HasMoments = false },
        new("HalfStudentT(finite moments)", p => new HalfStudentT(p["df"], p["scale"])) { IsImplicit = true, HasQuantile = false },
        new("SkewNormal", p => new SkewNormal(p["loc"], p["scale"], p["slant"])) { HasQuantile = false },
        new("Levy", p => new Levy(p["loc"], p["scale"])) { HasMoments = false },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>();
}
