using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Families.Bench;

/// <summary>Every family, each with parameters for so many draws, and PyTorch's expression where it has the family.</summary>
internal static class FamilyCases
{
    private const int Vector = 8;

    public static IEnumerable<FamilyCase> All(int count)
    {
        manual_seed(1);
        return [.. Line(count), .. Positive(count), .. Counts(count), .. Vectors(count)];
    }

    private static IEnumerable<FamilyCase> Line(int n)
    {
        yield return new("Normal", "D.Normal(p['loc'], p['scale'])", LocScale(n), p => new Normal(p["loc"], p["scale"]));
        yield return new("Laplace", "D.Laplace(p['loc'], p['scale'])", LocScale(n), p => new Laplace(p["loc"], p["scale"]));
        yield return new("AsymmetricLaplace", null, LocScale(n), p => new AsymmetricLaplace(p["loc"], p["scale"], 1.5));
        yield return new(
            "Logistic", "D.TransformedDistribution(D.Uniform(torch.zeros_like(p['loc']), 1), "
            + "[D.SigmoidTransform().inv, D.AffineTransform(p['loc'], p['scale'])])", LocScale(n), p => new Logistic(p["loc"], p["scale"]));
        yield return new("Cauchy", "D.Cauchy(p['loc'], p['scale'])", LocScale(n), p => new Cauchy(p["loc"], p["scale"]));
        yield return new("Gumbel", "D.Gumbel(p['loc'], p['scale'])", LocScale(n), p => new Gumbel(p["loc"], p["scale"]));
        yield return new(
            "StudentT", "D.StudentT(p['df'], p['loc'], p['scale'])", new(LocScale(n)) { ["df"] = rand(n) * 5 + 1 },
            p => new StudentT(p["df"], p["loc"], p["scale"]));
        yield return new("SkewNormal", null, new(LocScale(n)) { ["slant"] = randn(n) }, p => new SkewNormal(p["loc"], p["scale"], p["slant"]));
        yield return new(
            "Uniform", "D.Uniform(p['low'], p['high'])", new() { ["low"] = -1 - rand(n), ["high"] = 1 + rand(n) },
            p => new Uniform(p["low"], p["high"]));
        yield return new("Levy", null, LocScale(n), p => new Levy(p["loc"], p["scale"]));
    }

    private static IEnumerable<FamilyCase> Positive(int n)
    {
        yield return new("HalfNormal", "D.HalfNormal(p['scale'])", Above(n, "scale"), p => new HalfNormal(p["scale"]));
        yield return new("HalfCauchy", "D.HalfCauchy(p['scale'])", Above(n, "scale"), p => new HalfCauchy(p["scale"]));
        yield return new("HalfStudentT", null, Above(n, "df", "scale"), p => new HalfStudentT(p["df"], p["scale"]));
        yield return new("LogNormal", "D.LogNormal(p['loc'], p['scale'])", LocScale(n), p => new LogNormal(p["loc"], p["scale"]));
        yield return new("Exponential", "D.Exponential(p['rate'])", Above(n, "rate"), p => new Exponential(p["rate"]));
        yield return new("Gamma", "D.Gamma(p['a'], p['b'])", Above(n, "a", "b"), p => new Gamma(p["a"], p["b"]));
        yield return new(
            "InverseGamma", "D.TransformedDistribution(D.Gamma(p['a'], p['b']), D.PowerTransform(torch.tensor(-1.0)))", Above(n, "a", "b"),
            p => new InverseGamma(p["a"], p["b"]));
        yield return new("Chi2", "D.Chi2(p['df'])", Above(n, "df"), p => new Chi2(p["df"]));
        yield return new("Weibull", "D.Weibull(p['scale'], p['b'])", Above(n, "scale", "b"), p => new Weibull(p["scale"], p["b"]));
        yield return new("Pareto", "D.Pareto(p['scale'], p['alpha'])", Above(n, "scale", "alpha"), p => new Pareto(p["scale"], p["alpha"]));
        yield return new("Beta", "D.Beta(p['a'], p['b'])", Above(n, "a", "b"), p => new Beta(p["a"], p["b"]));
        yield return new("Kumaraswamy", "D.Kumaraswamy(p['a'], p['b'])", Above(n, "a", "b"), p => new Kumaraswamy(p["a"], p["b"]));
        yield return new(
            "ContinuousBernoulli", "D.ContinuousBernoulli(logits=p['logits'])", Logits(n), p => new ContinuousBernoulli(logits: p["logits"]));
        yield return new("VonMises", "D.VonMises(p['loc'], p['scale'])", LocScale(n), p => new VonMises(p["loc"], p["scale"]));

        // A temperature is a schedule's: it has no gradient.
        yield return new(
            "RelaxedBernoulli", "D.RelaxedBernoulli(torch.tensor(0.7), logits=p['logits'])", Logits(n),
            p => new RelaxedBernoulli(0.7, logits: p["logits"]));
    }

    private static IEnumerable<FamilyCase> Counts(int n)
    {
        yield return new("Bernoulli", "D.Bernoulli(logits=p['logits'])", Logits(n), p => new Bernoulli(logits: p["logits"]));
        yield return new("Categorical", "D.Categorical(logits=p['logits'])", Logits(n, Vector), p => new Categorical(logits: p["logits"]));
        yield return new(
            "OneHotCategorical", "D.OneHotCategorical(logits=p['logits'])", Logits(n, Vector), p => new OneHotCategorical(logits: p["logits"]));
        yield return new(
            "OneHotCategoricalStraightThrough", "D.OneHotCategoricalStraightThrough(logits=p['logits'])", Logits(n, Vector),
            p => new OneHotCategoricalStraightThrough(logits: p["logits"]));
        yield return new("Poisson", "D.Poisson(p['rate'])", Above(n, "rate"), p => new Poisson(p["rate"]));
        yield return new("Geometric", "D.Geometric(logits=p['logits'])", Logits(n), p => new Geometric(logits: p["logits"]));
        yield return new("Binomial", "D.Binomial(10, logits=p['logits'])", Logits(n), p => new Binomial(10, logits: p["logits"]));
        yield return new(
            "NegativeBinomial", "D.NegativeBinomial(p['r'], logits=p['logits'])", new(Logits(n)) { ["r"] = rand(n) * 3 + 0.5 },
            p => new NegativeBinomial(p["r"], logits: p["logits"]));
        yield return new("GammaPoisson", null, Above(n, "a", "b"), p => new GammaPoisson(p["a"], p["b"]));
        yield return new("BetaBinomial", null, Above(n, "a", "b"), p => new BetaBinomial(p["a"], p["b"], 10));
        yield return new("Multinomial", "D.Multinomial(10, logits=p['logits'])", Logits(n, Vector), p => new Multinomial(10, logits: p["logits"]));
        yield return new(
            "DirichletMultinomial", null, new() { ["concentration"] = rand(n, Vector) + 0.5 }, p => new DirichletMultinomial(p["concentration"], 10));
        yield return new(
            "OrderedLogistic", null, new() { ["predictor"] = randn(n), ["cutpoints"] = linspace(-2, 2, Vector) },
            p => new OrderedLogistic(p["predictor"], p["cutpoints"]));
    }

    private static IEnumerable<FamilyCase> Vectors(int n)
    {
        yield return new(
            "Independent", "D.Independent(D.Normal(p['loc'], p['scale']), 1)",
            new() { ["loc"] = randn(n, Vector), ["scale"] = rand(n, Vector) + 0.5 },
            p => new Independent(new Normal(p["loc"], p["scale"]), 1));
        yield return new(
            "Dirichlet", "D.Dirichlet(p['concentration'])", new() { ["concentration"] = rand(n, Vector) + 0.5 },
            p => new Dirichlet(p["concentration"]));
        yield return new(
            "MultivariateNormal", "D.MultivariateNormal(p['loc'], scale_tril=p['scaleTril'])", Tril(n),
            p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"]));
        yield return new("MultivariateStudentT", null, Tril(n), p => new MultivariateStudentT(4, p["loc"], p["scaleTril"]));
        yield return new(
            "LowRankMultivariateNormal", "D.LowRankMultivariateNormal(p['loc'], p['factor'], p['diagonal'])",
            new() { ["loc"] = randn(n, Vector), ["factor"] = randn(n, Vector, 2), ["diagonal"] = rand(n, Vector) + 0.5 },
            p => new LowRankMultivariateNormal(p["loc"], p["factor"], p["diagonal"]));
        yield return new(
            "LKJCholesky", $"D.LKJCholesky({Vector}, p['concentration'])", Above(n, "concentration"),
            p => new LKJCholesky(Vector, p["concentration"]));
        yield return new(
            "Wishart", $"D.Wishart(torch.tensor({Vector}.5), scale_tril=p['scaleTril'])", new() { ["scaleTril"] = Tril(n)["scaleTril"] },
            p => new Wishart(Vector + 0.5, p["scaleTril"]));
        yield return new(
            "InverseWishart", null, new() { ["scaleTril"] = Tril(n)["scaleTril"] }, p => new InverseWishart(Vector + 2.5, p["scaleTril"]));
        yield return new("ZeroSumNormal", null, Above(n, "scale"), p => new ZeroSumNormal(Vector, p["scale"]));
        yield return new(
            "RelaxedOneHotCategorical", "D.RelaxedOneHotCategorical(torch.tensor(0.7), logits=p['logits'])", Logits(n, Vector),
            p => new RelaxedOneHotCategorical(0.7, logits: p["logits"]));
        yield return new(
            "MixtureSameFamily", "D.MixtureSameFamily(D.Categorical(logits=p['logits']), D.Normal(p['loc'], p['scale']))",
            new(Logits(n, Vector)) { ["loc"] = randn(n, Vector), ["scale"] = rand(n, Vector) + 0.5 },
            p => new MixtureSameFamily(new Categorical(logits: p["logits"]), new Normal(p["loc"], p["scale"])));
    }

    private static Dictionary<string, Tensor> LocScale(int n) => new() { ["loc"] = randn(n), ["scale"] = rand(n) + 0.5 };

    private static Dictionary<string, Tensor> Above(int n, params string[] names) => names.ToDictionary(name => name, _ => rand(n) * 3 + 0.5);

    private static Dictionary<string, Tensor> Logits(params long[] shape) => new() { ["logits"] = randn(shape) };

    private static Dictionary<string, Tensor> Tril(int n) => new()
    {
        ["loc"] = randn(n, Vector),
        ["scaleTril"] = (randn(n, Vector, Vector) * 0.3).tril(-1) + diag_embed(rand(n, Vector) + 0.5),
    };
}
