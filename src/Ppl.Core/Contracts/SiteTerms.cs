using System.Collections;
using Ppl.Distributions;
using Ppl.Divergences;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>How the divergences of a pass are computed.</summary>
public enum TermForm
{
    /// <summary>KL(q || p) in closed form where the compiler found it legal; log p − log q at the draw elsewhere.</summary>
    ClosedFormWhereLegal,

    /// <summary>log p − log q at the draw everywhere, as importance weights need.</summary>
    Sampled,
}

/// <summary>
/// One site's contribution to the bound. Tensors have a dimension for each axis: [K, plates], or [1, plates] where they do not depend on the
/// particle.
/// </summary>
public sealed record SiteTerm
{
    /// <summary>The site.</summary>
    public required SiteInfo Site { get; init; }

    /// <summary>The particles and plates of the pass.</summary>
    public required Layout Layout { get; init; }

    /// <summary>The axes of its tensors: particles, then the site's plates, outermost first.</summary>
    public IReadOnlyList<Axis> Axes => Layout.Axes(Site, (LogP ?? Kl)!.shape[0]);

    /// <summary>What the bound multiplies the term by: N/B for a local site of a mini-batch of B of N rows, else 1.</summary>
    public double Scale => Layout.Scale(Site);

    /// <summary>
    /// log p at the value, summed over the event; null where <see cref="Kl"/> stands in. Of a latent that is known in some rows it stands beside
    /// <see cref="Kl"/>, 0 in all others; of a factor it is the log weight.
    /// </summary>
    public Tensor? LogP { get; init; }

    /// <summary>
    /// log q at the value, summed over the event, 0 where a latent is known; null for an observed site and where <see cref="Kl"/> stands in.
    /// </summary>
    public Tensor? LogQ { get; init; }

    /// <summary>KL(q || p) in closed form, summed over the event, 0 where a latent is known; null where it is not taken.</summary>
    public Tensor? Kl { get; init; }

    /// <summary>
    /// log q at what is known of a latent, summed over the event, 0 where it is drawn: what no bound has. Computed when it is asked for; null for a
    /// site of which nothing is known.
    /// </summary>
    public Tensor? LogQOfKnown => OfKnown?.Value;

    internal Lazy<Tensor>? OfKnown { get; init; }

    /// <summary>The model's distribution; null for a factor.</summary>
    public required Distribution? Model { get; init; }

    /// <summary>The guide's distribution; null for an observed site.</summary>
    public Distribution? Guide { get; init; }

    /// <summary>
    /// The value: the latent's draw, or the data, with a value of the support for each missing one; null where <see cref="Kl"/> stands in.
    /// </summary>
    public Tensor? Value { get; init; }

    /// <summary>The site and which terms it has: <c>z: log p, log q (1, 128)</c>.</summary>
    public override string ToString()
    {
        (string Name, Tensor? Tensor)[] parts = [("log p", LogP), ("log q", LogQ), ("KL(q || p)", Kl)];
        var present = parts.Where(part => part.Tensor is not null).ToList();
        return $"{Site.Name}: {string.Join(", ", present.Select(part => part.Name))} "
            + $"{ShapeText.Of(present.Select(p => p.Tensor!.shape).FirstOrDefault([]))}";
    }
}

/// <summary>The terms of all sites of one pass, in the order of the model. The pass fills it; objectives combine it.</summary>
public sealed class SiteTerms : IReadOnlyList<SiteTerm>
{
    private readonly List<SiteTerm> terms = [];
    private readonly Type? owner;
    private readonly IReadOnlyList<SiteTerms>? parts;
    private IReadOnlyList<TermGroup>? groups;

    /// <summary>Begins the terms of a pass at the guide's draws.</summary>
    /// <param name="draws">The draws.</param>
    /// <param name="form">How divergences are computed.</param>
    public SiteTerms(Draws draws, TermForm form)
        : this((draws ?? throw new ArgumentNullException(nameof(draws))).Layout, form) => (Draws, owner) = (draws, draws.Guide.Model.GetType());

    /// <summary>Begins the terms of a pass.</summary>
    /// <param name="layout">The pass's particles and plates.</param>
    /// <param name="form">How divergences are computed.</param>
    public SiteTerms(Layout layout, TermForm form)
    {
        ArgumentNullException.ThrowIfNull(layout);
        (Layout, Form) = (layout, form);
    }

    /// <summary>The terms of particles that were passes of their own, one after the other: [K, plates].</summary>
    internal SiteTerms(Layout layout, IReadOnlyList<SiteTerms> parts) : this(layout.WithSizesOf(parts[0].Layout), parts[0].Form)
    {
        this.parts = parts;
        for (var i = 0; i < parts[0].Count; i++)
        {
            var (first, site) = (parts[0][i], i);
            terms.Add(first with
            {
                Layout = Layout,
                LogP = Stack(first.LogP, part => part[site].LogP!),
                LogQ = Stack(first.LogQ, part => part[site].LogQ!),
                Kl = Stack(first.Kl, part => part[site].Kl!),
                OfKnown = first.OfKnown is null ? null : new(() => cat([.. parts.Select(part => part[site].LogQOfKnown!)], 0)),
            });
        }
    }

    /// <summary>The pass's particles and plates.</summary>
    public Layout Layout { get; }

    /// <summary>How divergences are computed.</summary>
    public TermForm Form { get; }

    // The parts have them where there are several; a joint density of given values has none.
    internal Draws? Draws { get; }

    // This one where one pass computes all particles; otherwise the terms of each particle.
    internal IReadOnlyList<SiteTerms> Parts => parts ?? [this];

    /// <summary>
    /// The terms as a bound combines them: one group for each rows plate that has sites, in the order of the plan, and one for the sites
    /// outside every rows plate, if there are any.
    /// </summary>
    public IReadOnlyList<TermGroup> Groups => groups ??= MakeGroups();

    /// <summary>All terms as one group, each summed over all its plates: [K, 1]. Only where no plate is cut.</summary>
    /// <exception cref="PplArgumentException">The batch is a part of the data: N/B inside a logarithm would be biased.</exception>
    public TermGroup Whole()
    {
        if (terms.Exists(term => term.Scale != 1))
            throw new PplArgumentException("the weight of everything together needs the whole data in one batch; this batch is a part of them.");
        return new(null, 1, 1, [.. terms.Select(term => Summed(term, keepsRows: false))]);
    }

    /// <inheritdoc/>
    public int Count => terms.Count;

    /// <inheritdoc/>
    public SiteTerm this[int index] => terms[index];

    /// <summary>
    /// A latent's divergence: KL(q || p) in closed form where the form of the pass and the compiler allow it and the pair of families has one;
    /// else log p and log q at the draw.
    /// </summary>
    /// <param name="site">The site.</param>
    /// <param name="guide">q, with all the site's plates: over B or K·B rows, if the site is local.</param>
    /// <param name="model">p: the event alone if it depends on none of the plates, else with all of them.</param>
    /// <param name="value">The draw, folded: [plates, event].</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, its plates and both shapes.</exception>
    public void Latent(SiteInfo site, Distribution guide, Distribution model, Tensor value) => Latent(site, guide, model, value, null);

    /// <summary>The same for a latent that is known in some rows, where log p stands in for the divergence.</summary>
    internal void Latent(SiteInfo site, Distribution guide, Distribution model, Tensor value, KnownValues? known)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(model);
        SiteShapes.CheckLatent(site, model, value, Layout);
        SiteShapes.CheckGuide(site, guide, model, Layout);
        var term = new SiteTerm { Site = site, Layout = Layout, Model = model, Guide = guide };
        if (ClosedForm(site, guide, model) is { } divergence) term = term with { Kl = Kl(site, guide, model, divergence) };
        else
        {
            term = term with
            {
                Value = value,
                LogP = LogDensity(site, model, site.IsPlated, value),
                LogQ = LogDensity(site, guide, isPlated: true, known is null ? value : known.Drawn(site, value, guide, Layout)),
            };
        }

        terms.Add(known is null ? term : Partly(term, known, value) with { OfKnown = new(() => AtKnown(site, guide, known, value)) });
    }

    /// <summary>A latent's log p alone, for the joint density of given values.</summary>
    /// <param name="site">The site.</param>
    /// <param name="model">p: the event alone if it depends on none of the plates, else with all of them.</param>
    /// <param name="value">The value, folded: [plates, event].</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, its plates and both shapes.</exception>
    public void Given(SiteInfo site, Distribution model, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(model);
        SiteShapes.CheckLatent(site, model, value, Layout);
        terms.Add(new()
        {
            Site = site,
            Layout = Layout,
            Model = model,
            Value = value,
            LogP = LogDensity(site, model, site.IsPlated, value),
        });
    }

    /// <summary>An observed site's log p at the data.</summary>
    /// <param name="site">The site.</param>
    /// <param name="model">p: the event alone if it depends on none of the plates, else with all of them, over B or K·B rows.</param>
    /// <param name="value">The data, of B or K·B rows if the site is local.</param>
    /// <param name="mask">
    /// Boolean, a dimension for each plate, of its size or 1, the same for every particle: where it is false the term is 0, whatever the value is.
    /// Everything is observed when null.
    /// </param>
    /// <exception cref="PplShapeException">A shape disagrees, or would broadcast silently; the message says what to write.</exception>
    public void Observed(SiteInfo site, Distribution model, Tensor value, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(model);
        SiteShapes.CheckObserved(site, model, value, Layout);
        var known = mask is null ? value : Filled(site, model, value, mask);
        var logP = LogDensity(site, model, site.IsPlated, known);
        terms.Add(new()
        {
            Site = site,
            Layout = Layout,
            Model = model,
            Value = known,
            LogP = mask is null ? logP : DataMask.Keep(logP, mask),
        });
    }

    /// <summary>A factor's log weight.</summary>
    /// <param name="site">The site.</param>
    /// <param name="logWeight">A number for each element of the site's plates, over B or K·B rows if it is local.</param>
    /// <exception cref="PplShapeException">It has another shape.</exception>
    public void Factor(SiteInfo site, Tensor logWeight)
    {
        ArgumentNullException.ThrowIfNull(site);
        SiteShapes.CheckFactor(site, logWeight, Layout);
        terms.Add(new() { Site = site, Layout = Layout, Model = null, LogP = ToParticles(site, logWeight) });
    }

    /// <summary>
    /// The sum of log p over all sites. For a model whose sites all stand in one rows plate one number for each row, [B], or [K, B] with
    /// several particles; for any other the number for the whole data, [] or [K], local terms multiplied by N/B.
    /// </summary>
    public Tensor LogJoint()
    {
        var perDatum = Layout.Plan.IsPerDatum;
        Tensor? sum = null;
        foreach (var term in terms)
        {
            var logP = EventSum.SumLast(term.LogP!, (int)term.LogP!.dim() - (perDatum ? 2 : 1));
            if (!perDatum && term.Scale != 1) logP = logP * term.Scale;
            sum = sum is null ? logP : sum + logP;
        }

        if (sum is null) throw new PplArgumentException("the model has no sites: there is no density.");
        return Layout.Particles == 1 ? sum.squeeze(0) : sum;
    }

    /// <summary>
    /// Checks every value and parameter of the pass. Reads tensors: for a data set once, and for a loss that is not finite.
    /// </summary>
    /// <exception cref="PplSupportException">A value lies outside its support: site, rule, first bad index and value.</exception>
    /// <exception cref="PplArgumentException">A parameter breaks its rule.</exception>
    /// <exception cref="NonFiniteException">A value, a parameter or a term is NaN or infinite.</exception>
    public void Diagnose()
    {
        foreach (var term in Parts.SelectMany(part => part.terms)) TermDiagnosis.Check(term);
    }

    /// <summary>Checks that finite parameters lie in their domains. Reads tensors: before the first step.</summary>
    /// <exception cref="PplArgumentException">One does not: site, rule, first bad index and value.</exception>
    internal void DiagnoseParameters()
    {
        foreach (var term in Parts.SelectMany(part => part.terms)) TermDiagnosis.CheckParameters(term);
    }

    /// <summary>Each site with its terms.</summary>
    public override string ToString() => string.Join("; ", terms);

    /// <inheritdoc/>
    public IEnumerator<SiteTerm> GetEnumerator() => terms.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Tensor? Stack(Tensor? first, Func<SiteTerms, Tensor> term) => first is null ? null : cat([.. parts!.Select(term)], 0);

    private List<TermGroup> MakeGroups()
    {
        var result = new List<TermGroup>();
        foreach (var plate in Layout.Plan.RowsPlates)
        {
            var local = terms.Where(term => term.Site.IsLocal && term.Site.Plates[0].Index == plate.Index).ToList();
            if (local.Count == 0) continue;
            result.Add(new(plate, Layout.Size(plate), Layout.Scale(plate), [.. local.Select(term => Summed(term, keepsRows: true))]));
        }

        var outer = terms.Where(term => !term.Site.IsLocal).ToList();
        if (outer.Count > 0) result.Add(new(null, 1, 1, [.. outer.Select(term => Summed(term, keepsRows: false))]));
        return result;
    }

    /// <summary>A term summed over all its plates, but for its rows if they are kept: [K, B], or [K, 1].</summary>
    private static SiteTerm Summed(SiteTerm term, bool keepsRows)
    {
        if (keepsRows && term.Site.Plates.Count == 1) return term;
        return term with
        {
            LogP = Sum(term.LogP),
            LogQ = Sum(term.LogQ),
            Kl = Sum(term.Kl),
            OfKnown = term.OfKnown is null ? null : new(() => Sum(term.LogQOfKnown)!),
        };

        Tensor? Sum(Tensor? tensor)
        {
            using var grad = enable_grad(); // kept for all: whoever reads first may only measure
            var sum = tensor is null ? null : EventSum.SumLast(tensor, (int)tensor.dim() - (keepsRows ? 2 : 1));
            return keepsRows ? sum : sum?.unsqueeze(1);
        }
    }

    private Func<Distribution, Distribution, Tensor>? ClosedForm(SiteInfo site, Distribution guide, Distribution model) =>
        Form == TermForm.ClosedFormWhereLegal && site.Kl == KlChoice.ClosedForm ? KlRegistry.Find(guide, model, owner) : null;

    private Tensor Kl(SiteInfo site, Distribution guide, Distribution model, Func<Distribution, Distribution, Tensor> divergence)
    {
        // A model that follows the plates has K·B rows even where the guide needs only B.
        var isRepeated = site is { IsLocal: true, IsPlated: true } && Layout.Particles > 1
            && model.Shape[0] == guide.Shape[0] * Layout.Particles && guide.Shape[0] == Layout.Size(site.Plates[0]);
        var q = isRepeated ? Layout.Rows(site.Plates[0]).Repeat(guide) : guide;
        var kl = Named(site, () => KlRegistry.Checked(divergence(q, model), q, model));
        var full = Broadcasting.Broadcast(q.Shape, model.Shape, q.Name, model.Name);
        return ToParticles(site, EventSum.ToLeading(kl, full, site.Plates.Count));
    }

    /// <summary>Where the value is known its log p counts, and neither log q nor a divergence.</summary>
    private SiteTerm Partly(SiteTerm term, KnownValues known, Tensor value) => term.Kl is { } kl
        ? term with
        {
            Value = value,
            Kl = known.WhereDrawn(kl),
            LogP = known.WhereKnown(LogDensity(term.Site, term.Model!, term.Site.IsPlated, value)),
        }
        : term with { LogQ = known.WhereDrawn(term.LogQ!) };

    private Tensor AtKnown(SiteInfo site, Distribution guide, KnownValues known, Tensor value) =>
        known.WhereKnown(LogDensity(site, guide, isPlated: true, value.detach()));

    /// <summary>The data with missing entries inside the support: over as many rows as the support has bounds for.</summary>
    private Tensor Filled(SiteInfo site, Distribution model, Tensor value, Tensor mask)
    {
        if (!site.IsLocal || Layout.Particles == 1) return DataMask.Fill(value, mask, model);
        var rows = Layout.Rows(site.Plates[0]);
        if (DataMask.FollowsRows(model.ValueConstraint) && value.shape[0] == rows.Count && model.Shape[0] == rows.Total) value = rows.Repeat(value);
        return DataMask.Fill(value, DataMask.InRowsOf(site, mask, value, Layout), model);
    }

    private Tensor LogDensity(SiteInfo site, Distribution distribution, bool isPlated, Tensor value) => Named(site, () =>
    {
        var (plates, shape) = (site.Plates.Count, value.shape);

        // Where both sides have the same rows, or one has none, nothing needs unfolding.
        if (!isPlated || !site.IsLocal || Layout.Particles == 1 || distribution.Shape[0] == shape[0] || distribution.Shape[0] == 1)
        {
            var density = distribution.LogDensity(value, plates);
            SiteShapes.CheckDensity(site, distribution, density, shape.AsSpan(0, plates), hasParticles: false);
            return ToParticles(site, density);
        }

        var rows = Layout.Rows(site.Plates[0]);
        var unfolded = shape[0] == rows.Total
            ? distribution.LogDensity(rows.Unfold(value), plates + 1)
            : rows.Unfold(distribution).LogDensity(value, plates + 1);
        SiteShapes.CheckDensity(site, distribution, unfolded, Layout.TermPlates(site), hasParticles: true);
        return unfolded;
    });

    private static Tensor Named(SiteInfo site, Func<Tensor> compute)
    {
        try
        {
            return compute();
        }
        catch (PplShapeException fault) when (fault.Site is null)
        {
            throw new PplShapeException(fault.Message, site.Name, fault);
        }
        catch (NotSupportedException fault)
        {
            throw new PplArgumentException(fault.Message, site.Name, fault);
        }
    }

    private Tensor ToParticles(SiteInfo site, Tensor plates) => plates.reshape([-1, .. Layout.Sizes(site)]); // [K·B, M], [B, M] or [M]
}
