using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Looks into the methods and local functions of this project that a model hands its values to: whether a gradient passes through them.
/// </summary>
internal sealed class HelperReader(ReadingContext context, GradientStopReader stops)
{
    private readonly Dictionary<ISymbol, GradientStop?> known = new(SymbolEqualityComparer.Default);

    /// <summary>
    /// What keeps the gradient from passing from an argument to the call's result; null where one passes, or where that cannot be told.
    /// </summary>
    public GradientStop? Of(ArgumentSyntax argument, InvocationExpressionSyntax call)
    {
        if (context.SymbolOf(call) is not IMethodSymbol { ReducedFrom: null } method) return null;
        var parameter = CallArguments.Of(method, call).FirstOrDefault(pair => pair.Argument == argument.Expression).Parameter;
        return parameter is { RefKind: RefKind.None } && Of(method.OriginalDefinition, parameter) is { } stop
            ? stop with { Operation = method.Name, Anchor = context.AnchorOnce(call) } : null;
    }

    private GradientStop? Of(IMethodSymbol method, IParameterSymbol parameter)
    {
        if (known.TryGetValue(parameter, out var found)) return found;
        known[parameter] = null; // a method that calls itself adds no way
        return known[parameter] = BodyOf(method) is { } body ? new HelperFlow(context, stops, parameter).Of(body) : null;
    }

    /// <summary>What runs when the method is called, where that is certain and can be read; null elsewhere.</summary>
    private SyntaxNode? BodyOf(IMethodSymbol method)
    {
        var canBeReplaced = (method.IsVirtual || method.IsAbstract || (method.IsOverride && !method.IsSealed)) && !method.ContainingType.IsSealed;
        if (canBeReplaced || method.IsAsync || method.ReturnsVoid) return null;
        if (method.MethodKind is not (MethodKind.Ordinary or MethodKind.LocalFunction)) return null;
        var body = context.SourceOf(method).Select(declaration => declaration switch
        {
            MethodDeclarationSyntax { Body: { } block } => (SyntaxNode)block,
            MethodDeclarationSyntax { ExpressionBody.Expression: { } value } => value,
            LocalFunctionStatementSyntax { Body: { } block } => block,
            LocalFunctionStatementSyntax { ExpressionBody.Expression: { } value } => value,
            _ => null,
        }).FirstOrDefault(b => b is not null);
        var jumps = body?.DescendantNodes()
            .Any(n => n is YieldStatementSyntax or GotoStatementSyntax or LocalFunctionStatementSyntax or RefExpressionSyntax);
        return jumps == false ? body : null;
    }
}
