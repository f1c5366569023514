using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>
/// The terms that a bound combines together: those of one rows plate, where each row has a bound of its own; or those of the sites outside
/// every rows plate; or all of them, for a weight of everything together.
/// </summary>
public sealed class TermGroup
{
    private Tensor? logWeight;

    internal TermGroup(PlateInfo? plate, long count, double scale, IReadOnlyList<SiteTerm> terms) =>
        (Plate, Count, Scale, Terms) = (plate, count, scale, terms);

    /// <summary>The rows plate; null for the sites outside every rows plate, and for everything together.</summary>
    public PlateInfo? Plate { get; }

    /// <summary>B, the rows of the plate in this batch; 1 without one.</summary>
    public long Count { get; }

    /// <summary>N/B: the rows of the batch stand for all of the data. 1 without a plate.</summary>
    public double Scale { get; }

    /// <summary>
    /// Each site's terms, summed over its event and over every plate but this group's: [K, B], or [1, B] where they do not depend on the
    /// particle; B is 1 without a plate.
    /// </summary>
    public IReadOnlyList<SiteTerm> Terms { get; }

    /// <summary>
    /// Σ log p − Σ log q − Σ KL over the sites: [K, B], or [1, B] where nothing depends on the particle. With sampled terms it is the log
    /// importance weight log p(x, z) − log q(z | x).
    /// </summary>
    public Tensor LogWeight => logWeight ??= Sum();

    /// <summary>The plate and its sites: <c>data of 128 rows: z, x</c>.</summary>
    public override string ToString() =>
        $"{(Plate is null ? "no rows" : $"{Plate.Name} of {Count} rows")}: {string.Join(", ", Terms.Select(term => term.Site.Name))}";

    private Tensor Sum()
    {
        // Kept, as the terms are: with their gradient, also where it is first read without.
        using var grad = enable_grad();
        Tensor? sum = null;
        foreach (var term in Terms)
        {
            if (term.LogP is { } logP) sum = sum is null ? logP : sum + logP;
        }

        foreach (var term in Terms)
        {
            if (term.LogQ is { } logQ) sum = sum is null ? -logQ : sum - logQ;
            if (term.Kl is { } kl) sum = sum is null ? -kl : sum - kl;
        }

        return sum ?? throw new PplArgumentException("the group has no terms: there is nothing to bound.");
    }
}
