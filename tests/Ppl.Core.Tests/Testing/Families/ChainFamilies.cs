using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing.Families;

/// <summary>Families of whole series, and of the values of pictures.</summary>
internal static class ChainFamilies
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Factors = new()
    {
        ["initialScaleTril"] = m => randn_like(m).tril(),
        ["transitionScaleTril"] = m => randn_like(m).tril(),
        ["observationScaleTril"] = m => randn_like(m).tril(),
    };

    // Probabilities of 0 stay 0.
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Probabilities = new()
    {
        ["initial"] = p => randn_like(p) * p,
        ["transition"] = p => randn_like(p) * p,
        ["probs"] = p => randn_like(p) * p * (1 - p),
    };

    public static readonly IReadOnlyList<FamilyCase> Rows =
    [
        new("GaussianRandomWalk", p => new GaussianRandomWalk(p["scale"], 4, p["initial"])),
        new("AutoRegressive", p => new AutoRegressive(p["coefficients"], p["scale"], 5, p["initial"])),
        new("LinearGaussianStateSpace", p => StateSpace(p, false)) { Directions = Factors, IsExactInFloat32 = false },
        new("LinearGaussianStateSpace(varying)", p => StateSpace(p, true)) { Directions = Factors, IsExactInFloat32 = false },
        new("LinearGaussianStateSpace(missing)", p => StateSpace(p, false))
        {
            Directions = Factors, IsExactInFloat32 = false, Fixed = ["observed"],
        },
        new("HiddenMarkov(Normal)", p => new HiddenMarkov(4, p["initial"], p["transition"], new Normal(p["loc"], p["scale"])))
        {
            IsDiscrete = true, Directions = Probabilities,
        },
        new("HiddenMarkov(vectors)", p => new HiddenMarkov(
            4, p["initial"], p["transition"], new Independent(new Normal(p["loc"], p["scale"]), 1)))
        {
            IsDiscrete = true, Directions = Probabilities,
        },
        new("HiddenMarkov(Bernoulli)", p => new HiddenMarkov(4, p["initial"], p["transition"], new Bernoulli(probs: p["probs"])))
        {
            IsDiscrete = true, Directions = Probabilities,
        },
        new("DiscretizedLogistic", p => new DiscretizedLogistic(p["loc"], p["scale"], -2, 7)) { IsDiscrete = true, IsExactInFloat32 = false },
        new("DiscretizedLogisticMixture", p => new DiscretizedLogisticMixture(p["logits"], p["loc"], p["scale"], -2, 7))
        {
            IsDiscrete = true, IsExactInFloat32 = false,
        },
    ];

    public static readonly IReadOnlyDictionary<string, KlCase> Pairs = new Dictionary<string, KlCase>
    {
        ["GaussianRandomWalk||GaussianRandomWalk"] = t => (
            new GaussianRandomWalk(t["scale"], 4, t["initial"]), new GaussianRandomWalk(t["scale2"], 4, t["initial2"])),
        ["MultivariateNormal||GaussianRandomWalk"] = t => (
            new MultivariateNormal(t["loc"], t["scaleTril"]), new GaussianRandomWalk(t["scale2"], 4, t["initial2"])),
        ["MultivariateNormal||AutoRegressive"] = t => (
            new MultivariateNormal(t["loc"], t["scaleTril"]), new AutoRegressive(t["lags2"], t["scale2"], 4, t["before2"])),
        ["AutoRegressive||AutoRegressive"] = t => (
            new AutoRegressive(t["lags"], t["scale"], 4, t["before"]), new AutoRegressive(t["lags2"], t["scale2"], 4, t["before2"])),
    };

    private static LinearGaussianStateSpace StateSpace(IReadOnlyDictionary<string, Tensor> p, bool isVarying) => new(
        4, p["initialLoc"], p["initialScaleTril"], p["transition"], p["transitionScaleTril"], p["observation"], p["observationScaleTril"],
        p.GetValueOrDefault("observed"), isVarying);
}
