using System.Globalization;

namespace Ppl.Inference;

/// <summary>How well data come back from their latents: averages over draws of q(z | x), for each datum.</summary>
/// <param name="Site">The observed site.</param>
/// <param name="LogLikelihoods">log p(x | z) of each datum, in nats, summed over the site's event.</param>
/// <param name="SquaredErrors">
/// ‖x − E[x | z]‖² of each datum, in squared units of the data, summed over the event; null where the site's family has no mean in
/// closed form, NaN where the mean does not exist.
/// </param>
/// <param name="Samples">Draws for each datum.</param>
public sealed record ReconstructionError(
    string Site, IReadOnlyList<double> LogLikelihoods, IReadOnlyList<double>? SquaredErrors, int Samples)
{
    /// <summary>The mean of log p(x | z) over the data.</summary>
    public double LogLikelihood => LogLikelihoods.Average();

    /// <summary>The mean squared error of a datum, summed over its event; NaN where the family has no mean.</summary>
    public double SquaredError => SquaredErrors?.Average() ?? double.NaN;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Site}: squared error {SquaredError:G5}, log p({Site} | z) {LogLikelihood:F3} nats ({LogLikelihoods.Count} rows, {Samples} draws each)");
}
