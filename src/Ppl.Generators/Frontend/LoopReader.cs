using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>The range of a <c>for</c> loop.</summary>
internal sealed record LoopRange(int Variable, string Name, IndexSpec From, IndexSpec To, int Step)
{
    /// <summary>Whether the compiler knows its rounds.</summary>
    public bool IsConstant => From.IsConstant && To.IsConstant;
}

/// <summary>Reads the loops whose range is known: one integer, counted up or down by one between positions.</summary>
internal sealed class LoopReader(ReadingContext context, IndexReader indices)
{
    public LoopRange? Read(ForStatementSyntax loop)
    {
        if (loop.Declaration is not { Variables: [{ Initializer.Value: { } start } declarator] } || loop.Initializers.Count > 0) return null;
        var symbol = context.Semantics.GetDeclaredSymbol(declarator, context.Cancellation);
        if (symbol is not ILocalSymbol { Type.SpecialType: SpecialType.System_Int32 } local) return null;
        if (indices.Read(start, true) is not { } from || loop.Incrementors is not [var incrementor] || StepOf(incrementor, local) is not { } step)
            return null;
        if (loop.Condition is not BinaryExpressionSyntax condition || !Is(condition.Left, local)) return null;
        if (indices.Read(condition.Right, true) is not { } bound || from.Terms.Any() || bound.Terms.Any()) return null;
        var to = (condition.Kind(), step) switch
        {
            (SyntaxKind.LessThanExpression, 1) or (SyntaxKind.GreaterThanExpression, -1) => bound,
            (SyntaxKind.LessThanOrEqualExpression, 1) or (SyntaxKind.GreaterThanOrEqualExpression, -1) => bound with { Offset = bound.Offset + step },
            _ => null,
        };
        return to is null || LocalWrites.In(context, loop.Statement, local) ? null : Range(local, from, to, step);
    }

    /// <summary><c>foreach (var i in Enumerable.Range(0, n))</c>; null for one over anything else, which has no index.</summary>
    public LoopRange? Read(ForEachStatementSyntax loop)
    {
        if (loop.Expression is not InvocationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var start }, { Expression: var count }] } call
            || context.SymbolOf(call) is not IMethodSymbol { Name: "Range", ContainingType: { Name: "Enumerable", ContainingNamespace.Name: "Linq" } }
            || context.DeclaredBy(loop) is not ILocalSymbol { Type.SpecialType: SpecialType.System_Int32 } local)
            return null;
        var (from, rounds) = (indices.Read(start, true), indices.Read(count, true));
        return from is null || rounds is null || from.Terms.Concat(rounds.Terms).Any() || IndexSpec.Sum(from, rounds) is not { } to
            ? null : Range(local, from, to, 1);
    }

    private LoopRange Range(ILocalSymbol local, IndexSpec from, IndexSpec to, int step)
    {
        var range = new LoopRange(context.Add(local, VariableRole.Loop), local.Name, from, to, step);
        if (range.IsConstant) indices.ConstantLoops.Add(range.Variable);
        return range;
    }

    private int? StepOf(ExpressionSyntax incrementor, ILocalSymbol local) => incrementor switch
    {
        PostfixUnaryExpressionSyntax postfix when Is(postfix.Operand, local) => postfix.IsKind(SyntaxKind.PostIncrementExpression) ? 1 : -1,
        PrefixUnaryExpressionSyntax prefix when Is(prefix.Operand, local) => prefix.IsKind(SyntaxKind.PreIncrementExpression) ? 1 : -1,
        AssignmentExpressionSyntax assignment when Is(assignment.Left, local)
            && indices.Read(assignment.Right) is { IsConstant: true, Offset: 1 } =>
            assignment.Kind() switch
            {
                SyntaxKind.AddAssignmentExpression => 1,
                SyntaxKind.SubtractAssignmentExpression => -1,
                _ => null,
            },
        _ => null,
    };

    private bool Is(ExpressionSyntax expression, ILocalSymbol local) =>
        expression is IdentifierNameSyntax && SymbolEqualityComparer.Default.Equals(context.SymbolOf(expression), local);
}
