using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// What keeps the gradient from passing between one parameter of a method that the user wrote and its result. Statements are read without regard
/// to their order, and wherever the way of a value cannot be followed, a gradient is taken to pass: a model that trains must never be refused.
/// </summary>
internal sealed class HelperFlow(ReadingContext context, GradientStopReader stops, IParameterSymbol parameter)
{
    /// <summary>The symbols that the parameter's value reaches, each with its freest way.</summary>
    private readonly Dictionary<ISymbol, GradientStop?> reached = new(SymbolEqualityComparer.Default) { [parameter] = null };

    private bool escapes;

    /// <summary>What stops the gradient on every way to the result; null where one is free, or unknown, or where there is none at all.</summary>
    public GradientStop? Of(SyntaxNode body)
    {
        var nodes = body.DescendantNodesAndSelf().ToList();
        bool isNews;
        do
        {
            isNews = false;
            foreach (var (target, value) in nodes.SelectMany(Gifts)) isNews |= Reach(target, value);
        }
        while (isNews);

        var results = nodes.Where(n => IsResult(n, body)).Select(Ways).Where(ways => ways.Count > 0).SelectMany(w => w).ToList();
        return escapes || results.Count == 0 ? null : results.Aggregate(GradientStop.Best);
    }

    /// <summary>Returned values, and what decides which of them is returned; an argument check decides nothing.</summary>
    private static bool IsResult(SyntaxNode node, SyntaxNode body) => node == body ? node is ExpressionSyntax : node.Parent switch
    {
        ReturnStatementSyntax => true,
        IfStatementSyntax branch => node == branch.Condition && !IsThrow(branch.Statement),
        WhileStatementSyntax loop => node == loop.Condition,
        DoStatementSyntax loop => node == loop.Condition,
        ForStatementSyntax loop => node == loop.Condition,
        SwitchStatementSyntax choice => node == choice.Expression,
        _ => false,
    };

    private static bool IsThrow(StatementSyntax statement) =>
        statement is ThrowStatementSyntax or BlockSyntax { Statements: [ThrowStatementSyntax] };

    /// <summary>What a node gives a value to, and the value.</summary>
    private IEnumerable<(SyntaxNode Target, SyntaxNode Value)> Gifts(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Initializer.Value: { } value } => [(node, value)],
        ForEachStatementSyntax loop => [(node, loop.Expression)],
        SingleVariableDesignationSyntax => [(node, node.Ancestors().OfType<ExpressionSyntax>().LastOrDefault() ?? node.Parent!)],
        AssignmentExpressionSyntax assignment => assignment.Left is TupleExpressionSyntax tuple
            ? tuple.Arguments.Select(a => ((SyntaxNode)a.Expression, (SyntaxNode)assignment.Right)) : [(assignment.Left, assignment.Right)],
        InvocationExpressionSyntax call => Changed(call).Select(target => (target, (SyntaxNode)call.ArgumentList)),
        _ => [],
    };

    /// <summary>
    /// What a call may put its arguments into: what it is given by reference, what it is called on, and objects that it could change.
    /// </summary>
    private IEnumerable<SyntaxNode> Changed(InvocationExpressionSyntax call)
    {
        var leavesAlone = TypeTraits.LeavesArgumentsAlone(context.SymbolOf(call) as IMethodSymbol);
        foreach (var argument in call.ArgumentList.Arguments)
        {
            if (!argument.RefKindKeyword.IsKind(SyntaxKind.None)) yield return argument.Expression;
            else if (!leavesAlone && TypeTraits.IsMutable(context.TypeOf(argument.Expression), context.Known)) yield return argument.Expression;
        }

        if (call.Expression is not MemberAccessExpressionSyntax access || context.TypeOf(access.Expression) is not { } type) yield break;
        var name = access.Name.Identifier.ValueText;
        var changes = context.Known.IsTensor(type) ? TypeTraits.IsInPlace(name) : TypeTraits.IsCollection(type);
        if (changes) yield return access.Expression;
    }

    /// <summary>Notes what a target is given; whether that is news.</summary>
    private bool Reach(SyntaxNode target, SyntaxNode value)
    {
        var ways = Ways(value);
        if (ways.Count == 0 || escapes) return false;
        if (SymbolAt(target) is not { } symbol)
        {
            escapes = target is not IdentifierNameSyntax { Identifier.ValueText: "_" };
            return escapes;
        }

        var way = ways.Aggregate(GradientStop.Best);
        var isKnown = reached.TryGetValue(symbol, out var before);
        reached[symbol] = isKnown ? GradientStop.Best(before, way) : way;
        return !isKnown || !Equals(reached[symbol], before);
    }

    /// <summary>The local or parameter that a target is, or lies in; null for anything that outlives the method.</summary>
    private ISymbol? SymbolAt(SyntaxNode target)
    {
        for (var place = target; ;)
        {
            switch (place)
            {
                case MemberAccessExpressionSyntax access:
                    place = access.Expression;
                    break;
                case ElementAccessExpressionSyntax element:
                    place = element.Expression;
                    break;
                case ParenthesizedExpressionSyntax inner:
                    place = inner.Expression;
                    break;
                case IdentifierNameSyntax or DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax }:
                    var symbol = place is DeclarationExpressionSyntax declared ? context.DeclaredBy(declared.Designation) : context.SymbolOf(place);
                    return symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None } ? symbol : null;
                default:
                    return context.DeclaredBy(place);
            }
        }
    }

    /// <summary>What stops the gradient on each way by which the parameter's value gets into a node; null for a free one.</summary>
    private List<GradientStop?> Ways(SyntaxNode node)
    {
        var ways = new List<GradientStop?>();
        Collect(node, null, ways);
        return ways;
    }

    private void Collect(SyntaxNode node, GradientStop? outer, List<GradientStop?> ways)
    {
        if (node is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } }) return;
        var stop = GradientStop.Through(stops.Of(node), outer);
        if (node is IdentifierNameSyntax && context.SymbolOf(node) is { } symbol && reached.TryGetValue(symbol, out var before))
            ways.Add(GradientStop.Through(before, stop));
        foreach (var child in node.ChildNodes()) Collect(child, stop, ways);
    }
}
