using System.Collections;
using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Divergences;
using static TorchSharp.torch;

namespace Ppl.Interpretation;

/// <summary>What happened at one site of an interpreted run.</summary>
/// <param name="Name">The site's name; <c>h[1]</c> for the second element of an indexed site.</param>
/// <param name="Site">What the compiler knows of it.</param>
/// <param name="Model">The model's distribution; null for a factor.</param>
/// <param name="Value">The value: drawn, replayed or observed; a factor's log weight.</param>
/// <param name="LogP">log p of the value, summed over the event: [plates].</param>
/// <param name="Guide">The guide's distribution, where one was used.</param>
/// <param name="LogQ">log q of the value, summed over the event, where a guide was used: [plates].</param>
public sealed record TraceSite(
    string Name, SiteInfo Site, Distribution? Model, Tensor Value, Tensor LogP, Distribution? Guide, Tensor? LogQ)
{
    /// <summary>
    /// The names of the latents that its distribution, or its log weight, is computed from, as the run's own operations show; null in a run that
    /// does not look for them.
    /// </summary>
    public IReadOnlyList<string>? Parents { get; init; }

    /// <summary>The model's class, which may have closed forms of its own.</summary>
    internal Type? Owner { get; init; }

    /// <summary>What is known of a latent; null where nothing is.</summary>
    internal KnownValues? Known { get; init; }

    /// <summary>N/B for a local site of a mini-batch, else 1.</summary>
    internal double Scale { get; init; } = 1;

    /// <summary>The site's distribution and value: <c>z ~ Normal(20), value (128, 20)</c>.</summary>
    public override string ToString() => Model is null ? $"factor {Name}, log weight {Shapes.ShapeText.Of(Value.shape)}"
        : $"{Name} ~ {Model}, value {Shapes.ShapeText.Of(Value.shape)}";

    /// <summary>
    /// KL(q || p) in closed form, summed over the event: [plates], 0 where the latent is known. Right as the bound's term only where
    /// the compiler's rule allows it.
    /// </summary>
    /// <exception cref="PplArgumentException">There is no guide here, or no closed form for the pair.</exception>
    public Tensor Kl()
    {
        if (Guide is null || Model is null) throw new PplArgumentException("no guide was used at this site.", Name);
        var kl = KlRegistry.Kl(Guide, Model, Owner);
        var full = Shapes.Broadcasting.Broadcast(Guide.Shape, Model.Shape, Guide.Name, Model.Name);
        var sum = Shapes.EventSum.ToLeading(kl, full, Site.Plates.Count);
        return Known is null ? sum : Known.WhereDrawn(sum);
    }
}

/// <summary>An interpreted run: every site, in the order of the model.</summary>
public sealed class Trace : IReadOnlyList<TraceSite>
{
    private readonly List<TraceSite> sites = [];
    private readonly bool isPerDatum;
    private readonly Dictionary<string, Tensor> recorded = [];

    internal Trace(bool isPerDatum) => this.isPerDatum = isPerDatum;

    /// <inheritdoc/>
    public int Count => sites.Count;

    /// <inheritdoc/>
    public TraceSite this[int index] => sites[index];

    /// <summary>A site by name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="PplArgumentException">The run had no such site.</exception>
    public TraceSite this[string name]
        => sites.Find(site => site.Name == name) ?? throw new PplArgumentException($"The run has no site '{name}'.");

    /// <summary>
    /// log p(data, latents): one number for each row where every site stands in one rows plate, else one for the whole data, local terms times
    /// N/B.
    /// </summary>
    public Tensor LogJoint => sites
        .Select(site => isPerDatum ? Shapes.EventSum.SumLast(site.LogP, (int)site.LogP.dim() - 1) : site.LogP.sum() * site.Scale)
        .Aggregate((sum, term) => sum + term);

    /// <summary>What <c>Deterministic</c> has recorded, by name: [plates, event].</summary>
    public IReadOnlyDictionary<string, Tensor> Deterministics => recorded;

    /// <summary>The latents' values by name.</summary>
    public IReadOnlyDictionary<string, Tensor> Latents
        => sites.Where(site => site.Site.Kind == SiteKind.Latent).ToDictionary(site => site.Name, site => site.Value);

    /// <summary>Each site in turn.</summary>
    public override string ToString() => string.Join("; ", sites);

    /// <inheritdoc/>
    public IEnumerator<TraceSite> GetEnumerator() => sites.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal void Add(TraceSite site) => sites.Add(site);

    internal void Record(string name, Tensor value) => recorded[name] = value;
}
