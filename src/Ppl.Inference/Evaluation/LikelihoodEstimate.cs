using System.Globalization;

namespace Ppl.Inference;

/// <summary>An estimate of −log p(x) by importance sampling, in nats for each datum.</summary>
/// <remarks>
/// log p̂(x) = log (1/K) Σ_k p(x, z_k) / q(z_k | x) is a lower bound of log p(x) in expectation, so that <see cref="Mean"/> errs to the
/// high side; the more samples, the less.
/// </remarks>
/// <param name="PerDatum">−log p̂ of each row, in the order of the data.</param>
/// <param name="EffectiveSampleSizes">(Σ w)² / Σ w² of each row, from 1 to <paramref name="Samples"/>: near 1, the estimate is poor.</param>
/// <param name="Samples">K.</param>
public sealed record LikelihoodEstimate(IReadOnlyList<double> PerDatum, IReadOnlyList<double> EffectiveSampleSizes, int Samples)
{
    /// <summary>The mean over the data.</summary>
    public double Mean { get; } = PerDatum.Average();

    /// <summary>The standard error of <see cref="Mean"/> as an estimate for the population of data: deviation / √N; NaN of one row.</summary>
    public double StandardError { get; } = Deviation(PerDatum) / Math.Sqrt(PerDatum.Count);

    /// <summary>
    /// The standard error of <see cref="Mean"/> from the samples alone, the data held fixed: by the delta method the variance of
    /// log p̂ is about 1/ESS − 1/K for each row.
    /// </summary>
    public double MonteCarloError { get; } =
        Math.Sqrt(EffectiveSampleSizes.Sum(ess => Math.Max(0, (1 / ess) - (1.0 / Samples)))) / EffectiveSampleSizes.Count;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mean:F2}{(PerDatum.Count > 1 ? $" ± {StandardError:F2}" : "")} nats ({PerDatum.Count} row{(PerDatum.Count == 1 ? "" : "s")}, "
            + $"{Samples} samples each)");

    private static double Deviation(IReadOnlyList<double> values)
    {
        if (values.Count < 2) return double.NaN;
        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
