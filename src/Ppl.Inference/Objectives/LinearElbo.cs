using Ppl.Contracts;
using Ppl.Networks;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>What the parts of an ELBO count: Σ_observed o · log p − Σ_latent w_site · KL + constant.</summary>
/// <param name="Divergence">w of a latent: <c>KL z</c> counts so often.</param>
/// <param name="Observed">o of data and factors.</param>
/// <param name="Constant">In the unit of the bound.</param>
internal sealed record ElboWeights(Func<SiteInfo, double> Divergence, double Observed = 1, double Constant = 0)
{
    /// <summary>What −log p of a latent counts whose factor is a point, which has no divergence: once.</summary>
    public Func<SiteInfo, double> Point { get; init; } = _ => 1;

    /// <summary>The weighted log weights of a group: [K, B].</summary>
    public Tensor LogWeight(TermGroup group)
    {
        Tensor? sum = null;
        foreach (var term in group.Terms)
        {
            var part = term.Site.Kind != SiteKind.Latent ? Times(term.LogP!, Observed)
                : Times(LogWeightOf(term), Ppl.Inference.LogWeight.IsPoint(term) ? Point(term.Site) : Divergence(term.Site));
            sum = sum is null ? part : sum + part;
        }

        return sum ?? throw new PplArgumentException("the group has no terms: there is nothing to bound.");
    }

    private static Tensor LogWeightOf(SiteTerm term) => term.Kl is { } kl ? -kl : term.LogP! - term.LogQ!;

    private static Tensor Times(Tensor tensor, double weight) => weight == 1 ? tensor : tensor * weight;
}

/// <summary>An ELBO with weights, for the terms of one pass: what every weighted bound is once its weights are known.</summary>
internal sealed class LinearElbo(WeightedElbo whole, ElboWeights weights) : Objective(whole.Particles, whole.Gradient)
{
    public override string Name => whole.Name;

    public override TermForm Form => whole.Form;

    public override ParticleScope Scope => whole.Scope;

    internal override double Constant => weights.Constant;

    protected override Tensor PerDatum(TermGroup group) => LogWeightOf(group).mean([0]);

    protected override Tensor OfOuter(TermGroup group) => LogWeightOf(group).mean([0]);

    internal override Tensor LogWeightOf(TermGroup group) => weights.LogWeight(group);

    internal override Tensor PathWeights(Tensor logWeights) => full_like(logWeights, 1.0 / logWeights.shape[0]);
}

/// <summary>A bound that weighs the parts of the ELBO: by numbers of the step, of the terms, or of what it remembers.</summary>
internal abstract class WeightedElbo(int particles, KlForm kl, GradientForm gradient) : Objective(particles, gradient)
{
    public override TermForm Form => kl == KlForm.ClosedForm ? TermForm.ClosedFormWhereLegal : TermForm.Sampled;

    public override ParticleScope Scope => ParticleScope.Joint;

    public override Objective Measured => new ElboObjective(Particles, kl, Gradient);

    protected internal override bool HasPenalty => true;

    /// <summary>How <see cref="KlForm"/> shows in the objective's text.</summary>
    protected string KlText => kl == KlForm.ClosedForm ? "" : ", sampled KL";

    protected KlForm Kl => kl;

    protected override Tensor PerDatum(TermGroup group) => throw new NotSupportedException("the weights are those of a pass: see For.");

    internal sealed override Objective For(SiteTerms terms) => new LinearElbo(this, WeightsOf(terms));

    /// <summary>The weights of a pass.</summary>
    protected abstract ElboWeights WeightsOf(SiteTerms terms);

    internal override void RequireMeaning(Guide guide)
    {
        RefuseKnown(guide);
        if (!guide.KnowsLatents) return;
        var encoders = guide.LatentSites.Select(site => guide.FindEncoder(site.Name)).ToList();
        if (encoders.Exists(encoder => encoder is not ({ IsPoint: true } or { IsPrepared: true, Head: QuantizerHead }))) return;
        throw new PplArgumentException(
            encoders.TrueForAll(encoder => encoder is { IsPoint: true })
                ? $"{this}: {guide.Plan.Model} has no latent with a divergence, since points, Posterior.Delta, have none. "
                    + "Use Objective.Elbo without weights."
                : $"{this}: {guide.Plan.Model} has no latent whose divergence training could move: that of a code of a codebook is a constant, a "
                    + "point has none. Use Objective.VectorQuantized().");
    }

    /// <summary>Refuses latents that are known in some rows.</summary>
    protected void RefuseKnown(Guide guide)
    {
        if (guide.Plan.Latents.FirstOrDefault(site => site.Known is not null) is not { } known) return;
        throw new PplArgumentException(
            $"{this}: it is known in some rows, where log p is a part of the data's likelihood and not of a divergence; one weight for both "
            + "means nothing. Use Objective.Elbo without weights.",
            known.Name);
    }
}
