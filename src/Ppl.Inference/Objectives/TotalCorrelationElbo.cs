using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>What the parts of the aggregate divergence count, at a step.</summary>
/// <param name="Information">α.</param>
/// <param name="Correlation">β.</param>
/// <param name="Dimensions">γ.</param>
internal sealed record AggregateWeights(double Information, Schedule Correlation, double Dimensions);

/// <summary>See <see cref="Objective.BetaTcVae"/>.</summary>
/// <remarks>
/// The parts of a draw add up to log q(z | x) − log p(z) whatever the estimate of q(z) is: α I + β TC + γ D = α KL + (β − α) TC + (γ − α) D, of which
/// KL may be in closed form.
/// </remarks>
internal sealed class TotalCorrelationElbo(
    AggregateWeights weights, AggregateEstimator estimator, LatentCodes codes, int particles, KlForm kl, long? step = null)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => "beta-TCVAE";

    private protected override string Title => FormattableString.Invariant(
        $"{(Particles == 1 ? Name : $"{Name}({Particles})")}, alpha {weights.Information}, beta {weights.Correlation}, gamma {weights.Dimensions}")
        + $"{codes.Text}, {estimator switch
        {
            AggregateEstimator.Exact => "exact",
            AggregateEstimator.MinibatchWeighted => "weighted",
            _ => "stratified",
        }}{KlText}";

    internal override bool TakesAllRows => estimator == AggregateEstimator.Exact;

    public override Objective At(long step, ObjectiveState state) => new TotalCorrelationElbo(weights, estimator, codes, Particles, Kl, step);

    internal override bool LacksStep => step is null && !weights.Correlation.IsConstant;

    internal override string? OfOneRow => estimator != AggregateEstimator.MinibatchStratified || IsElbo ? null
        : "stratified sampling weighs a row's own and the others";

    // Nothing is compared where all three parts have one weight.
    private bool IsElbo => weights.Dimensions == weights.Information && weights.Correlation.IsConstant
        && weights.Correlation.At(0) == weights.Information;

    protected override ElboWeights WeightsOf(SiteTerms terms) => new(site => codes.Has(site) ? weights.Information : 1);

    protected override Tensor? OfBatch(BatchDraws draws)
    {
        var beta = weights.Correlation.At(step ?? 0) is >= 0 and var now ? now
            : throw new PplArgumentException($"{this}: beta is below 0 at step {step ?? 0}; the total correlation would be raised without end.");
        var (correlation, dimensions) = (beta - weights.Information, weights.Dimensions - weights.Information);
        foreach (var term in draws.Terms.Where(term => term.Site.Kind == SiteKind.Latent && codes.Has(term.Site))) PosteriorBatch.Check(term);
        if (correlation == 0 && dimensions == 0) return null;
        var (joint, marginals, logPriors) = Logarithms(draws, codes.In(draws));
        var sum = ((joint - marginals) * correlation).mean() + ((marginals - logPriors) * dimensions).mean();
        return sum * -codes.Count(draws);
    }

    internal override void RequireMeaning(Guide guide)
    {
        RefuseKnown(guide);
        var sites = codes.Require(this, guide);
        if (sites.FirstOrDefault(site => guide.FindEncoder(site.Name) is { IsPoint: true }) is { } point)
            throw new PplArgumentException($"{this}: its factor is a point, Posterior.Delta, which has no density.", point.Name);
    }

    /// <summary>log q(z), Σ_d log q(z_d) and Σ_d log p(z_d) of each draw: [K · B].</summary>
    private (Tensor Joint, Tensor Marginals, Tensor Priors) Logarithms(BatchDraws draws, IReadOnlyList<LatentDraw> chosen)
    {
        var plate = chosen[0].Site.Plates[0];
        var (rows, total) = (draws.Draws.Batch.Size(plate), draws.Draws.Batch.Total(plate));
        if (rows < 2 && OfOneRow is { } fault)
        {
            throw new PplArgumentException(
                $"{this}: this batch has one row, and {fault}. Take larger batches, leave out a short last one (FitOptions.DropLast), or use "
                + "AggregateEstimator.MinibatchWeighted.");
        }

        var count = chosen[0].Value.shape[0] * rows;
        var logPriors = cat([.. chosen.Select(latent => latent.Prior.LogProb(latent.Value).reshape(count, -1))], 1);
        var posteriors = new PosteriorBatch([.. chosen.Select(latent => latent.Guide)], [.. chosen.Select(latent => latent.Value)], logPriors);
        var own = arange(count, dtype: ScalarType.Int64, device: logPriors.device) % rows;
        var mixture = new AggregateMixture();
        mixture.Add(
            posteriors.LogDensities([.. chosen.Select(latent => latent.Value.flatten(0, 1))]),
            AggregateMixture.LogWeights(estimator, own, rows, total, logPriors));
        var (joint, marginals) = mixture.Logarithms;
        return (joint, marginals.sum([1]), logPriors.sum([1]));
    }
}
