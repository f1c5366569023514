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
    private readonly Dictionary<(string Name, int Line, string Text), Tensor> computed = [];

    /// <summary>Which elements of a site's plates are observed.</summary>
    /// <param name="site">The site.</param>
    /// <returns>Boolean, a dimension for each plate, of size 1 where the mask is the same for all of it; null where everything is observed.</returns>
    /// <exception cref="PplShapeException">The mask has another shape.</exception>
    public Tensor? Of(SiteInfo site)
    {
        if (site.MaskText is null) return null;

        // A scope of the caller's may have disposed of what an earlier pass has computed.
        var key = (site.Name, site.Line, site.DistributionText);
        if (computed.TryGetValue(key, out var before) && !before.IsInvalid) return before;
        return Computed(site) is { } mask ? computed[key] = DataMask.Checked(site, mask, layout) : null;
    }

    /// <summary>Which of the data of a site are there.</summary>
    /// <param name="site">The site, of data observed slice by slice any of theirs.</param>
    /// <returns>
    /// Boolean: a dimension for each plate, of its size or 1; of data observed slice by slice [plates, slices]. Null where all are there.
    /// </returns>
    public Tensor? OfData(SiteInfo site)
    {
        if (site.SliceDimension is null) return Of(site);

        // Exclusive arms that observe the same slice have the same mask.
        var sizes = layout.Sizes(site);
        var slices = model.Sequence(batch.Lengths).Where(other => other.SliceDimension is not null && other.Variable == site.Variable)
            .GroupBy(other => other.Element).OrderBy(sites => sites.Key).Select(sites => sites.First());
        var all = ones(sizes, ScalarType.Bool, batch[0].device);
        return stack([.. slices.Select(slice => Of(slice)?.expand(sizes) ?? all)], sizes.Length);
    }

    /// <summary>Which of a parameter's data are there, as encoders see it: 1 and 0, in the numbers of the data.</summary>
    /// <param name="input">The parameter's position.</param>
    /// <param name="site">The masked site whose data it holds; null where all are there.</param>
    /// <returns>[plates]; of data observed slice by slice [plates, slices].</returns>
    public Tensor Shown(int input, SiteInfo? site)
    {
        var (name, data) = (model.Plan.Inputs[input].Name, batch[input]);
        var type = is_floating_point(data) ? data.dtype : get_default_dtype();
        var sizes = layout.Sizes(site ?? model.Plan.Sites.First(other => other.DataName == name));

        // Nothing at all is known of a latent.
        if (data.numel() == 0) return zeros(sizes, type, data.device);
        return (site is null ? null : OfData(site)) is { } mask ? mask.expand([.. sizes, .. mask.shape[sizes.Length..]]).to(type)
            : ones(sizes, type, data.device);
    }

    /// <summary>The mask of data with a dimension for each of theirs up to the slices.</summary>
    /// <param name="site">The site.</param>
    /// <param name="mask">As <see cref="OfData"/> gives it.</param>
    public static Tensor Aligned(SiteInfo site, Tensor mask)
    {
        if (site.SliceDimension is not { } dimension) return mask;
        var plates = site.Plates.Count;
        return mask.reshape([.. mask.shape[..plates], .. Enumerable.Repeat(1L, dimension - plates), mask.shape[plates]]);
    }

    /// <exception cref="PplShapeException">The user's expression fails.</exception>
    private Tensor? Computed(SiteInfo site)
    {
        try
        {
            return model.Mask(site, batch.Tensors);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            throw new PplShapeException($"its mask {site.MaskText} cannot be computed: {fault.Message.Split('\n')[0]}", site.Name, fault);
        }
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
    public Tensor Seen(int input, SiteInfo? site) =>
        site is not null && OfData(site) is { } mask ? DataMask.Fill(batch[input], Aligned(site, mask), 0) : batch[input];

    /// <summary>The sizes of the plates.</summary>
    public override string ToString() => $"masks of {layout}";
}
