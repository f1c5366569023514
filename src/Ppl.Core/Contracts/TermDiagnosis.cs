using Ppl.Distributions;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Finds what makes a term bad: the data first, then parameters, then the term itself.</summary>
internal static class TermDiagnosis
{
    public static void Check(SiteTerm term)
    {
        if (term.Value is { } value)
        {
            if (value.is_floating_point()) Throw(term, "value", ValueCheck.Finite(value, "value", "a finite value is needed"));
            Throw(term, "value", term.Model!.FindValueFault(value));
        }

        Throw(term, "model", term.Model?.FindParameterFault());
        Throw(term, "guide", term.Guide?.FindParameterFault());
        CheckFinite(term, term.LogP, "log p");
        CheckFinite(term, term.LogQ, "log q");
        CheckFinite(term, term.Kl, "KL(q || p)");
    }

    private static void CheckFinite(SiteTerm term, Tensor? tensor, string name)
    {
        if (tensor is null) return;
        if (ValueCheck.Finite(tensor, name, $"{name} is not finite, although every value and parameter is in its domain") is { } fault)
            throw new NonFiniteException($"{fault.Message} ({Axes(term)})", term.Site.Name);
    }

    private static string Axes(SiteTerm term) =>
        string.Join(", ", term.Site.Plates.Select(plate => plate.IsRows ? "row" : plate.Name).Prepend("particle"));

    private static void Throw(SiteTerm term, string origin, ValueFault? fault)
    {
        if (fault is null) return;
        var rule = fault.IsValue ? fault.Rule : $"{fault.Rule} ({fault.Subject} of the {origin}'s distribution)";
        throw (fault with { Rule = rule }).ToException(term.Site.Name);
    }
}
