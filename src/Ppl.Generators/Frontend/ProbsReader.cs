using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Finds a network's output in the place of probabilities: <c>Bernoulli(decoder.call(z))</c>. The first parameter of such a family is probs, in [0,
/// 1], and networks mostly give log odds.
/// </summary>
internal sealed class ProbsReader(ReadingContext context)
{
    private const string Probs = "probs";

    /// <summary>The first such argument in a distribution's text; null without one.</summary>
    public UnnamedProbsSpec? Read(ExpressionSyntax distribution)
    {
        foreach (var node in distribution.DescendantNodesAndSelf())
        {
            var arguments = node switch
            {
                InvocationExpressionSyntax call => call.ArgumentList,
                BaseObjectCreationExpressionSyntax creation => creation.ArgumentList,
                _ => null,
            };
            if (arguments?.Arguments.FirstOrDefault() is not { NameColon: null } first || context.SymbolOf(node) is not IMethodSymbol method)
                continue;
            if (method.Parameters.FirstOrDefault()?.Name != Probs || !IsNetworkOutput(first.Expression)) continue;
            var made = method.MethodKind == MethodKind.Constructor ? method.ContainingType : method.ReturnType;
            if (KnownSymbols.DerivesFrom(made, context.Known.Distribution))
                return new UnnamedProbsSpec(context.Anchor(first), first.Expression.ToString(), made.Name);
        }

        return null;
    }

    /// <summary>A call of a module, or a local that was given one.</summary>
    private bool IsNetworkOutput(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => IsNetworkOutput(inner.Expression),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward" } access } =>
            KnownSymbols.DerivesFrom(context.TypeOf(access.Expression), context.Known.Module),
        IdentifierNameSyntax name => context.SymbolOf(name) is ILocalSymbol { DeclaringSyntaxReferences: [var declaration] }
            && declaration.GetSyntax(context.Cancellation) is VariableDeclaratorSyntax { Initializer.Value: { } value }
            && value is not IdentifierNameSyntax
            && IsNetworkOutput(value),
        _ => false,
    };
}
