using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Finds the operations that no gradient passes, by <see cref="TorchOperations"/>, by type (a number is no part of the graph), and by looking
/// into methods of the project. What it does not know passes one: it must never refuse a model that trains.
/// </summary>
internal sealed class GradientStopReader
{
    private readonly ReadingContext context;
    private readonly HelperReader helpers;

    public GradientStopReader(ReadingContext context)
    {
        this.context = context;
        helpers = new HelperReader(context, this);
    }

    /// <summary>What stops the gradient from everything that is read under a node; null where nothing does.</summary>
    /// <param name="node">The node.</param>
    /// <param name="isResult">Whether the node's own value is what is asked about: a call may also write through an out argument.</param>
    public GradientStop? Of(SyntaxNode node, bool isResult = true) => node switch
    {
        InvocationExpressionSyntax call => OfCall(call) ?? (isResult ? OfNumber(call) : null),
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument =>
            IsTorch(call, TorchOperations.LayoutOfArguments) ? Stop(StopKind.Layout, call) : helpers.Of(argument, call),
        BinaryExpressionSyntax binary when IsComparison(binary) && context.Known.IsTensor(context.TypeOf(binary)) =>
            Stop(StopKind.Flat, binary, binary.OperatorToken.ValueText),
        MemberAccessExpressionSyntax access => OfMember(access, access.Name) ?? (isResult ? OfNumber(access) : null),
        MemberBindingExpressionSyntax binding => OfMember(binding, binding.Name),
        ExpressionSyntax test when IsNullTest(test) => Stop(StopKind.Layout, test),
        ExpressionSyntax expression => isResult ? OfNumber(expression) : null,
        _ => null,
    };

    /// <summary>What an in-place operation does to the gradient of what it changes: null where it leaves one.</summary>
    public GradientStop? OfInPlace(InvocationExpressionSyntax call) => OfCall(call);

    private GradientStop? OfCall(InvocationExpressionSyntax call)
    {
        if (NameOf(call) is not { } name || !IsKnown(call)) return null;
        var plain = name.Length > 1 ? name.TrimEnd('_') : name;
        if (TorchOperations.Layout.Contains(name)) return Stop(StopKind.Layout, call, name);
        if (TorchOperations.Detaching.Contains(plain)) return Stop(StopKind.Detached, call, name);
        if (TorchOperations.Flat.Contains(plain)) return Stop(StopKind.Flat, call, name);
        return TorchOperations.Conversions.Contains(name) && call.ArgumentList.Arguments.Any(IsWholeType) ? Stop(StopKind.Flat, call, name) : null;
    }

    private GradientStop? OfMember(ExpressionSyntax access, SimpleNameSyntax member)
    {
        // Few names are of interest, and to ask what any other is bound to costs as much as all else here.
        var name = member.Identifier.ValueText;
        var isPosition = TorchOperations.Positions.Contains(name);
        if (!isPosition && !TorchOperations.Layout.Contains(name) && !TorchOperations.Flat.Contains(name)) return null;
        if (isPosition && context.SymbolOf(member) is IFieldSymbol { ContainingType.IsTupleType: true })
            return Stop(StopKind.Flat, access, name);
        return context.SymbolOf(member) is IPropertySymbol property && context.Known.IsTensor(property.ContainingType)
            ? TorchOperations.Layout.Contains(name) ? Stop(StopKind.Layout, access, name)
                : TorchOperations.Flat.Contains(name) ? Stop(StopKind.Flat, access, name) : null
            : null;
    }

    /// <summary>A number has left the graph, however it was computed.</summary>
    private GradientStop? OfNumber(ExpressionSyntax expression)
    {
        if (expression is LiteralExpressionSyntax || !TypeTraits.IsNumber(context.TypeOf(expression))) return null;
        return Stop(StopKind.Flat, expression, expression switch
        {
            InvocationExpressionSyntax call => NameOf(call) ?? "a number",
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            CastExpressionSyntax cast => $"({cast.Type})",
            IdentifierNameSyntax name => name.Identifier.ValueText,
            _ => "a number",
        });
    }

    private bool IsTorch(InvocationExpressionSyntax call, HashSet<string> names) => NameOf(call) is { } name && names.Contains(name) && IsKnown(call);

    private bool IsKnown(InvocationExpressionSyntax call) => TypeTraits.IsOfTorch(context.SymbolOf(call) as IMethodSymbol);

    private bool IsWholeType(ArgumentSyntax argument) => context.SymbolOf(argument.Expression) is IFieldSymbol or IPropertySymbol
        && context.TypeOf(argument.Expression)?.Name == "ScalarType"
        && TorchOperations.WholeTypes.Contains(context.SymbolOf(argument.Expression)!.Name);

    private GradientStop Stop(StopKind kind, ExpressionSyntax node, string? operation = null) =>
        new(kind, operation ?? node.ToString(), context.AnchorOnce(node));

    private static string? NameOf(InvocationExpressionSyntax call) => call.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        MemberBindingExpressionSyntax binding => binding.Name.Identifier.ValueText,
        _ => null,
    };

    /// <summary>Whether something is there at all, which says nothing of its value.</summary>
    private static bool IsNullTest(ExpressionSyntax test) => test switch
    {
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } } => true,
        IsPatternExpressionSyntax
        {
            Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax { Expression.RawKind: (int)SyntaxKind.NullLiteralExpression } },
        } => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression or (int)SyntaxKind.NotEqualsExpression } equal =>
            equal.Left.IsKind(SyntaxKind.NullLiteralExpression) || equal.Right.IsKind(SyntaxKind.NullLiteralExpression),
        _ => false,
    };

    private static bool IsComparison(BinaryExpressionSyntax binary) => binary.Kind() is SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression
        or SyntaxKind.EqualsExpression or SyntaxKind.NotEqualsExpression;
}
