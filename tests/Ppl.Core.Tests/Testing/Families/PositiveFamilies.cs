using Ppl.Distributions;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families over positive numbers, bounded intervals and the circle.</summary>
internal static class PositiveFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        // libtorch's incomplete gamma function stops its asymptotic series at 1e-9.
        new("InverseGamma", p => new InverseGamma(p["concentration"], p["rate"]))
        {
            IsImplicit = true, HasQuantile = false,
        },
        new("InverseGamma(heavy)", p => new InverseGamma(p["concentration"]))
        {
            IsImplicit = true, HasQuantile = false, HasMoments = false,
        },
        new("Chi2", p => new Chi2(p["df"])) { IsImplicit = true, HasQuantile = false },
        new("Weibull", p => new Weibull(p["scale"], p["concentration"])),
        new("Pareto", p => new Pareto(p["scale"], p["alpha"])),
        new("Pareto(heavy)", p => new Pareto(p["scale"], p["alpha"])) { HasMoments = false },
        new("Kumaraswamy", p => new Kumaraswamy(p["concentration1"], p["concentration0"])),

        // The log density is linear in the value.
        new("ContinuousBernoulli(logits)", p => new ContinuousBernoulli(logits: p["logits"])) { HasSecondDerivatives = false },
        new("ContinuousBernoulli(probs)", p => new ContinuousBernoulli(probs: p["probs"])) { HasSecondDerivatives = false },

        // The variance is the circular one, which is not the mean square of the numbers.
        new("VonMises", p => new VonMises(p["loc"], p["concentration"])) { IsImplicit = true, HasQuantile = false, HasMoments = false },
        new("RelaxedBernoulli(logits)", p => new RelaxedBernoulli(p["temperature"], logits: p["logits"])),
        new("RelaxedBernoulli(probs)", p => new RelaxedBernoulli(p["temperature"], probs: p["probs"])),
        new("RelaxedOneHotCategorical(logits)", p => new RelaxedOneHotCategorical(p["temperature"], logits: p["logits"])),
        new("RelaxedOneHotCategorical(probs)", p => new RelaxedOneHotCategorical(p["temperature"], probs: p["probs"])),
        new("LogisticNormal", p => new LogisticNormal(p["loc"], p["scale"])),
        new("Horseshoe", p => new Horseshoe(p["scale"])) { HasQuantile = false, HasMoments = false },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["InverseGamma||InverseGamma"] = t => (new InverseGamma(t["a"], t["b"]), new InverseGamma(t["a2"], t["b2"])),
        ["Chi2||Chi2"] = t => (new Chi2(t["a"]), new Chi2(t["a2"])),
        ["Chi2||Gamma"] = t => (new Chi2(t["a"]), new Gamma(t["a2"], t["b2"])),
        ["Gamma||Chi2"] = t => (new Gamma(t["a"], t["b"]), new Chi2(t["a2"])),
        ["Chi2||Normal"] = t => (new Chi2(t["a"]), new Normal(t["a2"], t["b2"])),
        ["Beta||Chi2"] = t => (new Beta(t["a"], t["b"]), new Chi2(t["a2"])),
        ["Pareto||Exponential"] = t => (new Pareto(t["s"], t["a"]), new Exponential(t["b2"])),
        ["ContinuousBernoulli||Exponential"] = t => (new ContinuousBernoulli(logits: t["logits"]), new Exponential(t["b2"])),
        ["ContinuousBernoulli||Uniform"] = t => (new ContinuousBernoulli(logits: t["logits"]), new Uniform(t["low"], t["high"])),
        ["Uniform||ContinuousBernoulli"] = t => (new Uniform(t["low"], t["high"]), new ContinuousBernoulli(logits: t["logits"])),
        ["Uniform||Pareto"] = t => (new Uniform(t["low"], t["high"]), new Pareto(t["s"], t["a"])),
        ["Weibull||Weibull"] = t => (new Weibull(t["b"], t["a"]), new Weibull(t["b2"], t["a2"])),
        ["LogNormal||Gamma"] = t => (new LogNormal(t["m"], t["s"]), new Gamma(t["a2"], t["b2"])),
        ["LogNormal||InverseGamma"] = t => (new LogNormal(t["m"], t["s"]), new InverseGamma(t["a2"], t["b2"])),
        ["LogNormal||Exponential"] = t => (new LogNormal(t["m"], t["s"]), new Exponential(t["b2"])),
        ["HalfNormal||Exponential"] = t => (new HalfNormal(t["s"]), new Exponential(t["b2"])),
        ["HalfNormal||Gamma"] = t => (new HalfNormal(t["s"]), new Gamma(t["a2"], t["b2"])),
        ["Weibull||Exponential"] = t => (new Weibull(t["s"], t["k"]), new Exponential(t["b2"])),
        ["InverseGamma||Gamma"] = t => (new InverseGamma(t["a"], t["b"]), new Gamma(t["a2"], t["b2"])),
        ["Gamma||InverseGamma"] = t => (new Gamma(t["a"], t["b"]), new InverseGamma(t["a2"], t["b2"])),
        ["Gamma||LogNormal"] = t => (new Gamma(t["a"], t["b"]), new LogNormal(t["m2"], t["s2"])),
        ["InverseGamma||LogNormal"] = t => (new InverseGamma(t["a"], t["b"]), new LogNormal(t["m2"], t["s2"])),
        ["Weibull||Gamma"] = t => (new Weibull(t["b"], t["a"]), new Gamma(t["a2"], t["b2"])),
        ["Pareto||Pareto"] = t => (new Pareto(t["s"], t["a"]), new Pareto(t["s2"], t["a2"])),
        ["Pareto||Gamma"] = t => (new Pareto(t["s"], t["a"]), new Gamma(t["a2"], t["s2"])),
        ["Pareto||Normal"] = t => (new Pareto(t["s"], t["a"]), new Normal(t["a2"], t["s2"])),
        ["ContinuousBernoulli||ContinuousBernoulli"]
            = t => (new ContinuousBernoulli(logits: t["logits"]), new ContinuousBernoulli(logits: t["logits2"])),
        ["ContinuousBernoulli||Normal"] = t => (new ContinuousBernoulli(logits: t["logits"]), new Normal(t["loc2"], t["scale2"])),
        ["Beta||ContinuousBernoulli"] = t => (new Beta(t["a"], t["b"]), new ContinuousBernoulli(logits: t["logits2"])),
        ["LogisticNormal||LogisticNormal"] = t => (new LogisticNormal(t["loc"], t["scale"]), new LogisticNormal(t["loc2"], t["scale2"])),
        ["VonMises||VonMises"] = t => (new VonMises(t["loc"], t["k"]), new VonMises(t["loc2"], t["k2"])),
        ["Kumaraswamy||Beta"] = t => (new Kumaraswamy(t["a"], t["b"]), new Beta(t["a2"], t["b2"])),
        ["Kumaraswamy||Kumaraswamy"] = t => (new Kumaraswamy(t["a"], t["b"]), new Kumaraswamy(t["a2"], t["b2"])),
    };
}
