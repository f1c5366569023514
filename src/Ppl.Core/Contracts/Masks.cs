using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// Which of a batch's data are there, and what is known of latents. A mask is computed from data alone, so that it is the same for every particle:
/// one a batch, over B rows, which the passes of guide and model share.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The sizes of the plates.</param>
internal sealed class Masks(IGeneratedModel model, Batch batch, Layout layout)
{
    private readonly Dictionary<SiteInfo, Tensor> computed = new(ReferenceEqualityComparer.Instance);

    /// <summary>Which elements of a site's plates are observed.</summary>
    /// <param name="site">The site.</param>
    /// <returns>Boolean, a dimension for each plate, of size 1 where the mask is the same for all of it; null where everything is observed.</returns>
    /// <exception cref="PplShapeException">The mask has another shape.</exception>
    public Tensor? Of(SiteInfo site)
    {
        if (site.MaskText is null) return null;

        // A scope of the caller's may have disposed of what an earlier pass has computed.
        if (computed.TryGetValue(site, out var before) && !before.IsInvalid) return before;
        return model.Mask(site, batch.Tensors) is { } mask ? computed[site] = DataMask.Checked(site, mask, layout) : null;
    }

    /// <summary>What is known of a latent.</summary>
    /// <param name="site">A latent.</param>
    /// <returns>Null where nothing is known.</returns>
    public KnownValues? Known(SiteInfo site)
    {
        if (site.Known is not { } name || batch[name] is not { } data || data.numel() == 0) return null;
        return new(data, Of(site) ?? ones([.. site.Plates.Select(_ => 1L)], ScalarType.Bool, data.device));
    }

    /// <summary>A parameter as encoders see it: missing entries are 0.</summary>
    /// <param name="input">The parameter's position.</param>
    /// <param name="site">The masked site whose data it holds; null where there is none.</param>
    public Tensor Seen(int input, SiteInfo? site) => site is not null && Of(site) is { } mask ? DataMask.Fill(batch[input], mask, 0) : batch[input];

    /// <summary>The sizes of the plates.</summary>
    public override string ToString() => $"masks of {layout}";
}
