using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// The arguments of a <c>Sample</c> or <c>Observe</c>, found also where they are given as in other languages: with a name as text, with data in
/// Sample, or in the other order. What is meant is clear, so each is named as what it is, and reading goes on.
/// </summary>
/// <param name="Distribution">The distribution; null where there is none.</param>
/// <param name="Value">The data; null where there are none.</param>
/// <param name="Text">A name given as text; null where there is none.</param>
/// <param name="IsSwapped">Whether the distribution stands before the data.</param>
internal sealed record SiteCall(ExpressionSyntax? Distribution, ExpressionSyntax? Value, ArgumentSyntax? Text, bool IsSwapped)
{
    /// <summary>The plates that the site names; null where it names none.</summary>
    public ExpressionSyntax? Within { get; init; }

    /// <summary>What is known of a latent; null where nothing is given.</summary>
    public ExpressionSyntax? Known { get; init; }

    /// <summary>Which of the data are there; null where nothing says so.</summary>
    public ExpressionSyntax? Where { get; init; }

    private static readonly HashSet<string> DataNames = ["data", "obs", "observation", "value"];

    /// <param name="context">The model.</param>
    /// <param name="call">The call.</param>
    /// <param name="word">The word that is meant, where it is misspelled; the call's own when null.</param>
    public static SiteCall Read(ReadingContext context, InvocationExpressionSyntax call, string? word = null)
    {
        word ??= context.WordOf(call);
        if (!context.SiteCalls.TryGetValue((call, word), out var known)) context.SiteCalls[(call, word)] = known = ReadOnce(context, call, word);
        return known;
    }

    private static SiteCall ReadOnce(ReadingContext context, InvocationExpressionSyntax call, string? word)
    {
        var arguments = call.ArgumentList.Arguments;
        bool IsText(ArgumentSyntax argument) => context.TypeOf(argument.Expression)?.SpecialType == SpecialType.System_String;
        var text = arguments.FirstOrDefault(a =>
            a.NameColon?.Name.Identifier.ValueText == "name" || (a == arguments[0] && a.NameColon is null && IsText(a)));
        var positional = arguments.Where(a => a != text && a.NameColon is null).Select(a => Strip(a.Expression)).ToList();
        ExpressionSyntax? Named(Func<string, bool> isSuch) =>
            arguments.FirstOrDefault(a => a != text && a.NameColon is { } name && isSuch(name.Name.Identifier.ValueText)) is { } found
                ? Strip(found.Expression) : null;
        bool IsDistribution(ExpressionSyntax? expression) =>
            expression is not null && KnownSymbols.DerivesFrom(context.TypeOf(expression), context.Known.Distribution);

        var where = Named(n => n == "where") ?? positional.ElementAtOrDefault(3);
        var within = Named(n => n == "within");
        var distribution = Named(n => n == "distribution");
        var isSample = word == "Sample";
        var known = Named(n => n == "observed");
        var value = Named(DataNames.Contains) ?? (isSample ? null : known);
        if (isSample)
        {
            distribution ??= positional.FirstOrDefault();
            value ??= positional.Skip(1).Take(1).FirstOrDefault(e => context.Known.IsTensor(context.TypeOf(e)));
            within ??= positional.Skip(1).Take(1).FirstOrDefault(e => e != value && !IsNull(e));
            known ??= positional.Skip(2).Take(1).FirstOrDefault(e => !IsNull(e));
            return new(distribution, value, text, false) { Within = within, Known = known, Where = where };
        }

        var isSwapped = distribution is null && value is null && IsDistribution(positional.FirstOrDefault())
            && !IsDistribution(positional.ElementAtOrDefault(1));
        within ??= positional.Skip(2).Take(1).FirstOrDefault(e => !IsNull(e));
        if (isSwapped) return new(positional[0], positional.ElementAtOrDefault(1), text, true) { Within = within, Where = where };
        value ??= positional.FirstOrDefault();
        distribution ??= positional.FirstOrDefault(e => e != value);
        return new(distribution, value, text, false) { Within = within, Where = where };
    }

    /// <summary>Reports what is not as the language has it.</summary>
    public void Check(ReadingContext context, InvocationExpressionSyntax call)
    {
        var word = context.WordOf(call)!;
        if (Text is not null)
        {
            var owner = word == "Sample" && Value is null ? "a latent has the name of the variable that its draw is assigned to"
                : "an observed variable has the name of its parameter";
            context.Report(Rules.NamedSite, Text, word, Text.ToString(), owner);
        }

        if (Distribution is null || Value is null) return;
        var (value, distribution) = (Expressions.OneLine(Value), Expressions.OneLine(Distribution));
        if (word == "Sample")
            context.Report(Rules.SampleObserved, Value.FirstAncestorOrSelf<ArgumentSyntax>()!, value, distribution);
        else if (IsSwapped) context.Report(Rules.ObserveOrder, call.ArgumentList, value, distribution);
    }

    /// <summary>What parentheses stand around: the C# compiler leaves them out too, where it gives the interpreter an argument's text.</summary>
    private static ExpressionSyntax Strip(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Strip(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => Strip(inner.Operand),
        _ => expression,
    };

    private static bool IsNull(ExpressionSyntax expression) => expression.IsKind(SyntaxKind.NullLiteralExpression);
}
