using Ppl.Distributions;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// One run over a guide's draws. Generated code hands it each latent with its encoder and what that sees; the pass draws the value, takes one that is
/// given, or sizes the encoder.
/// </summary>
public sealed class GuidePass
{
    private readonly Batch batch;
    private readonly Layout layout;
    private readonly IReadOnlyList<Tensor?>? given;
    private readonly SimulationPass? prior;
    private readonly Masks masks;
    private readonly PassFeatures shared;
    private readonly Tensor[] values;
    private readonly Distribution[] distributions;

    internal GuidePass(
        Guide guide, Batch batch, Layout layout, IReadOnlyList<Tensor?>? given = null, SimulationPass? prior = null, Masks? masks = null)
    {
        (Guide, this.batch, this.layout, this.given, this.prior) = (guide, batch, layout, given, prior);
        guide.RequireLengths(batch);
        this.masks = masks ?? new Masks(guide.Model, batch, layout);
        shared = new PassFeatures { MaskOf = MaskOf };
        values = new Tensor[guide.Slots.Count];
        distributions = new Distribution[guide.Slots.Count];
    }

    /// <summary>The guide that runs.</summary>
    public Guide Guide { get; }

    /// <summary>A guide whose rows' own parameters start at what this one's encoders say.</summary>
    internal Guide? Starts { get; init; }

    /// <summary>The draws, once the guide has run.</summary>
    internal Draws Draws => Guide.Reach is null
        ? new(Guide, batch, layout, values, distributions) { Masks = masks }
        : new(Guide, batch, layout, Guide.Reached(values), Guide.Reached(distributions)) { Masks = masks };

    /// <summary>A length that the model reads off its data, as the batch has it.</summary>
    /// <param name="length">Its position in the plan.</param>
    public int Length(int length) => batch.Lengths[length];

    /// <summary>
    /// The tensor of a parameter of the model: B rows, where it has rows; 0 where data are missing. Null for data that the model's runs do not reach.
    /// </summary>
    /// <param name="input">The parameter's position.</param>
    public Tensor Input(int input) => !Guide.Sees(input) ? null!
        : shared.Note(Guide.Plan.Inputs[input].Name, batch[input].numel() == 0 ? Unknown(input) : Guide.Seen(input, masks));

    /// <summary>The tensor of a parameter that is observed slice by slice: 0 where data are missing, null where runs do not reach it.</summary>
    /// <param name="input">The parameter's position.</param>
    /// <param name="site">The site of all slices.</param>
    /// <param name="count">How many the model observes, which must be all that there are.</param>
    /// <exception cref="PplShapeException">There are more or fewer; the message names the first that is not observed, or not there.</exception>
    public Tensor Input(int input, SiteInfo site, int count)
    {
        ArgumentNullException.ThrowIfNull(site);
        if (!Guide.Sees(input)) return null!;
        SliceShapes.Check(site, batch[input], count);
        return shared.Note(Guide.Plan.Inputs[input].Name, Guide.Seen(input, masks));
    }

    /// <summary>
    /// Which of a parameter's data are there, 1 or 0: [B, further plates], of data observed slice by slice [B, further plates, slices]. Null for data
    /// that the model's runs do not reach.
    /// </summary>
    /// <param name="input">The parameter's position.</param>
    public Tensor Mask(int input) => !Guide.Sees(input) ? null!
        : shared.Note($"where({Guide.Plan.Inputs[input].Name})", masks.Shown(input, Guide.MaskedSite(input)));

    /// <summary>[B, event] to [K·B, event]: every particle sees the same data.</summary>
    /// <param name="plate">The rows plate that the data are given to.</param>
    /// <param name="data">A tensor with B rows; null stays away.</param>
    public Tensor Repeat(PlateInfo plate, Tensor data)
    {
        if (data is null) return null!;
        var rows = layout.Rows(plate);
        var repeated = rows.Repeat(data);
        shared.BottomUp.Note(repeated, data, rows);
        return repeated;
    }

    /// <summary>The values that an index names: [G, event] and [rows] to [rows, event]; with M for each row, to [rows, M, event].</summary>
    /// <param name="values">One for each element of a plate; null stays away.</param>
    /// <param name="index">Integers.</param>
    public static Tensor Pick(Tensor values, Tensor index)
    {
        if (values is null || index is null) return null!;
        var picked = values.index_select(0, index.to(ScalarType.Int64).flatten());
        return index.dim() == 1 ? picked : picked.reshape([.. index.shape, .. values.shape[1..]]);
    }

    /// <summary>A value of fewer plates, the same for each element of a latent's other ones: [own plates, event] to [all plates, event].</summary>
    /// <param name="site">The latent.</param>
    /// <param name="value">The value; null stays away.</param>
    /// <param name="own">Which of the latent's plates are the value's leading dimensions, ascending.</param>
    public Tensor Spread(SiteInfo site, Tensor value, params int[] own)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(own);
        if (value is null) return null!;
        var (sizes, shape) = (layout.Sizes(site), value.shape);
        var aligned = Enumerable.Repeat(1L, sizes.Length).ToArray();
        for (var i = 0; i < own.Length; i++) aligned[own[i]] = sizes[own[i]] = shape[i];
        var events = shape.Skip(own.Length).Aggregate(1L, (product, size) => product * size);
        return value.reshape([.. aligned, events]).expand([.. sizes, events]);
    }

    /// <summary>
    /// A latent's value: [plates, event], [K·B, further plates, event] in the rows of data. Null for one that the model's runs do not reach.
    /// </summary>
    /// <param name="site">The latent, of an indexed one the element.</param>
    /// <param name="encoder">Its encoder.</param>
    /// <param name="inputs">What that sees, with the latent's plates as leading dimensions; null for what is not reached.</param>
    public Tensor Latent(SiteInfo site, Encoder encoder, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(encoder);
        if (Guide.Reach is { } reach)
        {
            if (!reach.Draws(site)) return null!;
            inputs = [.. inputs.Where(input => input is not null)];
        }

        var index = Guide.Slots.Of(site);
        if (prior is not null)
        {
            var drawn = prior.Value(site);
            encoder.Prepare(inputs, drawn, prior.Model(site));
            if (encoder.Posterior.IsMerged) encoder.RequireMergeable(prior.Model(site));
            return values[index] = drawn;
        }

        if (Starts?.FindEncoder(Guide.SiteAt(index).Name) is { KeepsRows: true } rows) rows.StartFrom(encoder, layout, shared, inputs);
        var factor = encoder.Encode(layout, shared, inputs);
        return Latent(site, encoder.Posterior.IsMerged ? Merged(site, encoder, factor) : factor);
    }

    /// <summary>A latent's value, of a guide that computes the factor itself.</summary>
    /// <param name="site">The latent, of an indexed one the element.</param>
    /// <param name="distribution">The factor, with all the latent's plates: over B or K·B rows of data.</param>
    public Tensor Latent(SiteInfo site, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(distribution);
        var index = Guide.Slots.Of(site);
        distributions[index] = distribution;
        return values[index] = prior?.Value(site) ?? given?[Guide.Place(index)] ?? Known(Guide.SiteAt(index), Draw(site, distribution));
    }

    /// <summary>The factor multiplied by the model's distribution at the draws so far, each over the rows of the other.</summary>
    private Normal Merged(SiteInfo site, Encoder encoder, Distribution factor)
    {
        var p = PriorPass.Find(Guide, batch, layout, site, values);
        encoder.RequireMergeable(p);
        var rows = layout.Rows(site.Plates[0]);
        var isRepeated = site.IsPlated && rows.Particles > 1 && p.Shape[0] == rows.Total && factor.Shape[0] == rows.Count;
        return Encoder.Merge((Normal)(isRepeated ? rows.Repeat(factor) : factor), (Normal)p);
    }

    /// <summary>Which of a parameter's data are there: [B, further plates], of data observed slice by slice [B, further plates, slices].</summary>
    private Tensor? MaskOf(string name)
    {
        var input = Guide.Plan.Inputs.TakeWhile(parameter => parameter.Name != name).Count();
        if (Guide.MaskedSite(input) is not { } site || masks.OfData(site) is not { } mask) return null;
        var sizes = layout.Sizes(site);
        return mask.expand([.. sizes, .. mask.shape[sizes.Length..]]);
    }

    private Tensor Known(SiteInfo site, Tensor draw) => masks.Known(site) is { } known ? known.Value(site, draw, layout) : draw;

    /// <summary>Of a latent of which nothing is known: 0 in each of its numbers, as where some rows are missing.</summary>
    private Tensor Unknown(int input)
    {
        var name = Guide.Plan.Inputs[input].Name;
        var site = Guide.LatentSites.First(latent => latent.Known == name);
        var events = prior is not null ? prior.Value(site).shape[site.Plates.Count..] : Guide.FindEncoder(site.Name)!.EventShape;
        return zeros([.. layout.Sizes(site), .. events], batch[input].dtype, batch[input].device);
    }

    /// <summary>The particles and plates.</summary>
    public override string ToString() => $"guide's pass of {layout}";

    /// <summary>A draw for each particle: K of each row, or one of each where the distribution follows latents and has K·B rows already.</summary>
    private Tensor Draw(SiteInfo site, Distribution distribution)
    {
        if (site.IsLocal && layout.Rows(site.Plates[0]) is var rows && distribution.Shape[0] == rows.Count) return rows.Draw(distribution);
        return distribution.IsReparameterized ? distribution.RSample() : distribution.Sample();
    }
}
