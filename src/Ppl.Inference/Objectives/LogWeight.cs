using Ppl.Contracts;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Sums of terms: everything that objectives and evaluations need of a pass.</summary>
internal static class LogWeight
{
    /// <summary>The log weights of a model of independent rows: [K, B], or [1, B] where nothing depends on the particle.</summary>
    public static Tensor Of(SiteTerms terms) => terms.Groups[0].LogWeight;

    /// <summary>
    /// Each site's part, in the order of the model: the mean over particles; and over the rows, where the bound is one for each datum, else
    /// the sum over all plates, scaled as the bound is. Reads one number for each site.
    /// </summary>
    public static IReadOnlyList<PartValue> Parts(SiteTerms terms)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var parts = new PartValue[terms.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var term = terms[i];
            parts[i] = new PartValue(term.Site.Name, term.Site.Kind != SiteKind.Latent, Mean(term)) { IsPoint = IsPoint(term) };
        }

        return parts;
    }

    /// <summary>Whether a latent's factor is a point, which has no divergence.</summary>
    public static bool IsPoint(SiteTerm term) => term.Guide is { ValueConstraint.IsPoint: true };

    /// <summary>
    /// log p of data, or the divergence of a latent: in closed form, or log q − log p at the draws; less log p where it is known.
    /// </summary>
    private static double Mean(SiteTerm term)
    {
        var logP = term.LogP is { } density ? Mean(term, density) : 0;
        if (term.Site.Kind != SiteKind.Latent) return logP;
        return (term.Kl is { } kl ? Mean(term, kl) : Mean(term, term.LogQ!)) - logP;
    }

    private static double Mean(SiteTerm term, Tensor tensor) => term.Layout.Plan.IsPerDatum
        ? EventSum.SumLast(tensor, (int)tensor.dim() - 2).mean().ToDouble()
        : tensor.sum().ToDouble() * term.Scale / tensor.shape[0];
}
