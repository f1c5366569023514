using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>Whether code changes a local after its declaration: by an assignment, a step, or a reference through which another could.</summary>
internal static class LocalWrites
{
    /// <summary>Whether some statement inside changes it.</summary>
    /// <param name="context">Knows the symbols of the code.</param>
    /// <param name="code">A method or a part of it.</param>
    /// <param name="local">The local.</param>
    public static bool In(ReadingContext context, SyntaxNode code, ILocalSymbol local)
    {
        return code.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax assignment => IsTarget(assignment.Left),
            PostfixUnaryExpressionSyntax postfix => IsTarget(postfix.Operand) && !postfix.IsKind(SyntaxKind.SuppressNullableWarningExpression),
            PrefixUnaryExpressionSyntax prefix => IsTarget(prefix.Operand)
                && prefix.Kind() is SyntaxKind.PreIncrementExpression or SyntaxKind.PreDecrementExpression or SyntaxKind.AddressOfExpression,
            ArgumentSyntax argument => argument.RefKindKeyword.Kind() is SyntaxKind.RefKeyword or SyntaxKind.OutKeyword
                && IsTarget(argument.Expression),
            RefExpressionSyntax reference => IsTarget(reference.Expression),
            _ => false,
        });

        // Names are compared first: symbols are asked for only where the answer may be yes.
        bool IsTarget(ExpressionSyntax target) => target switch
        {
            ParenthesizedExpressionSyntax inner => IsTarget(inner.Expression),
            TupleExpressionSyntax tuple => tuple.Arguments.Any(part => IsTarget(part.Expression)),
            IdentifierNameSyntax name => name.Identifier.ValueText == local.Name
                && SymbolEqualityComparer.Default.Equals(context.SymbolOf(target), local),
            _ => false,
        };
    }
}
