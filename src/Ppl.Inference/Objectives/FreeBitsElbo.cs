using Ppl.Contracts;
using TorchSharp;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.FreeBits"/>.</summary>
internal sealed class FreeBitsElbo(double nats, IReadOnlyList<IReadOnlyList<string>> groups, int particles, KlForm kl)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => "free bits ELBO";

    private protected override string Title
    {
        get
        {
            var together = string.Concat(groups.Select(names => $", {string.Join(" + ", names)} together"));
            return FormattableString.Invariant($"{(Particles == 1 ? Name : $"{Name}({Particles})")}, {nats} nats{together}{KlText}");
        }
    }

    // max(λ, KL) is KL where it is above, and the number λ, without a gradient, where it is not.
    protected override ElboWeights WeightsOf(SiteTerms terms)
    {
        var floored = new HashSet<string>(StringComparer.Ordinal);
        var constant = 0.0;
        foreach (var group in Divergences.Of(terms).GroupBy(part => KeyOf(part.Term.Site)))
        {
            // What is NaN is no less than the bound's other terms, which show it.
            if (!(group.Select(part => part.Mean).Aggregate((sum, mean) => sum + mean).ToDouble() < nats)) continue;
            floored.UnionWith(group.Select(part => part.Term.Site.Name));
            constant -= nats * Divergences.Count(terms, group.First().Group);
        }

        return new(site => floored.Contains(site.Name) ? 0 : 1, Constant: constant);
    }

    internal override void RequireMeaning(Guide guide)
    {
        base.RequireMeaning(guide);
        if (!guide.KnowsLatents) return;
        foreach (var names in groups)
        {
            var sites = names.Select(name => guide.LatentSites.FirstOrDefault(site => site.Name == name) ?? throw new PplArgumentException(
                $"{this}: {guide.Plan.Model} has no latent '{name}'; its latents are {string.Join(", ", guide.LatentNames)}.")).ToList();
            if (sites.Find(site => guide.FindEncoder(site.Name) is { IsPoint: true }) is { } point)
                throw new PplArgumentException($"{this}: its factor is a point, Posterior.Delta, which has no divergence.", point.Name);
            if (sites.Select(PlateOf).Distinct().Count() <= 1) continue;
            throw new PplArgumentException(
                $"{this}: {string.Join(" and ", names)} do not stand in the same rows plate, so that their divergences are not of the same datum. "
                + "Give each a group of its own.");
        }
    }

    private static int? PlateOf(SiteInfo site) => site.IsLocal ? site.Plates[0].Index : null;

    private string KeyOf(SiteInfo site) => groups.FirstOrDefault(names => names.Contains(site.Name)) is { } names ? names[0] : site.Name;
}
