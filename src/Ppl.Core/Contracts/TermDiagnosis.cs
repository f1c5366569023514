using Ppl.Distributions;
using Ppl.Shapes;
using TorchSharp;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Finds what makes a term bad: the data first, then parameters, then the term itself.</summary>
internal static class TermDiagnosis
{
    public static void Check(SiteTerm term)
    {
        if (term.Value is { } value) CheckValue(term.Site, term.Model!, value);
        Throw(term, "model", term.Model?.FindParameterFault());
        Throw(term, "guide", term.Guide?.FindParameterFault());
        Throw(term, "model", ZeroDensity(term));
        CheckFinite(term, term.LogP, "log p");
        CheckFinite(term, term.LogQ, "log q");
        CheckFinite(term, term.Kl, "KL(q || p)");
    }

    /// <summary>
    /// Refuses finite parameters outside their domains, where many a density is finite all the same. What is NaN or infinite shows in the bound; and
    /// a scale of the guide's that rounds to 0 is that of a factor which training has made a point for now.
    /// </summary>
    public static void CheckParameters(SiteTerm term)
    {
        if (term.Model?.FindParameterFault() is { } fault && double.IsFinite(fault.Value)) Throw(term, "model", fault);
        if (term.Guide?.FindParameterFault() is { } own && double.IsFinite(own.Value) && own.Value != 0) Throw(term, "guide", own);
    }

    /// <summary>Refuses a value that is not finite, or outside the support of its site.</summary>
    /// <param name="site">The site.</param>
    /// <param name="model">The model's distribution.</param>
    /// <param name="value">The value.</param>
    /// <param name="what">What it is, beside what the rule says of it; empty for data.</param>
    /// <exception cref="PplException">The message names the site, the rule, the first bad entry and its place.</exception>
    public static void CheckValue(SiteInfo site, Distribution model, Tensor value, string what = "")
    {
        var fault = (is_floating_point(value) ? ValueCheck.Finite(value, "value", "a finite value is needed") : null) ?? model.FindValueFault(value);
        if (fault is not null) throw (fault with { Rule = what + fault.Rule }).ToException(site.Name);
    }

    /// <summary>The first value of density 0, which the support's check lets pass: one at an end, or far out.</summary>
    private static ValueFault? ZeroDensity(SiteTerm term)
    {
        if (term is not { Value: { } value, Model: { } model, LogP: { } total } || !total.isneginf().any().ToBoolean()) return null;
        if (!IsBroadcast(value.shape, model.Shape)) return null;
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        var isPossible = model.CheckedLogProb(value).isneginf().logical_not();
        var rule = $"{model.Name} has the density 0 (log p = -Infinity) at a value of its support: at an end of it, where this family's density is "
            + "0, or so far out that it rounds to 0. Move such data off the end by what their measurement resolves, or take a family that has them";
        var shown = model.EventDimensions == 0 ? value.expand(isPossible.shape) : isPossible.to(get_default_dtype()).log();
        return ValueCheck.First(shown, isPossible, "value", rule);
    }

    // With particles the values may have fewer rows than the distribution.
    private static bool IsBroadcast(long[] value, long[] model)
    {
        for (var i = 1; i <= Math.Min(value.Length, model.Length); i++)
        {
            if (value[^i] != model[^i] && value[^i] != 1 && model[^i] != 1) return false;
        }

        return true;
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
