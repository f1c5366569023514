using System.Globalization;

namespace Ppl.Inference;

/// <summary>An estimate of −log p(x) by annealed importance sampling, in nats for each datum.</summary>
/// <remarks>
/// log p̂(x) is a lower bound of log p(x) in expectation, so that <see cref="Mean"/> errs to the high side; the more temperatures and chains, the
/// less.
/// </remarks>
/// <param name="Estimate">The estimate, its errors, and the effective sample sizes of the chains.</param>
/// <param name="Acceptance">The part of the moves of each datum's chains that was accepted; 0 where there is one temperature, and no move.</param>
/// <param name="Annealing">The chains.</param>
public sealed record AnnealedLikelihood(LikelihoodEstimate Estimate, IReadOnlyList<double> Acceptance, AnnealingOptions Annealing)
{
    /// <summary>The mean of −log p̂(x) over the data.</summary>
    public double Mean => Estimate.Mean;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mean:F2} ± {Estimate.StandardError:F2} nats ({Estimate.PerDatum.Count} rows, {Annealing}, {100 * Acceptance.Average():F0}% accepted)");
}

/// <summary>log p(x) of data that the model draws, between a lower and an upper bound: what annealing leaves open is their difference.</summary>
/// <remarks>Both are bounds in expectation over the data, the posterior's draw and the chains.</remarks>
/// <param name="Lower">log p̂(x) of each datum by chains that end at the posterior: nats.</param>
/// <param name="Upper">log p̂(x) of each datum by chains that begin at the posterior's exact draw: nats.</param>
/// <param name="Annealing">The chains.</param>
public sealed record BidirectionalLikelihood(IReadOnlyList<double> Lower, IReadOnlyList<double> Upper, AnnealingOptions Annealing)
{
    /// <summary>The mean of the upper bound less the lower one: the most that either is off in expectation.</summary>
    public double Gap => Upper.Average() - Lower.Average();

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"log p(x) from {Lower.Average():F2} to {Upper.Average():F2} nats ({Lower.Count} simulated rows, {Annealing})");
}
