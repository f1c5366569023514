using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// One run over a model's statements. Generated code hands it each site with the distribution that has been computed; the pass says what the
/// site's value is: a draw, a value that is given, the guide's draw whose terms it notes.
/// </summary>
public abstract class Pass
{
    private protected Pass(Layout layout) => (Layout, Reach) = (layout, Reach.For(layout.Plan));

    /// <summary>The sites that the run has come to; null where every run reaches everything.</summary>
    internal Reach? Reach { get; }

    /// <summary>The particles, and the size of each plate.</summary>
    public Layout Layout { get; }

    /// <summary>A latent's value: [plates, event], [K·B, further plates, event] in the rows of data.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, its plates and both shapes.</exception>
    public abstract Tensor Latent(SiteInfo site, Distribution distribution);

    /// <summary>An observed value: the data, or a draw in their place.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    /// <param name="value">The data; null in a pass that draws them.</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, its plates and both shapes.</exception>
    public abstract Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value);

    /// <summary>A log weight, which is added to the log joint density; a pass that draws ignores it.</summary>
    /// <param name="site">The site.</param>
    /// <param name="logWeight">A number for each element of the site's plates, over B or K·B rows of data.</param>
    /// <exception cref="PplShapeException">It has another shape.</exception>
    public abstract void Factor(SiteInfo site, Tensor logWeight);

    /// <summary>A slice of observed data: the data's, or a draw in its place.</summary>
    /// <param name="site">The site of one element.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    /// <param name="data">All of the data; null or incomplete in a pass that draws them.</param>
    /// <exception cref="PplShapeException">A shape disagrees, or the data have no such slice; the message names the site and both.</exception>
    public abstract void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data);

    /// <summary>
    /// What statements may read of data that are observed slice by slice: the data; in a pass that draws them the slices drawn so far.
    /// </summary>
    /// <param name="site">The site of the last element.</param>
    /// <param name="data">All of the data; null or incomplete in a pass that draws them.</param>
    public virtual Tensor Assembled(SiteInfo site, Tensor? data) => data!;

    /// <summary>Says how many slices of its data the model observes, which must be all that there are.</summary>
    /// <param name="site">The site of all elements.</param>
    /// <param name="data">The data; null in a pass that draws them.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="PplShapeException">The data have more or fewer; the message names the first that is not observed, or not there.</exception>
    public virtual void Slices(SiteInfo site, Tensor? data, int count) => SliceShapes.Check(site, data!, count);

    /// <summary>Opens a plate by number.</summary>
    /// <param name="plate">The plate.</param>
    /// <param name="size">Its size, at least 1.</param>
    /// <exception cref="PplArgumentException">The size is less than 1, or another one than before.</exception>
    public PlateScope Open(PlateInfo plate, long size)
    {
        Layout.Open(plate, size);
        return new PlateScope(plate, size, _ => { });
    }

    /// <summary>[B, event] to [K·B, event]: every particle sees the same data. Data that are still to be drawn stay away.</summary>
    /// <param name="plate">The rows plate that the data are given to.</param>
    /// <param name="data">A tensor with B rows, or null.</param>
    public Tensor Repeat(PlateInfo plate, Tensor? data) => data is null ? null! : Layout.Rows(plate).Repeat(data);

    /// <summary>The particles and plates.</summary>
    public override string ToString() => $"pass of {Layout}";
}

/// <summary>The terms of a bound: each latent has the guide's draw.</summary>
/// <param name="draws">The draws.</param>
/// <param name="form">How divergences are computed.</param>
internal sealed class TermsPass(Draws draws, TermForm form) : Pass(draws.Layout)
{
    public SiteTerms Terms { get; } = new(draws, form);

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Come(site);
        var index = draws.PlaceOf(site);
        var value = draws.Latents[index];
        Terms.Latent(site, draws.Distributions[index], distribution, value, DataMask.Known(draws.Guide.Model, site, draws.Batch, Layout));
        return value;
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Come(site);
        Terms.Observed(site, distribution, value!, DataMask.Of(draws.Guide.Model, site, draws.Batch.Tensors, Layout));
        return value!;
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        Come(site);
        Terms.Factor(site, logWeight);
    }

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        Come(site);
        Terms.Observed(site, distribution, SliceShapes.Slice(site, data!), DataMask.Of(draws.Guide.Model, site, draws.Batch.Tensors, Layout));
    }

    private void Come(SiteInfo site)
    {
        if (Reach is null) return;
        draws.Guide.Reach?.Require(site);
        Reach.Add(site);
    }
}

/// <summary>The log joint density at given latents and data.</summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates of the values.</param>
/// <param name="latents">The values.</param>
internal sealed class DensityPass(IGeneratedModel model, Batch batch, Layout layout, LatentValues latents) : Pass(layout)
{
    public SiteTerms Terms { get; } = new(layout, TermForm.Sampled);

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Reach?.Add(site);
        var value = latents.Require(site);
        if (DataMask.Known(model, site, batch, Layout) is { } known) value = known.Value(site, value, Layout);
        Terms.Given(site, distribution, value);
        return value;
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Reach?.Add(site);
        Terms.Observed(site, distribution, value!, DataMask.Of(model, site, batch.Tensors, Layout));
        return value!;
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        Reach?.Add(site);
        Terms.Factor(site, logWeight);
    }

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        Reach?.Add(site);
        Terms.Observed(site, distribution, SliceShapes.Slice(site, data!), DataMask.Of(model, site, batch.Tensors, Layout));
    }
}

/// <summary>Ancestral sampling: every site from its parents. Given latents are taken instead of drawn.</summary>
internal sealed class SimulationPass : Pass
{
    private readonly IGeneratedModel model;
    private readonly Simulation simulation;
    private readonly LatentValues? given;
    private readonly Slots slots;
    private readonly Tensor[] latents;
    private readonly Prediction[] observed;
    private readonly Dictionary<int, DrawnSlices> slices = [];

    public SimulationPass(IGeneratedModel model, Simulation simulation, LatentValues? given = null) : base(simulation.Layout)
    {
        (this.model, this.simulation, this.given) = (model, simulation, given);
        slots = new Slots(model);
        latents = new Tensor[slots.Count];
        observed = new Prediction[model.Plan.Observed.Select(site => site.Slot).DefaultIfEmpty(-1).Max() + 1];
    }

    /// <summary>What was drawn, once the model has run.</summary>
    public JointDraw Joint =>
        new(new LatentValues(model, latents), [.. observed.Select((whole, slot) => slices.TryGetValue(slot, out var drawn) ? Whole(drawn) : whole)]);

    /// <summary>All slices; none where the run has reached no site of theirs.</summary>
    private Prediction Whole(DrawnSlices drawn) => Reach is null || Reach.Observes(drawn.Variable) ? drawn.Whole() : null!;

    /// <summary>The model's distribution of a site that has been drawn.</summary>
    public Distribution Model(SiteInfo site) => simulation.Model(site.Name);

    /// <summary>A latent that has been drawn.</summary>
    public Tensor Value(SiteInfo site) => latents[slots.Of(site)];

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Reach?.Add(site);
        return latents[slots.Of(site)] = simulation.Latent(site, distribution, given?.Require(site));
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Reach?.Add(site);
        return (observed[site.Slot] = simulation.Observed(site, distribution)).Value;
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        // Nothing can be drawn from a weight.
        Reach?.Add(site);
    }

    public override void Slices(SiteInfo site, Tensor? data, int count) => slices[site.Slot] = new DrawnSlices(site, count);

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        Reach?.Add(site);
        slices[site.Slot].Add(site, simulation.Observed(site, distribution));
    }

    public override Tensor Assembled(SiteInfo site, Tensor? data) => slices[site.Slot].SoFar();
}
