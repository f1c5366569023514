using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of counts, categories and what is made of them.</summary>
internal static class CountFamilies
{
    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        // libtorch's incomplete gamma function stops its asymptotic series at 1e-9.
        new("Poisson", p => new Poisson(p["rate"])) { IsDiscrete = true },
        new("Geometric(probs)", p => new Geometric(p["probs"])) { IsDiscrete = true },
        new("Geometric(logits)", p => new Geometric(logits: p["logits"])) { IsDiscrete = true },
        new("Binomial(probs)", p => new Binomial(p["totalCount"], p["probs"])) { IsDiscrete = true, Fixed = ["totalCount"] },
        new("Binomial(logits)", p => new Binomial(p["totalCount"], logits: p["logits"])) { IsDiscrete = true, Fixed = ["totalCount"] },
        new("NegativeBinomial(probs)", p => new NegativeBinomial(p["totalCount"], p["probs"])) { IsDiscrete = true },
        new("NegativeBinomial(logits)", p => new NegativeBinomial(p["totalCount"], logits: p["logits"])) { IsDiscrete = true },
        new("DiscreteUniform", p => new DiscreteUniform(p["low"], p["high"])) { IsDiscrete = true, Fixed = ["low", "high"] },
        new("GammaPoisson", p => new GammaPoisson(p["concentration"], p["rate"])) { IsDiscrete = true },
        new("BetaBinomial", p => new BetaBinomial(p["concentration1"], p["concentration0"], p["totalCount"]))
        {
            IsDiscrete = true, Fixed = ["totalCount"],
        },
        new("OneHotCategorical(probs)", p => new OneHotCategorical(p["probs"])) { IsDiscrete = true },
        new("OneHotCategorical(logits)", p => new OneHotCategorical(logits: p["logits"])) { IsDiscrete = true },
        new("OneHotCategoricalStraightThrough", p => new OneHotCategoricalStraightThrough(logits: p["logits"]))
        {
            IsDiscrete = true, HasGradientOfDraws = true,
        },
        new("Multinomial(probs)", p => new Multinomial(p["totalCount"], p["probs"])) { IsDiscrete = true, Fixed = ["totalCount"] },
        new("Multinomial(logits)", p => new Multinomial(3, logits: p["logits"])) { IsDiscrete = true },
        new("DirichletMultinomial", p => new DirichletMultinomial(p["concentration"], p["totalCount"])) { IsDiscrete = true, Fixed = ["totalCount"] },
        new("OrderedLogistic", p => new OrderedLogistic(p["predictor"], p["cutpoints"])) { IsDiscrete = true, ValueType = ScalarType.Int64 },
        new("ZeroInflated(Poisson)", p => new ZeroInflated(new Poisson(p["rate"]), p["gate"])) { IsDiscrete = true },
        new("ZeroInflated(NegativeBinomial)", p => new ZeroInflated(new NegativeBinomial(p["totalCount"], 0.25), gateLogits: p["gateLogits"]))
        {
            IsDiscrete = true,
        },
        new("Hurdle(Poisson)", p => new Hurdle(new Poisson(p["rate"]), p["gate"])) { IsDiscrete = true },
        new("Hurdle(Binomial)", p => new Hurdle(new Binomial(7, p["probs"]), gateLogits: p["gateLogits"])) { IsDiscrete = true },
        .. Mixtures,
    ];

    private static IReadOnlyList<FamilyCase> Mixtures =>
    [
        new("MixtureSameFamily(Normal)", p => new MixtureSameFamily(new Categorical(logits: p["logits"]), new Normal(p["loc"], p["scale"])))
        {
            IsImplicit = true, HasQuantile = false,
        },
        new("MixtureSameFamily(Independent)", p => new MixtureSameFamily(
            new Categorical(p["probs"]), new Independent(new Normal(p["loc"], p["scale"]), 1)))
        {
            IsImplicit = true, HasGradientOfDraws = false,
        },
        new("MixtureSameFamily(Poisson)", p => new MixtureSameFamily(new Categorical(p["probs"]), new Poisson(p["rate"])))
        {
            IsDiscrete = true,
        },
        new("MixtureSameFamily(Binomial)", p => new MixtureSameFamily(new Categorical(p["probs"]), new Binomial(p["totalCount"], p["p"])))
        {
            IsDiscrete = true, Fixed = ["totalCount"],
        },
        new("Mixture(Normal, HalfNormal)", p => new Mixture(
            new Categorical(p["probs"]), new Normal(p["loc"], p["scale"]), new HalfNormal(p["half"])))
        {
            IsImplicit = true, HasQuantile = false,
        },
        new("Mixture(Poisson, Geometric)", p => new Mixture(
            new Categorical(logits: p["logits"]), new Poisson(p["rate"]), new Geometric(p["probs"])))
        {
            IsDiscrete = true,
        },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["Poisson||Poisson"] = t => (new Poisson(t["rate"]), new Poisson(t["rate2"])),
        ["Geometric||Geometric"] = t => (new Geometric(t["probs"]), new Geometric(t["probs2"])),
        ["Geometric||Geometric by logits"] = t => (new Geometric(logits: t["logits"]), new Geometric(logits: t["logits2"])),
        ["Binomial||Binomial"] = t => (new Binomial(t["n"], t["probs"]), new Binomial(t["n"], t["probs2"])),
        ["DiscreteUniform||DiscreteUniform"] = t => (new DiscreteUniform(t["low"], t["high"]), new DiscreteUniform(t["low2"], t["high2"])),
        ["Bernoulli||Poisson"] = t => (new Bernoulli(t["probs"]), new Poisson(t["rate2"])),
        ["OrderedLogistic||OrderedLogistic"]
            = t => (new OrderedLogistic(t["predictor"], t["cutpoints"]), new OrderedLogistic(t["predictor2"], t["cutpoints2"])),
        ["Multinomial||Multinomial"] = t => (new Multinomial(t["totalCount"], t["probs"]), new Multinomial(t["totalCount"], t["probs2"])),
        ["OneHotCategorical||OneHotCategorical"] = t => (new OneHotCategorical(logits: t["logits"]), new OneHotCategorical(t["probs2"])),
        ["OneHotCategoricalStraightThrough||OneHotCategorical"]
            = t => (new OneHotCategoricalStraightThrough(logits: t["logits"]), new OneHotCategorical(logits: t["logits2"])),
        ["OneHotCategoricalStraightThrough||OneHotCategoricalStraightThrough"]
            = t => (new OneHotCategoricalStraightThrough(logits: t["logits"]), new OneHotCategoricalStraightThrough(t["probs2"])),
    };
}
