using System.Globalization;
using Ppl.Contracts;
using Ppl.Distributions;
using Ppl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Finds by trying what a head, a family or a divergence of a user's own may get wrong without an error: draws outside the prior's support, draws
/// that lost their gradient, divergences below 0. Each would train without a word, to a bound that is none.
/// </summary>
internal static class GuideProbe
{
    // Rounding of large terms that cancel.
    private const double LeastDivergence = -0.01;

    /// <param name="guide">The guide, prepared, with its model.</param>
    /// <param name="batch">Some rows.</param>
    /// <exception cref="PplException">The message names the site, what was found, and the usual cause.</exception>
    public static void Run(Guide guide, Batch batch)
    {
        using var mode = new EvaluationMode((nn.Module)guide.Model, guide);
        using var grad = enable_grad();
        var draws = GuidedPass.Draw(guide, batch, 1);
        RefuseLostGradients(draws);
        foreach (var term in guide.Terms(draws, TermForm.Sampled)) RefuseOutside(term);
        foreach (var term in guide.Terms(draws, TermForm.ClosedFormWhereLegal)) RefuseNegative(term);
    }

    private static void RefuseLostGradients(Draws draws)
    {
        var part = draws.Parts[0];
        for (var i = 0; i < part.Latents.Count; i++)
        {
            var family = part.Distributions[i];
            if (!family.IsReparameterized || part.Latents[i].requires_grad || !family.IsDifferentiated) continue;
            throw new PplArgumentException(
                $"{family.Name} says that its draws are reparameterized, and the guide's draw has no gradient, so that its parameters would not "
                + $"learn from what follows the draw: RSample must be a function of the parameters, without detach() or no_grad(). Or leave "
                + $"'{nameof(FamilyAttribute.Reparameterized)} = true' out of [Family].",
                draws.Guide.LatentNames[i]);
        }
    }

    private static void RefuseOutside(SiteTerm term)
    {
        if (term is not { Guide: { } guide, Model: { } model, Value: { } value } || model.FindValueFault(value) is not { } fault) return;

        // Numbers that are none show in the bound, with their cause.
        if (!double.IsFinite(fault.Value)) return;
        var rule = $"the guide's {guide.Name} draws values outside the support of the prior, and {fault.Rule}";
        throw (fault with { Rule = rule }).ToException(term.Site.Name);
    }

    private static void RefuseNegative(SiteTerm term)
    {
        // Of a point it is -log p alone, of either sign.
        if (term is not { Guide: { } guide, Model: { } model, Kl: { } divergence } || divergence.numel() == 0 || LogWeight.IsPoint(term)) return;
        var least = divergence.min().ToDouble();
        if (!double.IsFinite(least) || least >= LeastDivergence) return;
        throw new PplArgumentException(
            $"the closed form of KL({guide.Name} || {model.Name}) gives {least.ToString("G6", CultureInfo.InvariantCulture)}, and a divergence is "
            + "never below 0: its formula is not that of these two.",
            term.Site.Name);
    }
}
