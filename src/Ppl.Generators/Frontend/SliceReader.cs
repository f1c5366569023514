using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>One element of a dimension of a parameter, as it is written.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Dimension">The dimension that is left out in the result.</param>
/// <param name="Index">Which element.</param>
internal sealed record SliceSyntax(IParameterSymbol Parameter, int Dimension, ExpressionSyntax Index);

/// <summary>Reads slices: <c>x[.., t]</c>, <c>x[TensorIndex.Colon, t]</c>, <c>x[t]</c>, <c>x.select(1, t)</c>.</summary>
internal static class SliceReader
{
    /// <summary>The slice of a parameter of the model; null for anything else.</summary>
    public static SliceSyntax? Read(ReadingContext context, SyntaxNode node) => node switch
    {
        ElementAccessExpressionSyntax { Expression: IdentifierNameSyntax name } access => ReadElement(context, name, access.ArgumentList.Arguments),
        InvocationExpressionSyntax
        {
            Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax name, Name.Identifier.ValueText: "select" },
            ArgumentList.Arguments: [{ NameColon: null, Expression: var dimension }, { NameColon: null, Expression: var index }],
        }
            when Constant(context, dimension) is { } number && IsInteger(context, index) => Of(context, name, number, index),
        _ => null,
    };

    private static SliceSyntax? ReadElement(ReadingContext context, IdentifierNameSyntax name, SeparatedSyntaxList<ArgumentSyntax> arguments)
    {
        var single = arguments.Where(a => !IsWhole(context, a.Expression)).ToList();
        return single is [{ Expression: var index }] && IsInteger(context, index) ? Of(context, name, arguments.IndexOf(single[0]), index) : null;
    }

    private static SliceSyntax? Of(ReadingContext context, IdentifierNameSyntax name, int dimension, ExpressionSyntax index) =>
        context.SymbolOf(name) is IParameterSymbol parameter && context.VariableOf(parameter) is not null && context.Known.IsTensor(parameter.Type)
            ? new(parameter, dimension, index) : null;

    /// <summary>All of a dimension: <c>..</c>, <c>TensorIndex.Colon</c>.</summary>
    private static bool IsWhole(ReadingContext context, ExpressionSyntax expression) =>
        expression is RangeExpressionSyntax { LeftOperand: null, RightOperand: null }
        || context.SymbolOf(expression) is IFieldSymbol { Name: "Colon", ContainingType.Name: "TensorIndex" };

    private static bool IsInteger(ReadingContext context, ExpressionSyntax expression) =>
        expression.IsKind(SyntaxKind.IndexExpression)
        || context.TypeOf(expression)?.SpecialType is SpecialType.System_Int32 or SpecialType.System_Int64;

    private static int? Constant(ReadingContext context, ExpressionSyntax expression) =>
        context.Semantics.GetConstantValue(expression, context.Cancellation).Value switch
        {
            int number and >= 0 => number,
            long number and >= 0 and <= 64 => (int)number,
            _ => null,
        };
}
