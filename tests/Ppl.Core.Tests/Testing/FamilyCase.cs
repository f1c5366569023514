using System.Text.Json;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Testing;

/// <summary>One row of the table of families: everything that the tests of FamilyTests need.</summary>
internal sealed record FamilyCase(string Name, Func<IReadOnlyDictionary<string, Tensor>, Distribution> Create)
{
    public static readonly IReadOnlyList<FamilyCase> All =
    [
        new("Normal", p => new Normal(p["loc"], p["scale"])),
        new("Normal.FromLogScale", p => Normal.FromLogScale(p["loc"], p["logScale"])),
        new("Bernoulli(logits)", p => new Bernoulli(logits: p["logits"])) { IsDiscrete = true },
        new("Bernoulli(probs)", p => new Bernoulli(probs: p["probs"])) { IsDiscrete = true },
        new("Categorical(logits)", p => new Categorical(logits: p["logits"])) { IsDiscrete = true },
        new("Categorical(probs)", p => new Categorical(probs: p["probs"])) { IsDiscrete = true },
        new("MultivariateNormal(scaleTril)", p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"])),
        new("MultivariateNormal(covariance)", p => new MultivariateNormal(p["loc"], covariance: p["covariance"])),
        new("MultivariateNormal(precision)", p => new MultivariateNormal(p["loc"], precision: p["precision"])),
        new("MultivariateNormal(shared matrix)", p => new MultivariateNormal(p["loc"], scaleTril: p["scaleTril"])),
        new("Independent(Normal)", p => new Independent(new Normal(p["loc"], p["scale"]), 1)),
        new("Delta", p => new Delta(p["value"])) { IsPoint = true },
        new("HalfNormal", p => new HalfNormal(p["scale"])),
        new("HalfCauchy", p => new HalfCauchy(p["scale"])),
        new("LogNormal", p => new LogNormal(p["loc"], p["scale"])),
        new("Gamma", p => new Gamma(p["concentration"], p["rate"])) { IsImplicit = true },
        new("Beta", p => new Beta(p["concentration1"], p["concentration0"])) { IsImplicit = true },
        new("Dirichlet", p => new Dirichlet(p["concentration"])) { IsImplicit = true },
    ];

    /// <summary>A point mass: its density is flat at the point, so there is no gradient to compare.</summary>
    public bool IsPoint { get; init; }

    /// <summary>
    /// A family whose draws come of a rejection sampler: the gradient is that of the draw's distribution, not of the draw at fixed noise.
    /// </summary>
    public bool IsImplicit { get; init; }

    /// <summary>A family of discrete values: its draws have no gradient.</summary>
    public bool IsDiscrete { get; init; }

    public JsonElement Reference => References.Family(Name);

    public Dictionary<string, Tensor> Parameters() => References.Parameters(Reference);

    public Distribution Make() => Create(Parameters());

    public Tensor Value() => References.ToTensor(Reference.GetProperty("value"));

    public Tensor? Expected(string property)
        => Reference.TryGetProperty(property, out var element) && element.ValueKind != JsonValueKind.Null ? References.ToTensor(element) : null;

    /// <summary>
    /// A random direction that keeps the parameter in its domain: symmetric, lower triangular, or 0 at the ends of [0, 1].
    /// </summary>
    public static Tensor Direction(string parameter, Tensor value)
    {
        var d = randn_like(value);
        return parameter switch
        {
            "scaleTril" => d.tril(),
            "covariance" or "precision" => d + d.transpose(-2, -1),
            "probs" => d * value * (1 - value).abs(),
            "scale" or "rate" or "concentration" or "concentration1" or "concentration0" => d * value,
            _ => d,
        };
    }

    public override string ToString() => Name;
}
