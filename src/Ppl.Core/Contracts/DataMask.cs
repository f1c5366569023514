using Ppl.Distributions;
using Ppl.Shapes;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Data with missing entries: the checks of masks, and what stands in the place of what is not there.</summary>
internal static class DataMask
{
    /// <summary>A mask as Boolean numbers.</summary>
    /// <param name="site">The site.</param>
    /// <param name="mask">Boolean, or 0 and 1.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <exception cref="PplShapeException">It has not a dimension for each plate, of the plate's size or 1.</exception>
    /// <exception cref="PplSupportException">It has a number that is neither 0 nor 1; the message names its place.</exception>
    public static Tensor Checked(SiteInfo site, Tensor mask, Layout layout)
    {
        var (shape, sizes) = (mask.shape, layout.Sizes(site));
        if (shape.Length == sizes.Length && shape.Zip(sizes).All(pair => pair.First == pair.Second || pair.First == 1))
            return FindFault(site, mask) is { } fault ? throw fault.ToException(site.DataName ?? site.Name) : mask.to(ScalarType.Bool);
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

    /// <summary>A mask with the rows of a value: repeated for each particle where the value has a row for each.</summary>
    /// <param name="site">The site.</param>
    /// <param name="mask">Boolean, a dimension for each plate, over B rows or one.</param>
    /// <param name="value">[plates, event], over B or K·B rows.</param>
    /// <param name="layout">The particles and plates.</param>
    public static Tensor InRowsOf(SiteInfo site, Tensor mask, Tensor value, Layout layout)
    {
        if (!site.IsLocal || layout.Particles == 1) return mask;
        var rows = layout.Rows(site.Plates[0]);
        return value.shape[0] == rows.Total && mask.shape[0] == rows.Count ? rows.Repeat(mask) : mask;
    }

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

    /// <summary>A value inside the support: the image of 0 where the reals map onto it, else an entry that the support names, else a draw.</summary>
    private static TensorOrScalar Inside(Distribution distribution, Tensor value)
    {
        using var grad = no_grad();
        if (distribution is SlicedDistribution slices)
        {
            // A slice's own event does not hold the dimension that counts the slices.
            var at = slices.Dimension + (int)value.dim() - slices.Shape.Length;
            var one = Inside(slices.First, value.select(at, 0));
            return one.IsScalar ? one : one.Tensor!.unsqueeze(at);
        }

        var support = distribution.ValueConstraint;
        if (support.Bijection is Identity) return 0;
        if (support.IsPoint) return distribution.Mean;
        if (support.Bijection is { } map)
            return map.Forward(zeros(map.InverseShape(value.shape), is_floating_point(value) ? value.dtype : get_default_dtype(), value.device));
        return support.Entry(value) ?? distribution.Sample();
    }

    /// <summary>The mask with a dimension of 1 for each of the event's.</summary>
    /// <param name="mask">Boolean, a dimension for each plate.</param>
    /// <param name="value">[plates, event].</param>
    public static Tensor Over(Tensor mask, Tensor value) =>
        mask.reshape([.. mask.shape, .. Enumerable.Repeat(1L, (int)value.dim() - (int)mask.dim())]);
}
