using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>What is known of a latent: its values in some rows. There it is no draw and has no log q, and its log p stays.</summary>
/// <param name="Data">The values, with anything where they are missing: [plates, event].</param>
/// <param name="Mask">Boolean, true where they are known: a dimension for each plate, of its size or 1.</param>
internal sealed record KnownValues(Tensor Data, Tensor Mask)
{
    /// <summary>The latent's value: what is known, else the draw.</summary>
    /// <param name="site">The latent.</param>
    /// <param name="draw">[plates, event], with K·B rows in the rows of data.</param>
    /// <param name="layout">The particles and plates.</param>
    /// <exception cref="PplShapeException">The known values are of another shape.</exception>
    public Tensor Value(SiteInfo site, Tensor draw, Layout layout)
    {
        long[] expected = [.. layout.Sizes(site), .. draw.shape[site.Plates.Count..]];
        if (!Data.shape.AsSpan().SequenceEqual(expected))
        {
            throw new PplShapeException(
                $"what is known of it, {site.Known}, has shape {ShapeText.Of(Data.shape)}, and its value {layout.Place(site)} is "
                    + $"{ShapeText.Of(expected)}.",
                site.Name);
        }

        var data = site.IsLocal ? layout.Rows(site.Plates[0]).Repeat(Data) : Data;
        var value = where(DataMask.Over(DataMask.InRowsOf(site, Mask, draw, layout), draw), data.to(draw.dtype), draw);

        // Only whole events are known, and log q does not count there: elsewhere it is that of the draw.
        return NoiseMemory.Carry(draw, value, noise => noise);
    }

    /// <summary>The value as the guide has drawn it: known entries, of which it knows nothing, are inside its support.</summary>
    /// <param name="site">The latent.</param>
    /// <param name="value">The latent's value.</param>
    /// <param name="guide">The guide's distribution.</param>
    /// <param name="layout">The particles and plates.</param>
    public Tensor Drawn(SiteInfo site, Tensor value, Distribution guide, Layout layout) =>
        DataMask.Fill(value, DataMask.InRowsOf(site, Mask.logical_not(), value, layout), guide);

    /// <summary>A number of the plates where the value is known, 0 elsewhere.</summary>
    /// <param name="term">A dimension for each plate, perhaps that of particles before them.</param>
    public Tensor WhereKnown(Tensor term) => DataMask.Keep(term, Mask);

    /// <summary>A number of the plates where the value is drawn, 0 elsewhere.</summary>
    /// <param name="term">A dimension for each plate, perhaps that of particles before them.</param>
    public Tensor WhereDrawn(Tensor term) => term.masked_fill(Mask, 0);
}
