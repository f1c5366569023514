using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Which tensors a method or local function of this project changes in place, itself or through another: those that it is given, or views of
/// them.
/// </summary>
internal sealed class HelperChanges(ReadingContext context, AliasMap aliases)
{
    /// <summary>Whether the method changes the tensor that one of its parameters is given.</summary>
    public bool Changes(IMethodSymbol method, IParameterSymbol parameter) => Changes(method, parameter, new(SymbolEqualityComparer.Default));

    /// <param name="method">The method.</param>
    /// <param name="parameter">Its parameter, as it is declared.</param>
    /// <param name="seen">Parameters on the way to this one: a method that calls itself changes no more.</param>
    private bool Changes(IMethodSymbol method, IParameterSymbol parameter, HashSet<ISymbol> seen) =>
        seen.Add(parameter) && context.SourceOf(CallArguments.Declared(method)).Any(body => ChangesIn(body, parameter, seen));

    private bool ChangesIn(SyntaxNode body, IParameterSymbol parameter, HashSet<ISymbol> seen)
    {
        var same = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { parameter };
        foreach (var local in body.DescendantNodes().OfType<VariableDeclaratorSyntax>())
            if (local.Initializer?.Value is { } value && IsOf(value, same) && context.DeclaredBy(local) is { } symbol) same.Add(symbol);
        return body.DescendantNodes().Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element } => IsOf(element.Expression, same),
            InvocationExpressionSyntax call => ChangesBy(call, same, seen),
            _ => false,
        });
    }

    private bool ChangesBy(InvocationExpressionSyntax call, HashSet<ISymbol> same, HashSet<ISymbol> seen)
    {
        if (context.SymbolOf(call) is not IMethodSymbol method) return false;
        if (!TypeTraits.IsOfTorch(method))
            return CallArguments.Of(method, call).Any(pair => IsOf(pair.Argument, same) && Changes(method, pair.Parameter, seen));
        if (!TypeTraits.IsInPlace(method.Name)) return false;
        return method.IsStatic ? call.ArgumentList.Arguments.FirstOrDefault() is { } first && IsOf(first.Expression, same)
            : call.Expression is MemberAccessExpressionSyntax access && IsOf(access.Expression, same);
    }

    /// <summary>Whether an expression is one of these tensors, or a view of one.</summary>
    private bool IsOf(ExpressionSyntax expression, HashSet<ISymbol> same) =>
        aliases.SharedBy(expression).Any(name => context.SymbolOf(name) is { } symbol && same.Contains(symbol));
}
