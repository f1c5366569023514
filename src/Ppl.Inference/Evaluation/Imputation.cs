using System.Globalization;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Data with values in the place of missing ones, by the posterior of their rows: see <see cref="Evaluate.Impute"/>.</summary>
/// <param name="Site">The observed site.</param>
/// <param name="Mean">The data, [rows, plates, event], each missing entry replaced by its conditional mean; owned by the caller's scope.</param>
/// <param name="Draws">
/// The data several times, [draws, rows, plates, event], each missing entry replaced by a draw from its conditional distribution; null where none
/// were asked for. Owned by the caller's scope.
/// </param>
/// <param name="EffectiveSampleSizes">(Σ w)² / Σ w² of each row, between 1 and <paramref name="Samples"/>: near 1 the row hangs on one draw.</param>
/// <param name="Samples">Draws of q(z | x) for each row.</param>
public sealed record Imputation(string Site, Tensor Mean, Tensor? Draws, IReadOnlyList<double> EffectiveSampleSizes, int Samples)
{
    /// <summary>The site, the rows, and how many samples the weights leave.</summary>
    public override string ToString()
    {
        var left = EffectiveSampleSizes.DefaultIfEmpty(0).Average();
        return string.Create(
            CultureInfo.InvariantCulture, $"{Site}: {EffectiveSampleSizes.Count} rows, {Samples} samples each, worth {left:F1} in the mean");
    }
}
