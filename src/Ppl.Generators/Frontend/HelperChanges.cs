using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Which tensors a method or local function of this project changes in place, itself or through another: those that it is given, or views of
/// them.
/// </summary>
internal sealed class HelperChanges(ReadingContext context)
{
    private readonly Dictionary<ISymbol, bool> known = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the method changes the tensor that one of its parameters is given.</summary>
    public bool Changes(IMethodSymbol method, IParameterSymbol parameter)
    {
        if (known.TryGetValue(parameter, out var found)) return found;
        known[parameter] = false; // a method that calls itself changes no more
        return known[parameter] = context.Known.SourceOf(method).Any(body => ChangesIn(body, parameter));
    }

    /// <summary>The arguments of a call, with the object that an extension method is called on, and the parameters that they are given to.</summary>
    public static IEnumerable<(ExpressionSyntax Argument, IParameterSymbol Parameter)> Pairs(IMethodSymbol method, InvocationExpressionSyntax call)
    {
        var declared = (method.ReducedFrom ?? method).OriginalDefinition;
        var first = method.ReducedFrom is null ? 0 : 1;
        if (first == 1 && call.Expression is MemberAccessExpressionSyntax access) yield return (access.Expression, declared.Parameters[0]);
        foreach (var (argument, i) in call.ArgumentList.Arguments.Select((argument, i) => (argument, i + first)))
        {
            var parameter = argument.NameColon is { } name ? declared.Parameters.FirstOrDefault(p => p.Name == name.Name.Identifier.ValueText)
                : i < declared.Parameters.Length ? declared.Parameters[i] : null;
            if (parameter is { IsParams: false }) yield return (argument.Expression, parameter);
        }
    }

    private bool ChangesIn(SyntaxNode body, IParameterSymbol parameter)
    {
        var same = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { parameter };
        var nodes = body.DescendantNodes().ToList();
        while (nodes.OfType<VariableDeclaratorSyntax>().Any(d => d.Initializer?.Value is { } value && IsOf(value, same)
            && context.DeclaredBy(d) is { } local && same.Add(local)))
        {
        }

        return nodes.Any(node => node switch
        {
            AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element } => IsOf(element.Expression, same),
            InvocationExpressionSyntax call => ChangesBy(call, same),
            _ => false,
        });
    }

    private bool ChangesBy(InvocationExpressionSyntax call, HashSet<ISymbol> same)
    {
        if (context.SymbolOf(call) is not IMethodSymbol method) return false;
        var declared = (method.ReducedFrom ?? method).OriginalDefinition;
        if (!TypeTraits.IsOfTorch(method)) return Pairs(method, call).Any(p => IsOf(p.Argument, same) && Changes(declared, p.Parameter));
        if (method.Name.Length < 2 || method.Name[method.Name.Length - 1] != '_') return false;
        return method.IsStatic ? call.ArgumentList.Arguments.FirstOrDefault() is { } first && IsOf(first.Expression, same)
            : call.Expression is MemberAccessExpressionSyntax access && IsOf(access.Expression, same);
    }

    /// <summary>Whether an expression is one of these tensors, or a view of one.</summary>
    private bool IsOf(ExpressionSyntax expression, HashSet<ISymbol> same) => expression switch
    {
        IdentifierNameSyntax name => context.SymbolOf(name) is { } symbol && same.Contains(symbol),
        ParenthesizedExpressionSyntax inner => IsOf(inner.Expression, same),
        PostfixUnaryExpressionSyntax suppressed => IsOf(suppressed.Operand, same),
        ElementAccessExpressionSyntax element => context.Known.IsTensor(context.TypeOf(element.Expression)) && IsOf(element.Expression, same),
        MemberAccessExpressionSyntax access => TypeTraits.IsView(access.Name.Identifier.ValueText) && IsOf(access.Expression, same),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } =>
            (TypeTraits.IsView(access.Name.Identifier.ValueText) || access.Name.Identifier.ValueText.EndsWith("_", StringComparison.Ordinal))
            && IsOf(access.Expression, same),
        _ => false,
    };
}
