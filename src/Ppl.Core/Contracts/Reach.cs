namespace Ppl.Contracts;

/// <summary>
/// The sites that a run of a model with branches reaches. It is a fact of the model's fields and of the data's shapes; a guide learns it when it is
/// prepared, has encoders for just the latents in it, and refuses a run that reaches others.
/// </summary>
internal sealed class Reach
{
    private readonly HashSet<(string Name, int Line, string Text)> keys = [];
    private readonly List<SiteInfo> sites = [];

    private Reach()
    {
    }

    /// <summary>The sites, in the order of the run.</summary>
    public IReadOnlyList<SiteInfo> Sites => sites;

    /// <summary>For a model that has branches; null for one whose runs all reach everything.</summary>
    public static Reach? For(ModelPlan plan) => plan.HasBranches ? new Reach() : null;

    /// <summary>Notes that a run has come to a site.</summary>
    public void Add(SiteInfo site)
    {
        keys.Add(Key(site));
        sites.Add(site);
    }

    /// <summary>Whether the run came to a latent, at whichever of its sites.</summary>
    /// <param name="latent">The latent, of an array the element.</param>
    public bool Draws(SiteInfo latent) => Find(latent) is not null;

    /// <summary>The site at which the run came to a latent; null where it did not.</summary>
    /// <param name="latent">The latent, of an array the element.</param>
    public SiteInfo? Find(SiteInfo latent) => sites.Find(
        site => site.Kind == SiteKind.Latent && site.Slot == latent.Slot && (site.Element ?? 0) == (latent.Element ?? 0));

    /// <summary>Whether the run came to a site that observes a parameter.</summary>
    public bool Observes(string parameter) => sites.Exists(
        site => site.Known == parameter || (site.Kind == SiteKind.Observed && site.Variable == parameter));

    /// <summary>Refuses a run that comes to a site which the guide was not prepared for.</summary>
    /// <exception cref="PplArgumentException">The message names the site and its condition.</exception>
    public void Require(SiteInfo site)
    {
        if (keys.Contains(Key(site))) return;
        throw new PplArgumentException(
            $"this run reaches {site}, and the run that the guide was prepared with did not: {Why(site)}. {Remedy}", site.Name);
    }

    /// <summary>Refuses a run that left out a site which the guide was prepared for.</summary>
    /// <param name="run">What the run came to.</param>
    /// <exception cref="PplArgumentException">The message names the site and its condition.</exception>
    public void RequireAll(Reach run)
    {
        if (sites.Find(site => !run.keys.Contains(Key(site))) is not { } missing) return;
        throw new PplArgumentException(
            $"this run does not reach {missing}, and the run that the guide was prepared with did: {Why(missing)}. {Remedy}", missing.Name);
    }

    /// <summary>The sites, by name.</summary>
    public override string ToString() => string.Join(", ", sites.Select(site => site.Name));

    private const string Remedy = "Which sites a run reaches is settled when the guide is prepared: make a new guide for this model.";

    private static string Why(SiteInfo site) =>
        site.Condition.Length > 0 ? $"it stands under '{site.Condition}', where a field or a shape has changed" : "a field or a shape has changed";

    private static (string, int, string) Key(SiteInfo site) => (site.Name, site.Line, site.DistributionText);
}
