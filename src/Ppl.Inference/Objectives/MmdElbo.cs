using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>What an ELBO with a discrepancy weighs: <see cref="Objective.InfoVae"/> and <see cref="Objective.Wae"/>.</summary>
/// <param name="Divergence">What the divergence of a chosen latent counts.</param>
/// <param name="Point">What −log p at a chosen point counts; null where points are refused.</param>
/// <param name="Discrepancy">What MMD² counts.</param>
internal sealed record MmdWeights(double Divergence, double? Point, double Discrepancy);

/// <summary>Σ_observed log p − w Σ KL − c MMD².</summary>
internal sealed class MmdElbo(
    string name, MmdWeights weights, LatentCodes codes, Kernel kernel, MmdEstimator estimator, int particles, KlForm kl)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => name;

    private protected override string Title => FormattableString.Invariant(
        $"{(Particles == 1 ? Name : $"{Name}({Particles})")}, {weights.Discrepancy} MMD{codes.Text} by {kernel}")
        + $"{(estimator == MmdEstimator.Biased ? ", biased" : "")}{KlText}";

    internal override string? OfOneRow => weights.Discrepancy == 0 || estimator == MmdEstimator.Biased ? null
        : "the discrepancy is a mean over pairs of different rows";

    protected override ElboWeights WeightsOf(SiteTerms terms) => new(site => codes.Has(site) ? weights.Divergence : 1)
    {
        Point = site => codes.Has(site) ? weights.Point ?? 1 : 1,
    };

    protected override Tensor? OfBatch(BatchDraws draws)
    {
        if (weights.Discrepancy == 0) return null;
        var own = codes.Of(draws);
        if (own.shape[1] < 2 && OfOneRow is { } fault)
        {
            throw new PplArgumentException(
                $"{this}: this batch has one row, and {fault}. Take larger batches, leave out a short last one (FitOptions.DropLast), or use "
                + "MmdEstimator.Biased.");
        }

        return Mmd.Of(own, codes.OfPrior(draws), kernel, estimator) * (-weights.Discrepancy * codes.Count(draws));
    }

    internal override void RequireMeaning(Guide guide)
    {
        RefuseKnown(guide);
        var sites = codes.Require(this, guide);
        if (weights.Point is not null || sites.FirstOrDefault(site => guide.FindEncoder(site.Name) is { IsPoint: true }) is not { } point) return;
        throw new PplArgumentException(
            $"{this}: its factor is a point, Posterior.Delta, which has no divergence to weigh. Use Objective.Wae, which leaves divergences out.",
            point.Name);
    }
}
