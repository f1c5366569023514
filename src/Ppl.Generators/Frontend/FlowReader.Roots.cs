using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <content>What an expression is a part of.</content>
internal sealed partial class FlowReader
{
    /// <summary>The name at the start of a chain of members, elements and calls: <c>a</c> of <c>a.b[0].c</c>.</summary>
    private static IdentifierNameSyntax? RootOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax } => null,
        MemberAccessExpressionSyntax access => RootOf(access.Expression),
        ElementAccessExpressionSyntax element => RootOf(element.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => RootOf(access.Expression),
        ParenthesizedExpressionSyntax inner => RootOf(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } inner => RootOf(inner.Operand),
        _ => null,
    };
}
