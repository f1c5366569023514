using Ppl.Contracts;
using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>One latent of a batch: its draws, and the two distributions that they belong to.</summary>
/// <param name="Site">The latent.</param>
/// <param name="Value">
/// The draws with their graph: [K, plates, event], in a rows plate [K, B, ...]; K is 1 for a latent outside every rows plate.
/// </param>
/// <param name="Guide">The factor q(z | x) with all plates: [B, ...] in a rows plate, [K·B, ...] where it follows other latents.</param>
/// <param name="Prior">
/// The model's distribution: the event alone where it is one for all plates (<see cref="SiteInfo.IsPlated"/> is false), else as the factor.
/// </param>
public sealed record LatentDraw(SiteInfo Site, Tensor Value, Distribution Guide, Distribution Prior)
{
    /// <summary>The name and the shape of the draws.</summary>
    public override string ToString() => $"{Site.Name} {Shapes.ShapeText.Of(Value.shape)}";
}

/// <summary>A batch as an objective sees it that compares its rows: the draws of every latent, beside the terms at them.</summary>
/// <remarks>See <see cref="Objective.OfBatch"/>. Particles that are passes of their own are seen one by one, each with K = 1.</remarks>
public sealed class BatchDraws
{
    // Most objectives look at none.
    private IReadOnlyList<LatentDraw>? latents;

    internal BatchDraws(SiteTerms terms, Draws draws) => (Terms, Draws) = (terms, draws);

    /// <summary>Every site's terms at the draws.</summary>
    public SiteTerms Terms { get; }

    /// <summary>The draws as the guide made them, with the data (<see cref="Draws.Batch"/>), the guide and the layout.</summary>
    public Draws Draws { get; }

    /// <summary>Each latent that the model's runs reach, in the order of the model.</summary>
    public IReadOnlyList<LatentDraw> Latents => latents ??=
    [
        .. Terms.Where(term => term.Site.Kind == SiteKind.Latent).Select(term => new LatentDraw(
            term.Site, ValueOf(term.Site), term.Guide!, term.Model!)),
    ];

    /// <summary>The latent of a name: <c>z</c>, or <c>h[1]</c>.</summary>
    /// <param name="latent">The name.</param>
    /// <exception cref="PplArgumentException">The model has no such latent.</exception>
    public LatentDraw this[string latent] => Latents.FirstOrDefault(draw => draw.Site.Name == latent) ?? throw new PplArgumentException(
        $"{Draws.Guide.Plan.Model} has no latent '{latent}'; its latents are {string.Join(", ", Draws.Guide.LatentNames)}.");

    /// <summary>The latents with the shapes of their draws.</summary>
    public override string ToString() => string.Join(", ", Latents);

    private Tensor ValueOf(SiteInfo site)
    {
        var folded = Draws.Latents[Draws.PlaceOf(site)];
        return site.IsLocal ? Draws.Layout.Rows(site.Plates[0]).Unfold(folded) : folded.unsqueeze(0);
    }
}
