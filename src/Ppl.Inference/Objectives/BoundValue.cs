using System.Globalization;

namespace Ppl.Inference;

/// <summary>What a bound is one number for.</summary>
public enum BoundUnit
{
    /// <summary>Each datum: the mean over the rows. For models whose sites all stand in one rows plate.</summary>
    PerDatum,

    /// <summary>The whole data: the sum over the rows, a mini-batch's times N/B, and what stands outside them. For all other models.</summary>
    Total,
}

/// <summary>A bound as numbers, in nats for each datum or for the whole data, as <see cref="Unit"/> says, and each site's part.</summary>
/// <param name="Bound">The objective's value; larger is better.</param>
/// <param name="Parts">
/// In the model's order: <c>log p(x)</c> for an observed site, <c>KL z</c> for a latent (closed form, or the mean of log q − log p at
/// the guide's draws), less log p of what is known of it; <c>-log p(z)</c> for one whose factor is a point. For the ELBO they add up
/// to the bound, with <see cref="BoundValue.Penalty"/> where training weighs them; for IWAE they are the parts of the ELBO at the same draws.
/// </param>
public sealed record BoundValue(double Bound, IReadOnlyList<PartValue> Parts)
{
    /// <summary>Whether the numbers are means over the data, or for all of them.</summary>
    public BoundUnit Unit { get; init; }

    /// <summary>The sum of the observed sites' log densities: the reconstruction term.</summary>
    public double Reconstruction => Parts.Where(p => p.IsObserved).Sum(p => p.Value);

    /// <summary>The sum of the latents' divergences, and of −log p at those whose factor is a point.</summary>
    public double Kl => Parts.Where(p => !p.IsObserved).Sum(p => p.Value);

    /// <summary>The sum of the divergences alone, without the points.</summary>
    public double Divergence => Parts.Where(p => p is { IsObserved: false, IsPoint: false }).Sum(p => p.Value);

    /// <summary>
    /// What a weighted objective subtracts beside the parts: <see cref="Bound"/> = <see cref="Reconstruction"/> − <see cref="Kl"/> − Penalty. For a
    /// weight β it is (β − 1) · KL; the ELBO is Bound + Penalty. Of a supervised ELBO it is −weight · Σ log q of what is known. For an objective of
    /// one's own it is what its parts leave of the bound, where <see cref="Objective.OfBatch"/> adds something or
    /// <see cref="Objective.HasPenalty"/> says so. 0 for every other bound.
    /// </summary>
    public double Penalty { get; init; }

    /// <summary>What reports call <see cref="Penalty"/>.</summary>
    internal const string PenaltyLabel = "penalty";

    /// <inheritdoc/>
    public override string ToString()
    {
        var bound = string.Create(CultureInfo.InvariantCulture, $"{Bound:F3}{(Unit == BoundUnit.Total ? " in total" : "")}");
        var parts = Parts.Select(p => p.ToString()).Prepend(bound);
        return string.Join("  ", Penalty == 0 ? parts : parts.Append(string.Create(CultureInfo.InvariantCulture, $"{PenaltyLabel} {Penalty:F3}")));
    }
}

/// <summary>One site's part of a bound.</summary>
/// <param name="Site">The site's name.</param>
/// <param name="IsObserved">Whether it is a log density of data (added) or a divergence (subtracted).</param>
/// <param name="Value">In nats.</param>
public sealed record PartValue(string Site, bool IsObserved, double Value)
{
    /// <summary>Whether the latent's factor is a point, <c>Posterior.Delta</c>: it has no divergence, −log p at the point is subtracted.</summary>
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsPoint { get; init; }

    /// <summary><c>log p(x)</c>, <c>KL z</c>, or for a point <c>-log p(z)</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Label => IsObserved ? $"log p({Site})" : IsPoint ? $"-log p({Site})" : $"KL {Site}";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} {Value:F3}");
}
