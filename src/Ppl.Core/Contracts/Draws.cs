using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>The guide's draws for one batch: every latent's value and the distribution it was drawn from.</summary>
/// <param name="guide">The guide that drew them.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The draws' particles and plates.</param>
/// <param name="latents">
/// The values, folded ([plates, event]; [K·B, event] in a rows plate), in the order of the model, of the latents that its runs reach.
/// </param>
/// <param name="distributions">The guide's distributions, with all plates, of B or K·B rows in a rows plate; in the same order.</param>
public sealed class Draws(
    Guide guide,
    Batch batch,
    Layout layout,
    IReadOnlyList<Tensor> latents,
    IReadOnlyList<Distribution> distributions)
{
    private readonly IReadOnlyList<Draws>? parts;

    /// <summary>Particles that are passes of their own.</summary>
    internal Draws(Guide guide, Batch batch, Layout layout, IReadOnlyList<Draws> parts) : this(guide, batch, layout, [], []) => this.parts = parts;

    /// <summary>The guide that drew them.</summary>
    public Guide Guide { get; } = guide;

    /// <summary>Itself where one pass computes all particles; otherwise the draws of each particle.</summary>
    public IReadOnlyList<Draws> Parts => parts ?? [this];

    /// <summary>The data.</summary>
    public Batch Batch { get; } = batch;

    /// <summary>The draws' particles and plates.</summary>
    public Layout Layout { get; } = layout;

    /// <summary>
    /// The values, folded ([plates, event]; [K·B, event] in a rows plate), in the order of the model; the elements of an indexed site by index.
    /// Their names are <see cref="Ppl.Guide.LatentNames"/>: those that the model's runs reach.
    /// </summary>
    /// <exception cref="PplArgumentException">Each particle is a pass of its own: its <see cref="Parts"/> have the values.</exception>
    public IReadOnlyList<Tensor> Latents => parts is null ? latents : throw OfParts();

    /// <summary>The guide's distributions, with all plates, in the same order.</summary>
    /// <exception cref="PplArgumentException">Each particle is a pass of its own: its <see cref="Parts"/> have the distributions.</exception>
    public IReadOnlyList<Distribution> Distributions => parts is null ? distributions : throw OfParts();

    /// <summary>Where a latent that the model's runs reach stands in these lists.</summary>
    internal int PlaceOf(SiteInfo site) => Guide.Place(Guide.Slots.Of(site));

    /// <summary>Which of the data are there.</summary>
    internal Masks Masks { get; init; } = new(guide.Model, batch, layout);

    /// <summary>The values with particles apart: [K, plates, event], [1, plates, event] of a latent outside the rows of data.</summary>
    internal IEnumerable<Tensor> Unfolded()
    {
        var sites = Guide.LatentSites;
        for (var i = 0; i < sites.Count; i++)
        {
            if (parts is not null) yield return stack([.. parts.Select(part => part.Latents[i])]);
            else yield return sites[i].IsLocal ? Layout.Rows(sites[i].Plates[0]).Unfold(latents[i]) : latents[i].unsqueeze(0);
        }
    }

    /// <summary>The particles and plates, and the latents' shapes.</summary>
    public override string ToString() =>
        $"draws of {Layout}: "
            + $"{string.Join(", ", Parts[0].Latents.Zip(Guide.LatentNames, (z, name) => $"{name} {ShapeText.Of(z.shape)}"))}";

    /// <summary>
    /// The same values as leaves of the graph, with the guide's distributions computed at them: the partial derivative of a log-density
    /// at a latent, with everything else held fixed, is then <c>autograd.grad</c> for that leaf. Integer values stay as they are.
    /// </summary>
    public Draws AtLeaves()
    {
        var leaves = At(part => [.. part.Latents.Select(z => is_floating_point(z) ? z.detach().requires_grad_() : z.detach())]);
        for (var k = 0; k < Parts.Count; k++) Parts[k].Restate(leaves.Parts[k], _ => true);
        return leaves;
    }

    /// <summary>Lets distributions that were computed again at the same values know the noise that the values were made of.</summary>
    /// <param name="again">The same values, or leaves of them.</param>
    /// <param name="isSame">Which latents have them.</param>
    internal void Restate(Draws again, Func<SiteInfo, bool> isSame)
    {
        var sites = Guide.LatentSites;
        for (var i = 0; i < sites.Count; i++)
        {
            if (isSame(sites[i])) NoiseMemory.Restate(Latents[i], again.Latents[i], Distributions[i], again.Distributions[i]);
        }
    }

    /// <summary>The guide's distributions at other values.</summary>
    /// <param name="latents">Gives the values of each part: folded, in the order of the model.</param>
    internal Draws At(Func<Draws, IReadOnlyList<Tensor>> latents) => parts is null
        ? Guide.Condition(this, latents(this))
        : new Draws(Guide, Batch, Layout, [.. parts.Select(part => part.At(latents))]);

    private static PplArgumentException OfParts() => new("each particle of these draws is a pass of its own: look at its Parts.");
}
