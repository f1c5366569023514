using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>Which parameter of the method, as it is declared, each argument of a call is given to.</summary>
internal static class CallArguments
{
    /// <summary>
    /// The arguments with their parameters, and the object that an extension method is called on; those of a params array are left out.
    /// </summary>
    public static IEnumerable<(ExpressionSyntax Argument, IParameterSymbol Parameter)> Of(IMethodSymbol method, InvocationExpressionSyntax call)
    {
        var declared = Declared(method);
        var first = method.ReducedFrom is null ? 0 : 1;
        if (first == 1 && call.Expression is MemberAccessExpressionSyntax access) yield return (access.Expression, declared.Parameters[0]);
        foreach (var (argument, place) in call.ArgumentList.Arguments.Select((argument, i) => (argument, i + first)))
        {
            var parameter = argument.NameColon is { } name ? declared.Parameters.FirstOrDefault(p => p.Name == name.Name.Identifier.ValueText)
                : place < declared.Parameters.Length ? declared.Parameters[place] : null;
            if (parameter is { IsParams: false }) yield return (argument.Expression, parameter);
        }
    }

    /// <summary>The method as it is written, for any type arguments and however it is called.</summary>
    public static IMethodSymbol Declared(IMethodSymbol method) => (method.ReducedFrom ?? method).OriginalDefinition;
}
