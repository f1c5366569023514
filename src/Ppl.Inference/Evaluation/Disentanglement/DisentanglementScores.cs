using System.Globalization;

namespace Ppl.Inference;

/// <summary>How well a classifier tells which factor was held fixed: the beta-VAE and the FactorVAE score.</summary>
/// <param name="Accuracy">The part of the test points that it tells right: from about 1/factors, for codes that know nothing, to 1.</param>
/// <param name="TrainingAccuracy">That of the points that it has learnt from.</param>
public sealed record FixedFactorScore(double Accuracy, double TrainingAccuracy)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Accuracy:F3} (training {TrainingAccuracy:F3})");
}

/// <summary>How far the code that knows most of a factor is ahead of the next one: the mutual information gap and SAP.</summary>
/// <param name="PerFactor">The gap of each factor, from 0 to 1.</param>
public sealed record GapScore(IReadOnlyList<double> PerFactor)
{
    /// <summary>The mean over the factors.</summary>
    public double Mean { get; } = PerFactor.Average();

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Mean:F3} ({string.Join(", ", PerFactor.Select(gap => gap.ToString("F3", CultureInfo.InvariantCulture)))})");
}

/// <summary>Disentanglement, completeness and informativeness, each from 0 to 1.</summary>
/// <param name="Disentanglement">Whether a code is important for one factor only.</param>
/// <param name="Completeness">Whether one code only is important for a factor.</param>
/// <param name="Informativeness">The mean over the factors of the accuracy on rows that the classifiers have not seen.</param>
/// <param name="Importance">For each code the importance that it has for each factor; those of a factor sum to 1, or are all 0.</param>
public sealed record DciScore(
    double Disentanglement, double Completeness, double Informativeness, IReadOnlyList<IReadOnlyList<double>> Importance)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"disentanglement {Disentanglement:F3}, completeness {Completeness:F3}, informativeness {Informativeness:F3}");
}
