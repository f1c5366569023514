using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The latents that an objective compares over the rows, as one code for each row: those of one rows plate, by name or all.</summary>
internal sealed class LatentCodes
{
    private readonly IReadOnlyList<string>? names;

    /// <param name="names">Names, <c>z</c>, <c>h[1]</c>, or <c>h</c> for all its elements; all latents when null.</param>
    public LatentCodes(IReadOnlyList<string>? names)
    {
        if (names is { Count: 0 }) throw new ArgumentException("at least one latent is needed; leave it out for all.", nameof(names));
        this.names = names;
    }

    /// <summary>How the choice shows in an objective's text.</summary>
    public string Text => names is null ? "" : $" of {string.Join(", ", names)}";

    /// <summary>Whether a latent is one of them.</summary>
    public bool Has(SiteInfo site) => names is null || names.Contains(site.Name) || names.Contains(site.Variable);

    /// <summary>Refuses names that are no latent's.</summary>
    /// <exception cref="PplArgumentException">The message says which there are.</exception>
    public void RequireNames(Objective objective, Guide guide)
    {
        if (!guide.KnowsLatents) return;
        foreach (var name in names ?? [])
        {
            if (guide.LatentSites.Any(site => site.Name == name || site.Variable == name)) continue;
            throw new PplArgumentException(
                $"{objective}: {guide.Plan.Model} has no latent '{name}'; its latents are {string.Join(", ", guide.LatentNames)}.");
        }
    }

    /// <summary>The chosen latents of a guide; refuses what is no code with one prior for all rows.</summary>
    /// <exception cref="PplArgumentException">The message names the latent and says why.</exception>
    public IReadOnlyList<SiteInfo> Require(Objective objective, Guide guide)
    {
        RequireNames(objective, guide);
        if (!guide.KnowsLatents) return [];
        var sites = guide.LatentSites.Where(Has).ToList();
        if (sites.Count == 0) throw new PplArgumentException($"{objective}: {guide.Plan.Model} has no latents.");
        foreach (var site in sites)
        {
            if (!site.IsLocal)
            {
                throw new PplArgumentException(
                    $"{objective}: it stands outside every rows plate, and there are no codes of rows to compare. Say which latents are meant, by "
                    + "'latents:'.",
                    site.Name);
            }

            if (site.IsPlated)
            {
                throw new PplArgumentException(
                    $"{objective}: its prior follows other latents or the row, and the codes of all rows are compared with one prior. Say which "
                    + "latents are meant, by 'latents:'.",
                    site.Name);
            }
        }

        if (sites.Select(site => site.Plates[0].Index).Distinct().Count() == 1) return sites;
        throw new PplArgumentException(
            $"{objective}: {string.Join(" and ", sites.Select(site => site.Name))} do not stand in the same rows plate, so that they are no one code "
            + "of a row. Say which latents are meant, by 'latents:'.");
    }

    /// <summary>The chosen latents of a batch.</summary>
    public IReadOnlyList<LatentDraw> In(BatchDraws draws) => [.. draws.Latents.Where(latent => Has(latent.Site))];

    /// <summary>The codes, each latent's coordinates beside those of the one before, with their graph: [K, B, D].</summary>
    /// <exception cref="PplArgumentException">No gradient runs along the draws of a latent.</exception>
    public Tensor Of(BatchDraws draws) => Beside(draws, latent =>
        latent.Guide.IsReparameterized ? latent.Value : throw new PplArgumentException(
            $"its factor {latent.Guide.Name} is not reparameterized, so that no gradient runs along its draws, which the codes are compared by.",
            latent.Site.Name));

    /// <summary>As many draws of the prior, with their graph where its parameters are trained: [K, B, D].</summary>
    /// <exception cref="PplArgumentException">A prior is trained, and its draws carry no gradient to its parameters.</exception>
    public Tensor OfPrior(BatchDraws draws) => Beside(draws, latent =>
    {
        var (prior, shape) = (latent.Prior, latent.Value.shape[..(latent.Site.Plates.Count + 1)]);
        if (prior.IsReparameterized) return Like(prior.RSample(shape));
        if (!prior.IsDifferentiated) return Like(prior.Sample(shape));
        throw new PplArgumentException(
            $"the parameters of its prior {prior.Name} are trained, and its draws, which the codes are compared with, carry no gradient to them.",
            latent.Site.Name);

        // A prior of numbers alone has no type and no place of its own.
        Tensor Like(Tensor draw) => draw.to(latent.Value.dtype, latent.Value.device);
    });

    /// <summary>How often what is a number for each row counts in the bound: once, or N times where that is of the whole data.</summary>
    public double Count(BatchDraws draws) => draws.Draws.Guide.Plan.IsPerDatum ? 1 : draws.Draws.Batch.Total(In(draws)[0].Site.Plates[0]);

    private Tensor Beside(BatchDraws draws, Func<LatentDraw, Tensor> numbers) => cat(
        [.. In(draws).Select(latent => numbers(latent) is var z ? z.reshape(latent.Value.shape[0], latent.Value.shape[1], -1) : z)], 2);
}
