using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>The divergences of a pass as numbers, for bounds whose weights follow from them.</summary>
internal static class Divergences
{
    /// <summary>
    /// Each latent's divergence, the mean over particles; and over the rows of its plate, where it has one: nats for each datum. Points have none.
    /// </summary>
    public static IEnumerable<(TermGroup Group, SiteTerm Term, Tensor Mean)> Of(SiteTerms terms)
    {
        foreach (var group in terms.Groups)
        {
            foreach (var term in group.Terms)
            {
                if (term.Site.Kind != SiteKind.Latent || LogWeight.IsPoint(term)) continue;
                yield return (group, term, (term.Kl ?? (term.LogQ! - term.LogP!)).detach().mean());
            }
        }
    }

    /// <summary>What a number for each row of a group counts in the bound: once, or N times where the bound is of the whole data.</summary>
    public static double Count(SiteTerms terms, TermGroup group) => terms.Layout.Plan.IsPerDatum ? 1 : group.Count * group.Scale;

    /// <summary>The sum of all divergences in the unit of the bound.</summary>
    public static double Total(SiteTerms terms)
    {
        var parts = Of(terms).Select(part => part.Mean * Count(terms, part.Group)).ToList();
        return parts.Count == 0 ? 0 : stack(parts).sum().ToDouble();
    }
}
