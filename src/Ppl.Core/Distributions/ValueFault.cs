using System.Globalization;
using Ppl.Shapes;

namespace Ppl.Distributions;

/// <summary>The first entry of a tensor that breaks a rule.</summary>
/// <param name="Subject">The parameter's name, or <c>value</c>.</param>
/// <param name="Rule">The rule, such as <c>Normal needs scale &gt; 0</c>.</param>
/// <param name="Index">The index of the first bad entry; empty for a number.</param>
/// <param name="Value">The bad entry.</param>
/// <param name="Advice">What to do about a finite value; empty where there is nothing to add.</param>
public sealed record ValueFault(string Subject, string Rule, IReadOnlyList<long> Index, double Value, string Advice = "")
{
    /// <summary>Whether the fault is a value outside the support, rather than a bad parameter.</summary>
    public bool IsValue => Subject == "value";

    /// <summary>The rule, the entry, its place and the advice, in one sentence.</summary>
    public string Message
    {
        get
        {
            var place = Index.Count == 0 ? "" : $" at {ShapeText.Index(Index)}";
            var advice = Advice.Length == 0 || !double.IsFinite(Value) ? "" : $"; {Advice}";
            return $"{Rule}; found {Value.ToString("G6", CultureInfo.InvariantCulture)}{place}{advice}";
        }
    }

    /// <inheritdoc cref="Message"/>
    public override string ToString() => Message;

    /// <summary>The exception that fits the fault.</summary>
    /// <param name="site">The site, or null.</param>
    public PplException ToException(string? site = null)
        => !double.IsFinite(Value) ? new NonFiniteException(Message, site)
            : IsValue ? new PplSupportException(Message, site)
            : new PplArgumentException(Message, site);
}
