using Ppl.Contracts;
using Ppl.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Importance weights that are measured must be numbers: one that is none would take the estimate of its row with it.</summary>
internal static class WeightCheck
{
    /// <summary>The log weights of the particles: [K, B]; −∞ is an impossible draw.</summary>
    /// <param name="terms">The terms of some particles of a batch.</param>
    /// <param name="rows">The batch.</param>
    /// <exception cref="NonFiniteException">One is NaN or ∞: the row, and the first site whose term is to blame.</exception>
    public static Tensor Numbers(SiteTerms terms, Minibatch rows)
    {
        var weights = LogWeight.Of(terms);
        var isBad = weights.isnan().logical_or(weights.isposinf()).any(0);
        if (!isBad.any().ToBoolean()) return weights;
        var what = $"row {rows.Rows.Span[(int)isBad.nonzero()[0].ToInt64()]}: the weight p(x, z) / q(z given x) of a draw is no number";
        try
        {
            terms.Diagnose();
        }
        catch (PplException fault)
        {
            throw new NonFiniteException($"{what}. {fault.Message}", null, fault);
        }

        throw new NonFiniteException($"{what}, although each site's terms are: their sum overflows.");
    }
}
