using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Elbo"/>: the divergences with weights.</summary>
internal sealed class BetaElbo(
    int particles, KlForm kl, GradientForm gradient, Schedule beta, IReadOnlyDictionary<string, Schedule> betas, long? step = null)
    : WeightedElbo(particles, kl, gradient)
{
    public override string Name => "beta-ELBO";

    private protected override string Title
    {
        get
        {
            var own = string.Concat(betas.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $", beta of {pair.Key} {pair.Value}"));
            return $"{(Particles == 1 ? Name : $"{Name}({Particles})")}, beta {beta}{own}{KlText}";
        }
    }

    public override Objective At(long step, ObjectiveState state) => new BetaElbo(Particles, Kl, Gradient, beta, betas, step);

    internal override bool LacksStep => step is null && !betas.Values.Append(beta).All(schedule => schedule.IsConstant);

    protected override ElboWeights WeightsOf(SiteTerms terms) => new(site => Weight(Own(site) ?? beta));

    internal override void RequireMeaning(Guide guide)
    {
        base.RequireMeaning(guide);
        foreach (var name in betas.Keys)
        {
            var sites = guide.LatentSites.Where(site => site.Name == name || site.Variable == name).ToList();
            if (sites.Count == 0 && guide.KnowsLatents)
            {
                throw new PplArgumentException(
                    $"{this}: {guide.Plan.Model} has no latent '{name}'; its latents are {string.Join(", ", guide.LatentNames)}.");
            }

            if (sites.Exists(site => guide.FindEncoder(site.Name) is { IsPoint: true }))
                throw new PplArgumentException($"{this}: its factor is a point, Posterior.Delta, which has no divergence to weigh.", name);
        }
    }

    private double Weight(Schedule schedule) => schedule.At(step ?? 0) is >= 0 and var weight ? weight
        : throw new PplArgumentException($"{this}: beta is below 0 at step {step ?? 0}; the divergence would be raised without end.");

    private Schedule? Own(SiteInfo site) =>
        betas.TryGetValue(site.Name, out var own) || betas.TryGetValue(site.Variable, out own) ? own : null;
}
