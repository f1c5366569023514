using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Normals, Bernoulli, categories, and the first families of positive numbers, the unit interval and the simplex.</summary>
internal static class BasicFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        new("Normal", p => new Normal(p["loc"], p["scale"])),
        new("Normal.FromLogScale", p => Normal.FromLogScale(p["loc"], p["logScale"])),
        new("Bernoulli(logits)", p => new Bernoulli(logits: p["logits"])) { IsDiscrete = true },
        new("Bernoulli(probs)", p => new Bernoulli(probs: p["probs"])) { IsDiscrete = true },
        new("Categorical(logits)", p => new Categorical(logits: p["logits"])) { IsDiscrete = true, ValueType = ScalarType.Int64 },
        new("Categorical(probs)", p => new Categorical(probs: p["probs"])) { IsDiscrete = true, ValueType = ScalarType.Int64 },
        new("MultivariateNormal(scaleTril)", p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"])),
        new("MultivariateNormal(covariance)", p => new MultivariateNormal(p["loc"], covariance: p["covariance"])) { IsExactInFloat32 = false },
        new("MultivariateNormal(precision)", p => new MultivariateNormal(p["loc"], precision: p["precision"])) { IsExactInFloat32 = false },
        new("MultivariateNormal(shared matrix)", p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"])) { IsExactInFloat32 = false },
        new("Independent(Normal)", p => new Independent(new Normal(p["loc"], p["scale"]), 1)),
        new("Delta", p => new Delta(p["value"])) { IsPoint = true },
        new("HalfNormal", p => new HalfNormal(p["scale"])),
        new("HalfCauchy", p => new HalfCauchy(p["scale"])) { HasMoments = false },
        new("LogNormal", p => new LogNormal(p["loc"], p["scale"])),
        
        // libtorch's incomplete gamma function stops its asymptotic series at 1e-9.
        new("Gamma", p => new Gamma(p["concentration"], p["rate"])) { IsImplicit = true, HasQuantile = false },
        new("Beta", p => new Beta(p["concentration1"], p["concentration0"])) { IsImplicit = true },
        new("Dirichlet", p => new Dirichlet(p["concentration"])) { IsImplicit = true, HasQuantile = false },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["Normal||Normal"] = t => (new Normal(t["loc"], t["scale"]), new Normal(t["loc2"], t["scale2"])),
        ["Normal||standard"] = t => (Normal.FromLogScale(t["loc"], t["scale"].log()), new Normal(0, 1).Expand(3)),
        ["Bernoulli||Bernoulli"] = t => (new Bernoulli(logits: t["logits"]), new Bernoulli(logits: t["logits2"])),
        ["Categorical||Categorical"] = t => (new Categorical(logits: t["logits"]), new Categorical(logits: t["logits2"])),
        ["MultivariateNormal||MultivariateNormal"]
            = t => (new MultivariateNormal(t["loc"], t["scaleTril"]), new MultivariateNormal(t["loc2"], t["scaleTril2"])),
        ["HalfNormal||HalfNormal"] = t => (new HalfNormal(t["scale"]), new HalfNormal(t["scale2"])),
        ["HalfCauchy||HalfCauchy"] = t => (new HalfCauchy(t["scale"]), new HalfCauchy(t["scale2"])),
        ["LogNormal||LogNormal"] = t => (new LogNormal(t["loc"], t["scale"]), new LogNormal(t["loc2"], t["scale2"])),
        ["Gamma||Gamma"] = t => (new Gamma(t["a"], t["b"]), new Gamma(t["a2"], t["b2"])),
        ["Gamma||Normal"] = t => (new Gamma(t["a"], t["b"]), new Normal(t["loc2"], t["scale2"])),
        ["Beta||Beta"] = t => (new Beta(t["a"], t["b"]), new Beta(t["a2"], t["b2"])),
        ["Beta||Gamma"] = t => (new Beta(t["a"], t["b"]), new Gamma(t["a2"], t["b2"])),
        ["Beta||Normal"] = t => (new Beta(t["a"], t["b"]), new Normal(t["loc2"], t["scale2"])),
        ["Dirichlet||Dirichlet"] = t => (new Dirichlet(t["a"]), new Dirichlet(t["a2"])),
        ["Normal||MultivariateNormal"] = t => (new Normal(t["loc"], t["scale"]), new MultivariateNormal(t["loc2"], t["scaleTril2"])),
    };
}
