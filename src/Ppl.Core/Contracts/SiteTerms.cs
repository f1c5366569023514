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

/// <summary>One site's contribution to the bound. Tensors have shape [K, B], or [1, B] where they do not depend on the particle.</summary>
public sealed record SiteTerm
{
    /// <summary>The site.</summary>
    public required SiteInfo Site { get; init; }

    /// <summary>log p at the value, summed over the event; null where <see cref="Kl"/> stands in.</summary>
    public Tensor? LogP { get; init; }

    /// <summary>log q at the value, summed over the event; null for an observed site and where <see cref="Kl"/> stands in.</summary>
    public Tensor? LogQ { get; init; }

    /// <summary>KL(q || p) in closed form, summed over the event; null where it is not taken.</summary>
    public Tensor? Kl { get; init; }

    /// <summary>The model's distribution.</summary>
    public required Distribution Model { get; init; }

    /// <summary>The guide's distribution; null for an observed site.</summary>
    public Distribution? Guide { get; init; }

    /// <summary>The value: the latent's draw or the data; null where <see cref="Kl"/> stands in.</summary>
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

/// <summary>The terms of all sites of one pass, in the order of the model. Generated code fills it; objectives combine it.</summary>
/// <param name="rows">K particles of B rows.</param>
/// <param name="form">How divergences are computed.</param>
/// <param name="model">The model's class, which may have closed forms of its own; null without one.</param>
public sealed class SiteTerms(Rows rows, TermForm form, Type? model = null) : IReadOnlyList<SiteTerm>
{
    private readonly List<SiteTerm> terms = [];
    private readonly Type? owner = model;

    /// <summary>K particles of B rows.</summary>
    public Rows Rows { get; } = rows;

    /// <summary>How divergences are computed.</summary>
    public TermForm Form { get; } = form;

    /// <summary>Whether to take KL in closed form where that is legal.</summary>
    public bool ClosedForm => Form == TermForm.ClosedFormWhereLegal;

    /// <inheritdoc/>
    public int Count => terms.Count;

    /// <inheritdoc/>
    public SiteTerm this[int index] => terms[index];

    /// <summary>
    /// A latent's term: KL(q || p) in closed form where the pass asks for it, the order of the draws allows it (<see cref="SiteInfo.Kl"/>) and
    /// the two families have one; log p and log q at the draw elsewhere.
    /// </summary>
    /// <param name="site">The site.</param>
    /// <param name="guide">q, over B or K·B rows.</param>
    /// <param name="model">p: without rows if the site is not plated, else over K·B rows.</param>
    /// <param name="value">The draw, folded: [K·B, event].</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, the plate and both shapes.</exception>
    public void Latent(SiteInfo site, Distribution guide, Distribution model, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(model);
        if (ClosedForm && site.Kl == KlChoice.ClosedForm && KlRegistry.Find(guide, model, owner) is { } divergence)
        {
            Kl(site, guide, model, divergence);
            return;
        }

        SiteShapes.CheckLatent(site, model, value, Rows);
        SiteShapes.CheckGuide(site, guide, model, Rows);
        terms.Add(new()
        {
            Site = site,
            Model = model,
            Guide = guide,
            Value = value,
            LogP = LogDensity(site, model, site.IsPlated, value),
            LogQ = LogDensity(site, guide, isPlated: true, value),
        });
    }

    /// <summary>A latent's log p alone, for the joint density of given values.</summary>
    /// <param name="site">The site.</param>
    /// <param name="model">p: without rows if the site is not plated, else over K·B rows.</param>
    /// <param name="value">The value, folded: [K·B, event].</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, the plate and both shapes.</exception>
    public void Given(SiteInfo site, Distribution model, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(model);
        SiteShapes.CheckLatent(site, model, value, Rows);
        terms.Add(new() { Site = site, Model = model, Value = value, LogP = LogDensity(site, model, site.IsPlated, value) });
    }

    /// <summary>A latent's KL(q || p) in closed form.</summary>
    /// <typeparam name="TGuide">The guide's family.</typeparam>
    /// <typeparam name="TModel">The model's family.</typeparam>
    /// <param name="site">The site.</param>
    /// <param name="guide">q, over B or K·B rows.</param>
    /// <param name="model">p: without rows if the site is not plated, else over K·B rows.</param>
    /// <param name="divergence">The registered method, such as <c>Divergence.Kl</c>.</param>
    /// <exception cref="PplShapeException">A shape disagrees; the message names the site, the plate and both shapes.</exception>
    public void Kl<TGuide, TModel>(SiteInfo site, TGuide guide, TModel model, Func<TGuide, TModel, Tensor> divergence)
        where TGuide : Distribution
        where TModel : Distribution
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(divergence);
        SiteShapes.CheckDistribution(site, model, Rows);
        SiteShapes.CheckGuide(site, guide, model, Rows);

        // A model that follows the plate has K·B rows even where the guide needs only B.
        var q = site.IsPlated && model.Shape[0] != guide.Shape[0] && guide.Shape[0] == Rows.Count ? Rows.Repeat(guide) : guide;
        var kl = Checked(site, q, model, divergence(q, model));
        var sum = EventSum.SumLast(kl, checked((int)kl.dim()) - 1);
        terms.Add(new() { Site = site, Model = model, Guide = guide, Kl = ToParticles(sum) });
    }

    /// <summary>An observed site's log p at the data.</summary>
    /// <param name="site">The site.</param>
    /// <param name="model">p: without rows if the site is not plated, else over B or K·B rows.</param>
    /// <param name="value">The data, of B or K·B rows.</param>
    /// <exception cref="PplShapeException">A shape disagrees, or would broadcast silently; the message says what to write.</exception>
    public void Observed(SiteInfo site, Distribution model, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(model);
        SiteShapes.CheckObserved(site, model, value, Rows);
        terms.Add(new() { Site = site, Model = model, Value = value, LogP = LogDensity(site, model, site.IsPlated, value) });
    }

    /// <summary>
    /// Checks every value and parameter of the pass. Reads tensors: for a data set once, and for a loss that is not finite.
    /// </summary>
    /// <exception cref="PplSupportException">A value lies outside its support: site, rule, first bad index and value.</exception>
    /// <exception cref="PplArgumentException">A parameter breaks its rule.</exception>
    /// <exception cref="NonFiniteException">A value, a parameter or a term is NaN or infinite.</exception>
    public void Diagnose()
    {
        foreach (var term in terms) TermDiagnosis.Check(term);
    }

    /// <summary>Each site with its terms.</summary>
    public override string ToString() => string.Join("; ", terms);

    /// <inheritdoc/>
    public IEnumerator<SiteTerm> GetEnumerator() => terms.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Tensor LogDensity(SiteInfo site, Distribution distribution, bool isPlated, Tensor value)
    {
        try
        {
            var valueRows = value.shape[0];

            // Where both sides have the same rows, or one has none, nothing needs unfolding.
            if (Rows.Particles == 1 || !isPlated || distribution.Shape[0] == valueRows)
            {
                var density = distribution.LogDensity(value, 1);
                SiteShapes.CheckDensity(site, distribution, density, [valueRows]);
                return ToParticles(density);
            }

            var unfolded = valueRows == Rows.Total
                ? distribution.LogDensity(Rows.Unfold(value), 2)
                : Rows.Unfold(distribution).LogDensity(value, 2);
            SiteShapes.CheckDensity(site, distribution, unfolded, [Rows.Particles, Rows.Count]);
            return unfolded;
        }
        catch (PplShapeException fault) when (fault.Site is null)
        {
            throw new PplShapeException(fault.Message, site.Name, fault);
        }
    }

    private static Tensor Checked(SiteInfo site, Distribution guide, Distribution model, Tensor kl)
    {
        try
        {
            return KlRegistry.Checked(kl, guide, model);
        }
        catch (PplShapeException fault) when (fault.Site is null)
        {
            throw new PplShapeException(fault.Message, site.Name, fault);
        }
    }

    // [K·B] to [K, B], and [B] to [1, B].
    private Tensor ToParticles(Tensor rows) => rows.view(-1, Rows.Count);
}
