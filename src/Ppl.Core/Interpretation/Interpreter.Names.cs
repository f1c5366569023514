using Ppl.Contracts;

namespace Ppl.Interpretation;

/// <content>Which site of the plan a call of the run is.</content>
public sealed partial class Interpreter
{
    private (string Name, SiteInfo Site) Identify(SiteKind kind, int line, string text)
    {
        // A run passes over the sites of arms that it does not take.
        bool IsThis(SiteInfo at) => at.Kind == kind && at.Line == line && Normalize(at.DistributionText) == Normalize(text);
        while (next < sequence.Count && sequence[next].Condition.Length > 0 && !IsThis(sequence[next])) next++;
        var site = next < sequence.Count ? sequence[next++] : null;
        if (site is null || !IsThis(site))
        {
            throw new PplArgumentException(
                $"No site of {model.Plan.Model} is at line {line} with text '{text}' at this point of its run: "
                    + "the model was compiled from another source.",
                site?.Name);
        }

        return (site.Name, site);
    }

    /// <summary>A distribution's text without white space and without parentheses around the whole, which mean nothing.</summary>
    private static string Normalize(string text)
    {
        var dense = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        while (IsParenthesized(dense)) dense = dense[1..^1];
        return dense;
    }

    private static bool IsParenthesized(string text)
    {
        if (!text.StartsWith('(') || !text.EndsWith(')')) return false;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0) return i == text.Length - 1;
        }

        return false;
    }
}
