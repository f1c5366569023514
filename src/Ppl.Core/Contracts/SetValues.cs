using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// Values that a run sets whatever their parents are: interventions, do(z), after Pearl, Causality, 2nd edition 2009, section 3.2. A site that is set
/// draws nothing and has no density; what depends on it follows.
/// </summary>
public sealed class SetValues
{
    private readonly IReadOnlyList<IReadOnlyList<Tensor?>> latents;
    private readonly IReadOnlyList<Tensor?> observed;

    /// <summary>Puts values in the order of the model.</summary>
    /// <param name="latents">For each latent its values, elements of an array by index: [plates, event]; none, or null, for what is drawn.</param>
    /// <param name="observed">For each observed parameter its value: [plates, event]; null for what is drawn.</param>
    public SetValues(IReadOnlyList<IReadOnlyList<Tensor?>> latents, IReadOnlyList<Tensor?> observed)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(observed);
        (this.latents, this.observed) = (latents, observed);
    }

    /// <summary>The value that is set for a latent; null where it is drawn.</summary>
    /// <param name="site">The site, of an array the element.</param>
    public Tensor? Latent(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return latents[site.Slot].Count == 0 ? null : latents[site.Slot][site.Element ?? 0];
    }

    /// <summary>The prediction that a set value stands for: a point. Null where the site is drawn.</summary>
    /// <param name="site">The observed site, of data observed slice by slice the element.</param>
    /// <param name="distribution">What the model would draw it from.</param>
    /// <param name="layout">The sizes of the plates.</param>
    /// <exception cref="PplException">The value is not of the shape of a draw, not finite, or outside the site's support.</exception>
    internal Prediction? Observed(SiteInfo site, Distribution distribution, Layout layout)
    {
        if (observed[site.Slot] is not { } value) return null;
        if (site.SliceDimension is not null) value = SliceShapes.Slice(site, value);
        SiteShapes.CheckObserved(site, distribution, value, layout);
        Check(site, distribution, value);
        return new(new Delta(value), value);
    }

    /// <summary>Refuses a value that its site could not have drawn.</summary>
    /// <param name="site">The site.</param>
    /// <param name="distribution">What the model would draw it from.</param>
    /// <param name="value">The value that is set.</param>
    /// <exception cref="PplException">It is not finite, or outside the site's support; the message names the first bad entry.</exception>
    internal static void Check(SiteInfo site, Distribution distribution, Tensor value)
    {
        // What is a point is set to another one: that is what it is to intervene.
        if (distribution.ValueConstraint.IsPoint) distribution = new Delta(value);
        TermDiagnosis.CheckValue(site, distribution, value, $"the value that is set has shape {ShapeText.Of(value.shape)}, and ");
    }

    /// <summary>Checks that arrays have as many values as elements.</summary>
    /// <exception cref="PplArgumentException">One has more or fewer.</exception>
    internal void CheckLengths(IGeneratedModel model, IReadOnlyList<int> data)
    {
        var lengths = model.Lengths(data);
        for (var slot = 0; slot < latents.Count; slot++)
        {
            if (latents[slot].Count == 0 || latents[slot].Count == lengths[slot]) continue;
            throw new PplArgumentException(
                $"{latents[slot].Count} values are set for it, and it has {lengths[slot]} elements: give one for each, null for those to draw.",
                model.Plan.Latents.First(site => site.Slot == slot).Name);
        }
    }

    /// <summary>Checks that a value of data that are observed slice by slice has those that the model observes, and no others.</summary>
    /// <exception cref="PplShapeException">It has more or fewer.</exception>
    internal void CheckSlices(SiteInfo site, int count)
    {
        if (observed[site.Slot] is { } value) SliceShapes.Check(site, value, count);
    }

    /// <summary>Refuses values that a run had no use for: they belong to a model with other fields.</summary>
    /// <exception cref="PplArgumentException">The message names the site.</exception>
    internal void RequireReached(Reach? run, IGeneratedModel model, IReadOnlyList<int> data)
    {
        if (run is null) return;
        var unused = Slots.SitesOf(model, data).FirstOrDefault(site => Latent(site) is not null && !run.Draws(site))
            ?? model.Plan.Observations.FirstOrDefault(site => observed[site.Slot] is not null && !run.Observes(site.Variable));
        if (unused is null) return;
        throw new PplArgumentException($"a value is set for it, and this run does not reach {unused}: leave it out.", unused.Name);
    }

    /// <summary>The same values for each of several samples that fold into the rows.</summary>
    internal SetValues Repeat(ModelPlan plan, Rows rows)
    {
        var local = plan.Latents.GroupBy(site => site.Slot).ToDictionary(sites => sites.Key, sites => sites.First().IsLocal);
        var data = plan.Observations.ToDictionary(site => site.Slot, site => site.IsLocal);
        Tensor? Each(Tensor? value, bool isLocal) => value is null || !isLocal ? value : rows.Repeat(value);
        return new(
            [.. latents.Select((values, slot) => (IReadOnlyList<Tensor?>)[.. values.Select(value => Each(value, local[slot]))])],
            [.. observed.Select((value, slot) => Each(value, data[slot]))]);
    }

    /// <summary>How many values are set.</summary>
    public override string ToString() =>
        $"{latents.SelectMany(values => values).Concat(observed).Count(value => value is not null)} values set: "
            + string.Join(", ", latents.SelectMany(values => values).Concat(observed).Where(v => v is not null).Select(v => ShapeText.Of(v!.shape)));
}
