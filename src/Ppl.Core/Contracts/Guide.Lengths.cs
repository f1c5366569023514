using Ppl.Contracts;
using Ppl.Networks;

namespace Ppl;

/// <content>Lengths that the model reads off its data: arrays of latents get their encoders when the guide is prepared.</content>
public abstract partial class Guide
{
    // Arrays of encoders whose number data tell, each with its latent.
    private readonly List<(SiteInfo Site, EncoderList Encoders)> open = [];

    /// <summary>The lengths read off the batch that the guide was prepared with, in the order of the plan; 0 before.</summary>
    internal IReadOnlyList<int> Lengths { get; private set; }

    /// <summary>Makes and registers the encoders of an indexed latent whose length is read off the data: when the guide is prepared.</summary>
    /// <param name="site">The latent.</param>
    /// <param name="posteriors">The factors' families; the default of each when null.</param>
    protected EncoderList RegisterOpen(SiteInfo site, PosteriorList? posteriors)
    {
        ArgumentNullException.ThrowIfNull(site);
        var encoders = new EncoderList(posteriors, site.Name);
        open.Add((site, encoders));
        Place(site.Name, encoders);
        return encoders;
    }

    /// <summary>The steps at given lengths, for <see cref="Connect"/>; generated code, for a model that reads its lengths off the data.</summary>
    /// <param name="lengths">In the order of the plan, each at least 1.</param>
    /// <exception cref="PplArgumentException">A length is too short for the guide's loops.</exception>
    protected virtual IReadOnlyList<GuideStep> StepsAt(IReadOnlyList<int> lengths) => [];

    /// <summary>Refuses data of other lengths than the guide was prepared with, and a model whose fields have changed.</summary>
    /// <exception cref="PplArgumentException">The message names the latent and both lengths.</exception>
    internal void RequireLengths(Batch batch)
    {
        var now = Plan.Lengths.Count == 0 ? [] : Model.Lengths(batch.Lengths);
        for (var slot = 0; slot < now.Count; slot++)
        {
            var (had, has) = (Slots.Of(slot).Length, now[slot]);
            if (had == has || open.Find(array => array.Site.Slot == slot) is not { Encoders: { } encoders, Site: var latent }) continue;
            throw new PplArgumentException(
                $"it had {had} elements when the guide was prepared, and has {has} in these data, by {Told(batch)}: "
                + (encoders.Shared is null ? "each element has an encoder of its own. Make a new guide for data of this length."
                    : "a guide is made for one length. The encoder that its elements share fits any: make a new guide, prepare it with a batch "
                        + "of these data, and give it what this one has learnt, by load_state_dict(guide.state_dict())."),
                latent.Name);
        }

        Slots.Require(Model, batch.Lengths);
    }

    /// <summary>Makes an encoder for each element of the arrays whose lengths data tell, and the steps.</summary>
    /// <param name="lengths">The lengths; 0 takes all of them back.</param>
    private void SettleLengths(IReadOnlyList<int> lengths)
    {
        if (Plan.Lengths.Count == 0) return;
        var isPrepared = lengths.All(length => length > 0);
        var steps = isPrepared ? StepsAt(lengths) : [];
        (Lengths, Slots) = (lengths, new Slots(Model, lengths));
        (allSites, latentSites, latentNames, data) = (null, null, null, null);
        try
        {
            foreach (var (site, encoders) in open) Resize(site, encoders, isPrepared ? Slots.Of(site.Slot).Length : 0);
            declared!.Set(steps, steps.Select(Connected));
        }
        catch when (isPrepared)
        {
            SettleLengths([.. lengths.Select(_ => 0)]);
            throw;
        }
    }

    private void Resize(SiteInfo site, EncoderList encoders, int count)
    {
        encoders.Resize(count);
        for (var i = 0; i < encoders.Count; i++)
        {
            (encoders[i].Site, encoders[i].Info) = (site.At(i).Name, site);
            Register(encoders[i].Posterior.BottomUp);
        }
    }

    private string Told(Batch batch) =>
        Layout.Conjunction(Plan.Lengths.Zip(batch.Lengths).Where((l, i) => l.Second != Lengths[i]).Select(l => $"{l.First.Text(Plan)} = {l.Second}"));
}
