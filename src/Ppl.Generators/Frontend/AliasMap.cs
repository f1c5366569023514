using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>Locals that may refer to the same object: a change through one is a change of all.</summary>
internal sealed class AliasMap(ReadingContext context)
{
    private readonly Dictionary<int, SortedSet<int>> groups = [];

    public IEnumerable<int> Of(int variable) => groups.TryGetValue(variable, out var group) ? [.. group] : [variable];

    /// <summary>Notes that a local was given a value which may be, or be a view of, what other locals hold.</summary>
    public void Note(int variable, ExpressionSyntax value)
    {
        foreach (var name in SharedBy(value))
            if (context.VariableOf(name) is { } other) Join(variable, other);
    }

    /// <summary>The same for values that are known by number.</summary>
    public void Note(int variable, IEnumerable<int> others)
    {
        foreach (var other in others) Join(variable, other);
    }

    /// <summary>The names whose values an expression may be, or be a view of.</summary>
    public IEnumerable<IdentifierNameSyntax> SharedBy(ExpressionSyntax value) => value switch
    {
        IdentifierNameSyntax name => [name],
        ParenthesizedExpressionSyntax inner => SharedBy(inner.Expression),
        PostfixUnaryExpressionSyntax suppressed => SharedBy(suppressed.Operand),
        AssignmentExpressionSyntax assignment => SharedBy(assignment.Left).Concat(SharedBy(assignment.Right)),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } either => SharedBy(either.Left).Concat(SharedBy(either.Right)),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AsExpression } cast => SharedBy(cast.Left),
        SwitchExpressionSyntax choice => choice.Arms.SelectMany(arm => SharedBy(arm.Expression)),
        CastExpressionSyntax cast => SharedBy(cast.Expression),
        ConditionalExpressionSyntax either => SharedBy(either.WhenTrue).Concat(SharedBy(either.WhenFalse)),
        ElementAccessExpressionSyntax element => SharedBy(element.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
            when context.Known.IsTensor(context.TypeOf(access.Expression)) =>
            TypeTraits.IsView(access.Name.Identifier.ValueText) || TypeTraits.IsInPlace(access.Name.Identifier.ValueText)
                ? SharedBy(access.Expression) : [],
        MemberAccessExpressionSyntax access
            when context.Known.IsTensor(context.TypeOf(access.Expression)) && TypeTraits.IsView(access.Name.Identifier.ValueText) =>
            SharedBy(access.Expression),
        InvocationExpressionSyntax { ArgumentList.Arguments: [var first, ..] } call
            when context.SymbolOf(call) is IMethodSymbol { IsStatic: true } method && TypeTraits.IsOfTorch(method)
                && TypeTraits.IsView(method.Name) =>
            SharedBy(first.Expression),
        _ when TypeTraits.IsMutable(context.TypeOf(value), context.Known) => value.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(name => TypeTraits.IsMutable(context.TypeOf(name), context.Known)),
        _ => [],
    };

    private void Join(int a, int b)
    {
        var joined = new SortedSet<int>(Of(a).Concat(Of(b)));
        foreach (var member in joined) groups[member] = joined;
    }
}
