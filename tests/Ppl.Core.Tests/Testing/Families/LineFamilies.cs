using Ppl.Distributions;
using static TorchSharp.torch;

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
        new("StudentT", p => new StudentT(p["df"], p["loc"], p["scale"])) { IsImplicit = true, HasMoments = false },
        new("StudentT(finite moments)", p => new StudentT(p["df"], p["loc"], p["scale"])) { IsImplicit = true },
        new("HalfStudentT", p => new HalfStudentT(p["df"], p["scale"])) { IsImplicit = true, HasMoments = false },
        new("HalfStudentT(finite moments)", p => new HalfStudentT(p["df"], p["scale"])) { IsImplicit = true },
        new("SkewNormal", p => new SkewNormal(p["loc"], p["scale"], p["slant"])) { HasQuantile = false },
        new("TruncatedNormal", p => new TruncatedNormal(p["loc"], p["scale"], p["low"], p["high"])),
        new("TruncatedNormal(low)", p => new TruncatedNormal(p["loc"], p["scale"], low: p["low"])),
        new("TruncatedNormal(high)", p => new TruncatedNormal(p["loc"], p["scale"], high: p["high"])),
        new("Truncated(Logistic)", p => new Truncated(new Logistic(p["loc"], p["scale"]), p["low"], p["high"])),
        new("Truncated(Gumbel)", p => new Truncated(new Gumbel(p["loc"], p["scale"]), low: p["low"])),
        new("Truncated(StudentT)", p => new Truncated(new StudentT(p["df"], p["loc"], p["scale"]), p["low"], p["high"])),
        new("Truncated(Beta)", p => new Truncated(new Beta(p["concentration1"], p["concentration0"]), p["low"], p["high"])),
        new("Levy", p => new Levy(p["loc"], p["scale"])) { HasMoments = false },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["Laplace||Laplace"] = t => (new Laplace(t["loc"], t["scale"]), new Laplace(t["loc2"], t["scale2"])),
        ["Uniform||Uniform"] = t => (new Uniform(t["low"], t["high"]), new Uniform(t["low2"], t["high2"])),
        ["Cauchy||Cauchy"] = t => (new Cauchy(t["loc"], t["scale"]), new Cauchy(t["loc2"], t["scale2"])),
        ["Gumbel||Gumbel"] = t => (new Gumbel(t["loc"], t["scale"]), new Gumbel(t["loc2"], t["scale2"])),
        ["Exponential||Exponential"] = t => (new Exponential(t["rate"]), new Exponential(t["rate2"])),
        ["Exponential||Gamma"] = t => (new Exponential(t["rate"]), new Gamma(t["a2"], t["b2"])),
        ["Exponential||Gumbel"] = t => (new Exponential(t["rate"]), new Gumbel(t["loc2"], t["scale2"])),
        ["Exponential||Normal"] = t => (new Exponential(t["rate"]), new Normal(t["loc2"], t["scale2"])),
        ["Gamma||Exponential"] = t => (new Gamma(t["a"], t["b"]), new Exponential(t["rate2"])),
        ["Gamma||Gumbel"] = t => (new Gamma(t["a"], t["b"]), new Gumbel(t["loc2"], t["scale2"])),
        ["Beta||Exponential"] = t => (new Beta(t["a"], t["b"]), new Exponential(t["rate2"])),
        ["Beta||Uniform"] = t => (new Beta(t["a"], t["b"]), new Uniform(t["low2"], t["high2"])),
        ["Uniform||Beta"] = t => (new Uniform(t["low"], t["high"]), new Beta(t["a2"], t["b2"])),
        ["Uniform||Exponential"] = t => (new Uniform(t["low"], t["high"]), new Exponential(t["rate2"])),
        ["Uniform||Gamma"] = t => (new Uniform(t["low"], t["high"]), new Gamma(t["a2"], t["b2"])),
        ["Uniform||Gumbel"] = t => (new Uniform(t["low"], t["high"]), new Gumbel(t["loc2"], t["scale2"])),
        ["Uniform||Normal"] = t => (new Uniform(t["low"], t["high"]), new Normal(t["loc2"], t["scale2"])),
        ["Normal||Laplace"] = t => (new Normal(t["loc"], t["scale"]), new Laplace(t["loc2"], t["scale2"])),
        ["Normal||AsymmetricLaplace"]
            = t => (new Normal(t["loc"], t["scale"]), new AsymmetricLaplace(t["loc2"], t["scale2"], t["asymmetry2"])),
        ["AsymmetricLaplace||AsymmetricLaplace"] = t => (
            new AsymmetricLaplace(t["loc"], t["scale"], t["asymmetry"]), new AsymmetricLaplace(t["loc2"], t["scale2"], t["asymmetry2"])),
        ["AsymmetricLaplace||Laplace"]
            = t => (new AsymmetricLaplace(t["loc"], t["scale"], t["asymmetry"]), new Laplace(t["loc2"], t["scale2"])),
        ["Laplace||AsymmetricLaplace"]
            = t => (new Laplace(t["loc"], t["scale"]), new AsymmetricLaplace(t["loc2"], t["scale2"], t["asymmetry2"])),
        ["TruncatedNormal||TruncatedNormal"] = t => (Cut(t, ""), Cut(t, "2")),
        ["TruncatedNormal||Normal"] = t => (Cut(t, ""), new Normal(t["loc2"], t["scale2"])),
        ["TruncatedNormal||Uniform"] = t => (Cut(t, ""), new Uniform(t["low2"], t["high2"])),
        ["Uniform||TruncatedNormal"] = t => (new Uniform(t["low"], t["high"]), Cut(t, "2")),
        ["Normal||Gumbel"] = t => (new Normal(t["loc"], t["scale"]), new Gumbel(t["loc2"], t["scale2"])),
        ["Laplace||Normal"] = t => (new Laplace(t["loc"], t["scale"]), new Normal(t["loc2"], t["scale2"])),
        ["Gumbel||Normal"] = t => (new Gumbel(t["loc"], t["scale"]), new Normal(t["loc2"], t["scale2"])),
        ["Logistic||Normal"] = t => (new Logistic(t["loc"], t["scale"]), new Normal(t["loc2"], t["scale2"])),
        ["AsymmetricLaplace||Normal"]
            = t => (new AsymmetricLaplace(t["loc"], t["scale"], t["asymmetry"]), new Normal(t["loc2"], t["scale2"])),
        ["StudentT||Normal"] = t => (new StudentT(t["df"], t["loc"], t["scale"]), new Normal(t["loc2"], t["scale2"])),
    };

    private static TruncatedNormal Cut(IReadOnlyDictionary<string, Tensor> t, string side)
        => new(t["loc" + side], t["scale" + side], t["low" + side], t["high" + side]);
}
