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

    /// <summary>A value that results have: the value itself, which a pass that draws notes.</summary>
    /// <param name="site">What is known of it.</param>
    /// <param name="value">The value: its plates, then the event.</param>
    /// <exception cref="PplShapeException">It does not begin with its plates.</exception>
    public virtual Tensor Deterministic(SiteInfo site, Tensor value) => value;

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
    /// <returns>The data; in a pass that draws them a tensor without values that has their number of slices, which the model may read.</returns>
    /// <exception cref="PplShapeException">The data have more or fewer; the message names the first that is not observed, or not there.</exception>
    public virtual Tensor Slices(SiteInfo site, Tensor? data, int count)
    {
        SliceShapes.Check(site, data!, count);
        return data!;
    }

    /// <summary>A length that the model reads off its data.</summary>
    /// <param name="length">Its position in the plan.</param>
    public int Length(int length) => Layout.Lengths[length];

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

/// <summary>Follows the model at a guide's draws, and refuses a site that the guide was not prepared for. It computes no density.</summary>
/// <param name="draws">The draws.</param>
internal class ReachPass(Draws draws) : Pass(draws.Layout)
{
    protected Draws Draws => draws;

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Come(site);
        return draws.Latents[draws.PlaceOf(site)];
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Come(site);
        return value!;
    }

    public override void Factor(SiteInfo site, Tensor logWeight) => Come(site);

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data) => Come(site);

    private void Come(SiteInfo site)
    {
        if (Reach is null) return;
        draws.Guide.Reach?.Require(site);
        Reach.Add(site);
    }
}

/// <summary>What the model records at a guide's draws and the data.</summary>
/// <param name="draws">The draws.</param>
internal sealed class RecordPass(Draws draws) : ReachPass(draws)
{
    public RecordedValues Recorded { get; } = new(draws.Layout.Plan);

    public override Tensor Deterministic(SiteInfo site, Tensor value)
    {
        SiteShapes.CheckDeterministic(site, value, Layout);
        Recorded.Set(site, value);
        return value;
    }
}

/// <summary>The terms of a bound: each latent has the guide's draw.</summary>
/// <param name="draws">The draws.</param>
/// <param name="form">How divergences are computed.</param>
internal sealed class TermsPass(Draws draws, TermForm form) : ReachPass(draws)
{
    public SiteTerms Terms { get; } = new(draws, form);

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        var value = base.Latent(site, distribution);
        Terms.Latent(site, Draws.Distributions[Draws.PlaceOf(site)], distribution, value, Draws.Masks.Known(site));
        return value;
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        var data = base.Observed(site, distribution, value);
        Terms.Observed(site, distribution, data, Draws.Masks.Of(site));
        return data;
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        base.Factor(site, logWeight);
        Terms.Factor(site, logWeight);
    }

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        base.ObservedSlice(site, distribution, data);
        Terms.Observed(site, distribution, SliceShapes.Slice(site, data!), Draws.Masks.Of(site));
    }
}

/// <summary>The log joint density at the data and at values of the latents.</summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates of the values.</param>
internal abstract class JointPass(IGeneratedModel model, Batch batch, Layout layout) : Pass(layout)
{
    private readonly Masks masks = new(model, batch, layout);

    public SiteTerms Terms { get; } = new(layout, TermForm.Sampled);

    /// <summary>A latent's value.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">Its distribution given what came before.</param>
    protected abstract Tensor Value(SiteInfo site, Distribution distribution);

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Reach?.Add(site);
        var value = Value(site, distribution);
        if (masks.Known(site) is { } known) value = known.Value(site, value, Layout);
        Terms.Given(site, distribution, value);
        return value;
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Reach?.Add(site);
        Terms.Observed(site, distribution, value!, masks.Of(site));
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
        Terms.Observed(site, distribution, SliceShapes.Slice(site, data!), masks.Of(site));
    }
}

/// <summary>The log joint density at given latents.</summary>
/// <param name="model">The model.</param>
/// <param name="batch">The data.</param>
/// <param name="layout">The particles and plates of the values.</param>
/// <param name="latents">The values.</param>
internal sealed class DensityPass(IGeneratedModel model, Batch batch, Layout layout, LatentValues latents) : JointPass(model, batch, layout)
{
    protected override Tensor Value(SiteInfo site, Distribution distribution) => latents.Require(site);
}

/// <summary>Ancestral sampling: every site from its parents. Given latents are taken instead of drawn.</summary>
internal sealed class SimulationPass : Pass
{
    private readonly IGeneratedModel model;
    private readonly Simulation simulation;
    private readonly LatentValues? given;
    private readonly SetValues? doing;
    private readonly Slots slots;
    private readonly Tensor[] latents;
    private readonly Prediction[] observed;
    private readonly RecordedValues recorded;
    private readonly Dictionary<int, DrawnSlices> slices = [];
    private readonly HashSet<string> set = [];

    public SimulationPass(IGeneratedModel model, Simulation simulation, LatentValues? given = null, SetValues? doing = null)
        : base(simulation.Layout)
    {
        (this.model, this.simulation, this.given, this.doing) = (model, simulation, given, doing);
        doing?.CheckLengths(model, Layout.Lengths);
        slots = new Slots(model, Layout.Lengths);
        latents = new Tensor[slots.Count];
        recorded = new RecordedValues(model.Plan);
        observed = new Prediction[model.Plan.Observed.Select(site => site.Slot).DefaultIfEmpty(-1).Max() + 1];
    }

    /// <summary>What was drawn, once the model has run.</summary>
    public JointDraw Joint => new(
        new LatentValues(model, slots, latents, Layout.Lengths),
        [.. observed.Select((whole, slot) => slices.TryGetValue(slot, out var drawn) ? Whole(drawn) : whole)])
    {
        Reach = Reach,
        Plates = Layout.Plates,
        Deterministics = recorded,
    };

    /// <summary>All slices; none where the run has reached no site of theirs.</summary>
    private Prediction Whole(DrawnSlices drawn) => Reach is null || Reach.Observes(drawn.Variable) ? drawn.Whole() : null!;

    /// <summary>The model's distribution of a site that has been drawn.</summary>
    public Distribution Model(SiteInfo site) => simulation.Model(site.Name);

    /// <summary>A latent that has been drawn.</summary>
    public Tensor Value(SiteInfo site) => latents[slots.Of(site)];

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        Reach?.Add(site);
        var value = simulation.Latent(site, distribution, Given(site));
        if (doing?.Latent(site) is not null) SetValues.Check(site, distribution, value);
        return latents[slots.Of(site)] = value;
    }

    /// <summary>A value that is set, or one that is given: what follows a set value is drawn anew, whatever it was before.</summary>
    private Tensor? Given(SiteInfo site)
    {
        var follows = set.Count > 0 && site.Follows.Any(set.Contains);
        if (doing?.Latent(site) is not { } value) return follows ? null : given?.Require(site);
        set.Add(site.Variable);
        return value;
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value)
    {
        Reach?.Add(site);
        return (observed[site.Slot] = Predict(site, distribution)).Value;
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        // Nothing can be drawn from a weight.
        Reach?.Add(site);
    }

    public override Tensor Deterministic(SiteInfo site, Tensor value)
    {
        SiteShapes.CheckDeterministic(site, value, Layout);
        recorded.Set(site, value);
        return value;
    }

    public override Tensor Slices(SiteInfo site, Tensor? data, int count)
    {
        doing?.CheckSlices(site, count);
        slices[site.Slot] = new DrawnSlices(site, count);
        return SliceShapes.Undrawn(Layout.Sizes(site), site.SliceDimension!.Value, count);
    }

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        Reach?.Add(site);
        slices[site.Slot].Add(site, Predict(site, distribution));
    }

    private Prediction Predict(SiteInfo site, Distribution distribution)
    {
        if (doing?.Observed(site, distribution, Layout) is not { } point) return simulation.Observed(site, distribution);
        set.Add(site.Variable);
        return point;
    }

    public override Tensor Assembled(SiteInfo site, Tensor? data) => slices[site.Slot].SoFar();
}
