using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Families.Bench;

/// <summary>Every family, each with parameters for so many draws.</summary>
internal static class FamilyCases
{
    private const int Vector = 8;

    public static IEnumerable<FamilyCase> All(int count)
    {
        manual_seed(1);
        return [.. Basic(count)];
    }

    private static IEnumerable<FamilyCase> Basic(int n)
    {
        yield return new("Normal", "D.Normal(p['loc'], p['scale'])", LocScale(n), p => new Normal(p["loc"], p["scale"]));
        yield return new("Bernoulli", "D.Bernoulli(logits=p['logits'])", new() { ["logits"] = randn(n) }, p => new Bernoulli(logits: p["logits"]));
        yield return new(
            "Categorical", "D.Categorical(logits=p['logits'])", new() { ["logits"] = randn(n, Vector) }, p => new Categorical(logits: p["logits"]));
        yield return new("HalfNormal", "D.HalfNormal(p['scale'])", Positive(n, "scale"), p => new HalfNormal(p["scale"]));
        yield return new("HalfCauchy", "D.HalfCauchy(p['scale'])", Positive(n, "scale"), p => new HalfCauchy(p["scale"]));
        yield return new("LogNormal", "D.LogNormal(p['loc'], p['scale'])", LocScale(n), p => new LogNormal(p["loc"], p["scale"]));
        yield return new(
            "Gamma", "D.Gamma(p['concentration'], p['rate'])", Positive(n, "concentration", "rate"), p => new Gamma(p["concentration"], p["rate"]));
        yield return new("Beta", "D.Beta(p['a'], p['b'])", Positive(n, "a", "b"), p => new Beta(p["a"], p["b"]));
        yield return new(
            "Dirichlet", "D.Dirichlet(p['concentration'])", new() { ["concentration"] = rand(n, Vector) + 0.5 }, p => new Dirichlet(p["concentration"]));
        yield return new(
            "MultivariateNormal", "D.MultivariateNormal(p['loc'], scale_tril=p['scaleTril'])", Tril(n),
            p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"]));
        yield return new(
            "LowRankMultivariateNormal", "D.LowRankMultivariateNormal(p['loc'], p['factor'], p['diagonal'])",
            new() { ["loc"] = randn(n, Vector), ["factor"] = randn(n, Vector, 2), ["diagonal"] = rand(n, Vector) + 0.5 },
            p => new LowRankMultivariateNormal(p["loc"], p["factor"], p["diagonal"]));
    }

    private static Dictionary<string, Tensor> LocScale(int n) => new() { ["loc"] = randn(n), ["scale"] = rand(n) + 0.5 };

    private static Dictionary<string, Tensor> Positive(int n, params string[] names) => names.ToDictionary(name => name, _ => rand(n) * 3 + 0.5);

    private static Dictionary<string, Tensor> Tril(int n) => new()
    {
        ["loc"] = randn(n, Vector), ["scaleTril"] = (randn(n, Vector, Vector) * 0.3).tril(-1) + diag_embed(rand(n, Vector) + 0.5),
    };
}
