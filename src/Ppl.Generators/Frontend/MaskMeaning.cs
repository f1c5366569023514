using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// What masks mean, whoever wrote them: texts in which the parameters are those of the calling model, members are those of the object that has
/// them, and the loop's variable is told by the element that is observed. Masks with one text mean the same.
/// </summary>
internal sealed class MaskMeaning(ReadingContext context)
{
    /// <summary>Stands for the object whose members a mask reads.</summary>
    private const int Owner = -2;

    /// <summary>Stands for the variable of the loop that observes the slices.</summary>
    private const int Round = -3;

    private static readonly TextPart This = new("", Owner);

    /// <summary>The meaning of an expression of the method's own.</summary>
    public TextSpec Of(ExpressionSyntax expression) =>
        new(Expressions.Strip(expression).DescendantTokens().SelectMany(Parts).ToEquatable());

    /// <summary>The meaning of a submodel's mask where it is called.</summary>
    /// <param name="mask">The mask, as the submodel has it.</param>
    /// <param name="on">What the submodel is called on, with a dot: <c>likelihood.</c>; empty for the model itself.</param>
    /// <param name="given">What the call gives to a parameter.</param>
    public TextSpec Bound(MaskSpec mask, string on, Func<int, ExpressionSyntax> given)
    {
        var isAlone = mask.Meaning.Parts.Count == 1;
        var owner = on is "this." or "base." ? "" : on.StartsWith("this.", StringComparison.Ordinal) ? on.Substring("this.".Length) : on;
        return new(mask.Meaning.Parts.SelectMany(part => part.Variable switch
        {
            Owner when owner.Length > 0 => [part, new TextPart(owner, -1)],
            >= 0 => Given(given(part.Variable), isAlone),
            _ => new[] { part },
        }).ToEquatable());
    }

    /// <summary>Whether two sites of the same data have one mask, in the element that both observe where these are slices.</summary>
    public static bool AreSame(SiteSpec one, SiteSpec other)
    {
        var element = new[] { one, other }.FirstOrDefault(s => s.Index is { IsConstant: true })?.Index!.Offset;
        return one.Mask is null || other.Mask is null ? one.Mask == other.Mask : Text(one, element) == Text(other, element);
    }

    /// <summary>The meaning in the words of the model.</summary>
    public string Shown(MaskSpec mask) => string.Concat(mask.Meaning.Parts.Select(
        p => p.Variable >= 0 ? context.Variables[p.Variable].Name + (p.Text.EndsWith(" ", StringComparison.Ordinal) ? " " : "") : p.Text)).Trim();

    private IEnumerable<TextPart> Given(ExpressionSyntax argument, bool isAlone)
    {
        var meaning = Of(argument).Parts;
        var isPrimary = Expressions.Strip(argument)
            is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax;
        return isAlone || isPrimary ? meaning : [new TextPart("(", -1), .. meaning, new TextPart(")", -1)];
    }

    private static string Text(SiteSpec site, int? element)
    {
        var rest = site.Index is { } index ? index with { LoopVariable = -1 } : null;
        var round = rest is { IsConstant: true } && element is { } at ? (at - rest.Offset).ToString(CultureInfo.InvariantCulture)
            : $"<{rest?.Length}*{rest?.Times}+{rest?.Offset}>";
        var parts = site.Mask!.Meaning.Parts.Select(part => part.Variable switch
        {
            >= 0 => $"#{part.Variable.ToString(CultureInfo.InvariantCulture)}#",
            Owner => "this.",
            Round => round,
            _ => part.Text,
        });
        return string.Concat(string.Concat(parts).Where(c => !char.IsWhiteSpace(c)));
    }

    private IEnumerable<TextPart> Parts(SyntaxToken token)
    {
        // Members are the owner's with 'this.' and without.
        if (token.Parent is ThisExpressionSyntax or BaseExpressionSyntax) return [This];
        if (token.IsKind(SyntaxKind.DotToken)
            && token.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax }) return [];
        var text = token.Text + (token.HasTrailingTrivia ? " " : "");
        if (token.Parent is not SimpleNameSyntax name || token != name.Identifier || !IsRoot(name)) return [new TextPart(text, -1)];
        if (context.VariableOf(name) is { } variable)
            return [new TextPart(text, context.Variables[variable].Role == VariableRole.Loop ? Round : variable)];
        var symbol = context.SymbolOf(name);
        return symbol switch
        {
            IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } } => [This, new TextPart(text, -1)],
            IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: not MethodKind.LocalFunction } =>
                symbol.IsStatic ? [new TextPart($"{symbol.ContainingType}.{text}", -1)] : [This, new TextPart(text, -1)],
            INamedTypeSymbol type => [new TextPart($"{type}{(token.HasTrailingTrivia ? " " : "")}", -1)],
            _ => [new TextPart(text, -1)],
        };
    }

    /// <summary>Whether a name is looked up from the method, rather than in what stands before it.</summary>
    private static bool IsRoot(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        QualifiedNameSyntax qualified => qualified.Left == name,
        MemberBindingExpressionSyntax or NameColonSyntax => false,
        _ => true,
    };
}
