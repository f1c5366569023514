using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// Data with missing entries: which are there, and what stands in the place of the others. A mask is computed from data alone, so that it is the
/// same for every particle: one a batch, over B rows.
/// </summary>
internal static class DataMask
{
    /// <summary>Which elements of a site's plates are observed.</summary>
    /// <param name="model">The model.</param>
    /// <param name="site">The site.</param>
    /// <param name="inputs">One tensor for each parameter, in order.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <returns>Boolean, a dimension for each plate, of size 1 where the mask is the same for all of it; null where everything is observed.</returns>
    /// <exception cref="PplShapeException">The mask has another shape.</exception>
    public static Tensor? Of(IGeneratedModel model, SiteInfo site, IReadOnlyList<Tensor> inputs, Layout layout) =>
        site.MaskText is not null && Computed(model, site, inputs) is { } mask ? Checked(site, mask, layout) : null;

    /// <exception cref="PplShapeException">The user's expression fails.</exception>
    private static Tensor? Computed(IGeneratedModel model, SiteInfo site, IReadOnlyList<Tensor> inputs)
    {
        try
        {
            return model.Mask(site, inputs);
        }
        catch (Exception fault) when (LibraryFault.Is(fault))
        {
            throw new PplShapeException($"its mask {site.MaskText} cannot be computed: {fault.Message.Split('\n')[0]}", site.Name, fault);
        }
    }

    /// <summary>The data of a site, with what of them is there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="site">A latent.</param>
    /// <param name="batch">The data.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <returns>Null where nothing is known of the latent.</returns>
    public static KnownValues? Known(IGeneratedModel model, SiteInfo site, Batch batch, Layout layout)
    {
        if (site.Known is not { } name || batch[name] is not { } data || data.numel() == 0) return null;
        return new(data, Of(model, site, batch.Tensors, layout) ?? All(layout.Sizes(site), data.device));
    }

    private static Tensor All(long[] sizes, Device device) => ones([.. sizes.Select(_ => 1L)], ScalarType.Bool, device);

    /// <summary>A mask as Boolean numbers.</summary>
    /// <param name="site">The site.</param>
    /// <param name="mask">Boolean, or 0 and 1.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <exception cref="PplShapeException">It has not a dimension for each plate, of the plate's size or 1.</exception>
    public static Tensor Checked(SiteInfo site, Tensor mask, Layout layout)
    {
        var (shape, sizes) = (mask.shape, layout.Sizes(site));
        if (shape.Length == sizes.Length && shape.Zip(sizes).All(pair => pair.First == pair.Second || pair.First == 1))
            return mask.dtype == ScalarType.Bool ? mask : mask.ne(0);
        var needed = sizes.Length == 0 ? "it needs to be one Boolean number, of shape ()"
            : $"its shape must be {ShapeText.Of(sizes)}, with 1 for a plate where it is the same in all of it";
        throw new PplShapeException(
            $"the mask {site.MaskText} has shape {ShapeText.Of(shape)}, but the site stands {layout.Place(site)}: {needed}.", site.Name);
    }

    /// <summary>The first entry of a mask of numbers that is neither 0 nor 1.</summary>
    /// <param name="site">The site.</param>
    /// <param name="mask">The mask.</param>
    public static ValueFault? FindFault(SiteInfo site, Tensor mask) => mask.dtype == ScalarType.Bool ? null
        : ValueCheck.First(mask, mask.eq(0).logical_or(mask.eq(1)), "value", $"the mask {site.MaskText} must be Boolean, or 0 and 1");

    /// <summary>A parameter of the model as encoders see it: missing entries of data are 0.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <param name="input">The parameter's position.</param>
    public static Tensor Seen(IGeneratedModel model, Batch batch, Layout layout, int input)
    {
        var name = model.Plan.Inputs[input].Name;
        var data = batch[input];
        return OfData(model, name, batch.Tensors, layout) is { } mask ? Fill(data, Aligned(model, name, mask), 0) : data;
    }

    /// <summary>Which of a parameter's data are there, as encoders see it: 1 and 0, in the numbers of the data.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <param name="input">The parameter's position.</param>
    /// <returns>[plates]; of data observed slice by slice [plates, slices].</returns>
    public static Tensor Shown(IGeneratedModel model, Batch batch, Layout layout, int input)
    {
        var (name, data) = (model.Plan.Inputs[input].Name, batch[input]);
        var type = is_floating_point(data) ? data.dtype : get_default_dtype();
        var sizes = layout.Sizes(model.Plan.Sites.First(site => site.DataName == name));

        // Nothing at all is known of a latent.
        if (data.numel() == 0) return zeros(sizes, type, data.device);
        var mask = OfData(model, name, batch.Tensors, layout)!;
        return mask.expand([.. sizes, .. mask.shape[sizes.Length..]]).to(type);
    }

    /// <summary>Which of a parameter's data are there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="inputs">One tensor for each parameter, in order.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <returns>
    /// Boolean: a dimension for each plate, of its size or 1; of data observed slice by slice [plates, slices]. Null where all are there.
    /// </returns>
    public static Tensor? OfData(IGeneratedModel model, string name, IReadOnlyList<Tensor> inputs, Layout layout)
    {
        var masked = model.Plan.Sites.FirstOrDefault(site => site.DataName == name && site.MaskText is not null);
        if (masked is null) return null;
        if (masked.SliceDimension is null) return Of(model, masked, inputs, layout);

        // Exclusive arms that observe the same slice have the same mask.
        var sizes = layout.Sizes(masked);
        var slices = model.Sequence.Where(site => site.SliceDimension is not null && site.Variable == name)
            .GroupBy(site => site.Element).OrderBy(sites => sites.Key).Select(sites => sites.First());
        var all = ones(sizes, ScalarType.Bool, inputs[0].device);
        return stack([.. slices.Select(site => Of(model, site, inputs, layout)?.expand(sizes) ?? all)], sizes.Length);
    }

    /// <summary>The mask of data with a dimension for each of theirs.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The parameter.</param>
    /// <param name="mask">As <see cref="OfData"/> gives it.</param>
    public static Tensor Aligned(IGeneratedModel model, string name, Tensor mask)
    {
        var site = model.Plan.Sites.First(site => site.DataName == name);
        if (site.SliceDimension is not { } dimension) return mask;
        var plates = site.Plates.Count;
        return mask.reshape([.. mask.shape[..plates], .. Enumerable.Repeat(1L, dimension - plates), mask.shape[plates]]);
    }

    /// <summary>The same for a batch alone.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The data.</param>
    /// <param name="input">The parameter's position.</param>
    public static Tensor Seen(IGeneratedModel model, Batch batch, int input) => Seen(model, batch, new Layout(batch, 1), input);

    /// <summary>The data with another value where they are missing.</summary>
    /// <param name="value">The data: [plates, event].</param>
    /// <param name="mask">Boolean, a dimension for each plate.</param>
    /// <param name="filler">The value in the place of missing ones: broadcasts with the data.</param>
    public static Tensor Fill(Tensor value, Tensor mask, TensorOrScalar filler)
    {
        var missing = Over(mask.logical_not(), value);
        return filler.IsScalar ? value.masked_fill(missing, filler.Scalar) : where(missing, filler.Tensor.to(value.dtype), value);
    }

    /// <summary>The data with values inside the distribution's support where they are missing, so that densities and gradients are finite.</summary>
    /// <param name="value">The data: [plates, event].</param>
    /// <param name="mask">Boolean, a dimension for each plate.</param>
    /// <param name="distribution">The model's distribution, over as many rows where its support follows them.</param>
    public static Tensor Fill(Tensor value, Tensor mask, Distribution distribution) => Fill(value, mask, Inside(distribution, value));

    /// <summary>Whether the support's bounds are tensors, which have the distribution's rows.</summary>
    /// <param name="support">The support.</param>
    public static bool FollowsRows(Constraint support)
    {
        var follows = false;
        support.Map((bound, _) =>
        {
            follows |= bound.dim() > 0;
            return bound;
        });
        return follows;
    }

    /// <summary>Numbers of the plates, 0 where the mask is false: neither they nor their gradients count.</summary>
    /// <param name="term">A dimension for each plate, perhaps that of particles before them.</param>
    /// <param name="mask">Boolean, a dimension for each plate.</param>
    public static Tensor Keep(Tensor term, Tensor mask) => term.masked_fill(mask.logical_not(), 0);

    /// <summary>A value inside the support: the image of 0 where the reals map onto it, 0 where it is whole numbers with 0, else a draw.</summary>
    private static TensorOrScalar Inside(Distribution distribution, Tensor value)
    {
        using var grad = no_grad();
        var support = distribution.ValueConstraint;
        if (support.Bijection is Identity) return 0;
        if (support.IsPoint) return distribution.Mean;
        if (support.Bijection is { } map)
            return map.Forward(zeros(map.InverseShape(value.shape), is_floating_point(value) ? value.dtype : get_default_dtype(), value.device));
        return support.Find(0, "value", "") is null ? 0 : distribution.Sample();
    }

    /// <summary>The mask with a dimension of 1 for each of the event's.</summary>
    /// <param name="mask">Boolean, a dimension for each plate.</param>
    /// <param name="value">[plates, event].</param>
    public static Tensor Over(Tensor mask, Tensor value) =>
        mask.reshape([.. mask.shape, .. Enumerable.Repeat(1L, (int)value.dim() - (int)mask.dim())]);
}
