using Ppl.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Sums of terms: everything that objectives and evaluations need of a pass.</summary>
internal static class LogWeight
{
    /// <summary>
    /// Σ log p − Σ log q − Σ KL over the sites: [K, B], or [1, B] where nothing depends on the particle. With sampled terms it is the log
    /// importance weight log p(x, z) − log q(z | x).
    /// </summary>
    public static Tensor Of(SiteTerms terms)
    {
        Tensor? sum = null;
        foreach (var term in terms)
        {
            if (term.LogP is { } logP) sum = sum is null ? logP : sum + logP;
        }

        foreach (var term in terms)
        {
            if (term.LogQ is { } logQ) sum = sum is null ? -logQ : sum - logQ;
            if (term.Kl is { } kl) sum = sum is null ? -kl : sum - kl;
        }

        return sum ?? throw new PplArgumentException("the model has no sites: there is nothing to bound.");
    }

    /// <summary>Means over particles and rows of each site's part, in the order of the model. Reads one number for each site.</summary>
    public static IReadOnlyList<PartValue> Parts(SiteTerms terms)
    {
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var parts = new PartValue[terms.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            var term = terms[i];
            parts[i] = new PartValue(term.Site.Name, term.Site.Kind == SiteKind.Observed, Mean(term));
        }

        return parts;
    }

    /// <summary>log p of data, or the divergence of a latent: in closed form, or log q − log p at the draws.</summary>
    private static double Mean(SiteTerm term)
    {
        if (term.Kl is { } kl) return kl.mean().ToDouble();
        var logP = term.LogP!.mean().ToDouble();
        return term.LogQ is { } logQ ? logQ.mean().ToDouble() - logP : logP;
    }
}
