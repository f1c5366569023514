using Ppl.Data;
using Ppl.EndToEnd.Tests.Catalogue;
using Ppl.Inference;

namespace Ppl.EndToEnd.Tests;

/// <summary>Annealing with one temperature that starts at the guide is importance sampling, on every model that has both.</summary>
public sealed class AnnealingParityTests
{
    private const int Samples = 3;

    public static TheoryData<string> Names => Models.Names;

    /// <summary>The same draws, weighed by log p(x, z) − log q(z | x) along two ways of code: each row's estimate is the same.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void One_temperature_from_the_guide_is_importance_sampling(string name)
    {
        var entry = Models.Get(name);
        using var pass = Pass.Prepare(entry, disturb: 0);
        if (!pass.Guide.Plan.IsPerDatum) return;
        var inputs = pass.Guide.Plan.Inputs;
        using var data = Dataset.From(name, [.. inputs.Select((input, i) => (input.Name, pass.Batch[i])).Where((_, i) => inputs[i].HasRows)]);
        var options = new EvaluationOptions { Seed = 3, BatchSize = 2, Shared = [.. pass.Batch.Tensors.Where((_, i) => !inputs[i].HasRows)] };
        var annealing = new AnnealingOptions { Chains = Samples, Temperatures = 1, Start = AnnealingStart.Guide };
        var annealed = () => Evaluate.AnnealedLikelihood(pass.Model, pass.Guide, data, annealing, options).Estimate.PerDatum;
        if (Refusal(entry, pass.Guide) is { } reason)
        {
            Assert.Contains(reason, Assert.Throws<PplArgumentException>(annealed).Message, StringComparison.Ordinal);
            return;
        }

        var sampled = Evaluate.NegativeLogLikelihood(pass.Model, pass.Guide, data, Samples, options).PerDatum;
        Assert.All(sampled.Zip(annealed()), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * Math.Max(1, Math.Abs(pair.First))));
    }

    /// <summary>Why a model with a number for each datum has no annealed likelihood; null for one that has.</summary>
    private static string? Refusal(CatalogueEntry entry, Guide guide) =>
        guide.Plan.Latents.Any(site => site.Known is not null) ? "it is known in some rows"
        : entry.Discrete.Length > 0 ? "no smooth map leads from the reals" : null;
}
