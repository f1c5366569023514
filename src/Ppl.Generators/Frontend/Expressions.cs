using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>Expressions as readers compare and quote them.</summary>
internal static class Expressions
{
    /// <summary>An expression without the parentheses around it.</summary>
    public static ExpressionSyntax Strip(ExpressionSyntax expression) =>
        expression is ParenthesizedExpressionSyntax inner ? Strip(inner.Expression) : expression;

    /// <summary>The text on one line, for messages.</summary>
    public static string OneLine(SyntaxNode node) => string.Join(" ", node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
