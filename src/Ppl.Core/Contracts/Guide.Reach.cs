using Ppl.Contracts;

namespace Ppl;

/// <content>What the runs of a model with branches reach.</content>
public abstract partial class Guide
{
    private StepList? declared;

    // For each latent its place among those that are reached; -1 for the others.
    private int[]? places;

    // All of these follow from what runs reach.
    private IReadOnlyList<SiteInfo>? allSites;
    private IReadOnlyList<SiteInfo>? latentSites;
    private IReadOnlyList<string>? latentNames;
    private IReadOnlyList<DataOfGuide>? data;

    /// <summary>What encoders see of a parameter: nothing where runs do not reach its site; what is there of it, where its site has a mask.</summary>
    private readonly record struct DataOfGuide(bool IsSeen, SiteInfo? Masked);

    /// <summary>
    /// The names of the latents of its draws, in their order: of the model, the elements of an indexed site by index. Of a model with branches those
    /// of all arms, and from <see cref="Prepare"/> on those that its runs reach.
    /// </summary>
    public IReadOnlyList<string> LatentNames => latentNames ??= [.. LatentSites.Select(site => site.Name)];

    /// <summary>The site of each latent of the draws in the order of the model, the elements of an indexed one by index.</summary>
    internal IReadOnlyList<SiteInfo> LatentSites => latentSites ??= Reached(AllSites);

    /// <summary>Where each latent of the model stands, at the lengths that arrays had when the guide was made, or prepared.</summary>
    internal Slots Slots { get; private set; }

    /// <summary>The sites of a run, in its order; before it is known what runs reach, those of all arms.</summary>
    internal IReadOnlyList<SiteInfo> SitesOfRun => Reach?.Sites ?? [.. Model.Sequence(Lengths).DistinctBy(site => site.Name)];

    /// <summary>What runs reach; null for a model whose runs all reach everything, and before that is known.</summary>
    internal Reach? Reach { get; private set; }

    /// <summary>Of one thing for each latent of the model those that runs reach.</summary>
    internal IReadOnlyList<T> Reached<T>(IReadOnlyList<T> all) => places is null ? all : [.. all.Where((_, i) => places[i] >= 0)];

    /// <summary>The site of a latent of the model: of one that several arms draw, the one that runs reach.</summary>
    /// <param name="latent">Its place among all.</param>
    internal SiteInfo SiteAt(int latent) => AllSites[latent];

    /// <summary>Whether encoders see a parameter: data of a site that runs do not reach stay away.</summary>
    /// <param name="input">The parameter's position.</param>
    internal bool Sees(int input) => Data[input].IsSeen;

    /// <summary>A parameter as encoders see it: missing entries are 0.</summary>
    /// <param name="input">The parameter's position.</param>
    /// <param name="masks">Which of the batch's data are there.</param>
    internal TorchSharp.torch.Tensor Seen(int input, Masks masks) => masks.Seen(input, Data[input].Masked);

    /// <summary>Which of a batch's data are there.</summary>
    internal Masks MasksOf(Batch batch) => new(Model, batch, LayoutOf(batch, 1));

    /// <summary>The site with a mask, of those that runs reach, whose data a parameter holds; null where there is none.</summary>
    /// <param name="input">The parameter's position.</param>
    internal SiteInfo? MaskedSite(int input) => Data[input].Masked;

    private IReadOnlyList<DataOfGuide> Data => data ??= [.. Plan.Inputs.Select(OfGuide)];

    private IReadOnlyList<SiteInfo> AllSites => allSites ??=
        [.. Slots.SitesOf(Model, Lengths).Select(site => (Reach is null ? Drawn.GetValueOrDefault(site.Name) : Reach.Find(site)) ?? site)];

    /// <summary>
    /// The site at which each latent is drawn, where no branch decides it: elements of an array may be drawn at several, with other parents.
    /// </summary>
    private Dictionary<string, SiteInfo> Drawn => Plan.HasBranches || !Plan.HasArrays ? []
        : Model.Sequence(Lengths).Where(site => site.Kind == SiteKind.Latent).DistinctBy(site => site.Name).ToDictionary(site => site.Name);

    /// <summary>Whether the latents are known: before <see cref="Prepare"/> those of arrays are not, whose lengths data tell.</summary>
    internal bool KnowsLatents => IsPrepared || Plan.Lengths.Count == 0;

    private DataOfGuide OfGuide(ModelInput input)
    {
        var isData = input.IsObserved || Plan.Latents.Any(site => site.Known == input.Name);
        var isSeen = Reach is null || !isData || Reach.Observes(input.Name);
        bool Holds(SiteInfo site) => site.DataName == input.Name || (site.SliceDimension is not null && site.Variable == input.Name);
        return new(isSeen, (Reach?.Sites ?? Plan.Sites).FirstOrDefault(site => site.MaskText is not null && Holds(site)));
    }

    /// <summary>The place of a latent among those that are reached.</summary>
    /// <param name="latent">Its place among all.</param>
    internal int Place(int latent) => places is null ? latent : places[latent];

    /// <summary>Values of the latents that are reached as values of the model's latents.</summary>
    internal LatentValues Values(IReadOnlyList<TorchSharp.torch.Tensor> reached, RecordedValues? recorded = null) =>
        new(Model, places is null ? reached : [.. places.Select(place => place < 0 ? null! : reached[place])], Lengths)
        {
            Deterministics = recorded ?? RecordedValues.None,
        };

    /// <summary>Settles what runs reach, before encoders are sized: each sees what is reached of what it would see.</summary>
    /// <param name="reach">What the first run has reached; null takes it back.</param>
    /// <exception cref="PplArgumentException">Nothing observed is reached, or a network is given for a latent that is not.</exception>
    private void Settle(Reach? reach)
    {
        if (Reach is null && reach is null) return;
        (Reach, places) = (reach, null);
        (allSites, latentSites, latentNames, data) = (null, null, null, null);
        if (reach is null)
        {
            declared?.Set(declared.All.Select(Connected));
            return;
        }

        if (!reach.Sites.Any(site => site.Kind == SiteKind.Observed))
        {
            throw new PplArgumentException(
                $"this run of {Plan.Model} reaches nothing that is observed, only {reach}: there is nothing to infer from.");
        }

        var (sites, next) = (AllSites.ToList(), 0);
        foreach (var site in sites.Where(site => !reach.Draws(site)))
        {
            if (FindEncoder(site.Name)?.Posterior.Network is null) continue;
            throw new PplArgumentException($"a network is given for it, and this run does not reach {site}: leave it out.", site.Name);
        }

        places = [.. sites.Select(site => reach.Draws(site) ? next++ : -1)];
        var names = sites.Where(reach.Draws).Select(site => site.Name).ToHashSet();

        // Of data and of arrays an encoder may see a part: x[..3], alpha[county].
        var inputs = Plan.Inputs.Select(input => input.Name).ToList();
        bool IsReached(string input) => inputs.IndexOf(InputName.Of(input).Data) is >= 0 and var position ? Sees(position)
            : names.Contains(input) || names.Contains(input.Split('[')[0]);
        declared?.Set(declared.All.Where(step => names.Contains(step.Latent))
            .Select(step => Connected(step with { Inputs = [.. step.Inputs.Where(IsReached)] })));
    }

    /// <summary>The steps, of which those that are not reached go once that is known.</summary>
    private sealed class StepList(IReadOnlyList<GuideStep> all, IReadOnlyList<GuideStep> connected) : IReadOnlyList<GuideStep>
    {
        private IReadOnlyList<GuideStep> steps = connected;

        /// <summary>Every step, with everything that generated code gives to its encoder.</summary>
        public IReadOnlyList<GuideStep> All { get; private set; } = all;

        public int Count => steps.Count;

        public GuideStep this[int index] => steps[index];

        public void Set(IEnumerable<GuideStep> now) => steps = [.. now];

        public void Set(IReadOnlyList<GuideStep> whole, IEnumerable<GuideStep> now) => (All, steps) = (whole, [.. now]);

        public IEnumerator<GuideStep> GetEnumerator() => steps.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
