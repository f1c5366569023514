using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Refuses operations that a model must not call, wherever they stand in its text: random draws that are no sites, switches of a thread's
/// gradients, and sums over what C# takes for an element type. Methods of the model's class, and static ones of the project, are looked into as well.
/// </summary>
internal sealed class OperationRules(ReadingContext context)
{
    private readonly Dictionary<ISymbol, string?> helpers = new(SymbolEqualityComparer.Default);

    public void Check(SyntaxNode body)
    {
        foreach (var call in context.Calls)
        {
            if (!body.Span.Contains(call.Span)) continue;
            if (context.SymbolOf(call) is not IMethodSymbol method) continue;
            if ((RuleOf(call, method) ?? RuleInside(method)) is { } rule) context.Report(rule, call, method.Name);
        }
    }

    /// <summary>Whether a call switches a thread's gradients.</summary>
    public static bool IsGradientMode(IMethodSymbol? method) => TypeTraits.IsOfTorch(method) && TorchOperations.GradientModes.Contains(method!.Name);

    private string? RuleOf(InvocationExpressionSyntax call, IMethodSymbol method) => IsRandom(method) ? Rules.RandomDraw
        : IsGradientMode(method) ? Rules.GradientMode
        : TakesZeroForAType(call, method) ? Rules.ZeroDimension
        : null;

    /// <summary>
    /// Whether the call is <c>t.sum(0)</c>: of two overloads C# prefers that of an element type, since the literal 0 converts to any enum.
    /// </summary>
    private static bool TakesZeroForAType(InvocationExpressionSyntax call, IMethodSymbol method) =>
        call.ArgumentList.Arguments.FirstOrDefault(a => a.NameColon is null && a.Expression is LiteralExpressionSyntax { Token.Value: 0 }) is { } zero
        && TypeTraits.IsOfTorch(method)
        && method.Parameters[Math.Min(call.ArgumentList.Arguments.IndexOf(zero), method.Parameters.Length - 1)].Type is INamedTypeSymbol
        {
            TypeArguments: [{ Name: "ScalarType" }],
        };

    private bool IsRandom(IMethodSymbol method)
    {
        if (TypeTraits.IsOfTorch(method)) return TorchOperations.Random.Contains(method.Name) || TorchOperations.Seeding.Contains(method.Name);
        if (Levels(method.ContainingType).Any(IsRandomType)) return true;
        return TorchOperations.Draws.Contains(method.Name.ToLowerInvariant())
            && (KnownSymbols.DerivesFrom(method.ContainingType, context.Known.Distribution) || TypeTraits.IsOfTorchModules(method));
    }

    /// <summary>
    /// The rule that a method written in this project breaks, itself or through another. A module's own methods are not looked into: noise in
    /// them is the network's. One that returns nothing may switch gradients off, to print for instance, if it switches them back.
    /// </summary>
    private string? RuleInside(IMethodSymbol method)
    {
        if (method.MethodKind != MethodKind.Ordinary || !(method.IsStatic || context.Known.IsModel(method.ContainingType))) return null;
        if (helpers.TryGetValue(method, out var known)) return known;
        helpers[method] = null; // a method that calls itself adds nothing
        return helpers[method] = context.SourceOf(method).SelectMany(CallsIn)
            .Select(called => RuleOf(called.Call, called.Method) ?? RuleInside(called.Method))
            .FirstOrDefault(rule => rule is not null && (rule != Rules.GradientMode || !method.ReturnsVoid));
    }

    private IEnumerable<(InvocationExpressionSyntax Call, IMethodSymbol Method)> CallsIn(SyntaxNode syntax) =>
        from call in syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
        let method = context.SymbolOf(call) as IMethodSymbol
        where method is not null
        select (call, method);

    private static bool IsRandomType(INamedTypeSymbol type) =>
        type.Name is "Random" or "RandomNumberGenerator" && TorchOperations.RandomTypes.Contains(type.ToDisplayString());

    private static IEnumerable<INamedTypeSymbol> Levels(INamedTypeSymbol? type)
    {
        for (var level = type; level is not null; level = level.BaseType) yield return level;
    }
}
