using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Refuses operations that a model must not call, wherever they stand in its text: random draws that are no sites, and switches of a thread's gradients.
/// Methods of the model's class that it calls are looked into as well.
/// </summary>
internal sealed class OperationRules(ReadingContext context)
{
    private readonly Dictionary<ISymbol, bool> helpers = new(SymbolEqualityComparer.Default);

    public void Check(SyntaxNode body)
    {
        foreach (var call in body.DescendantNodes().OfType<InvocationExpressionSyntax>())
        {
            if (context.SymbolOf(call) is not IMethodSymbol method) continue;
            if (IsRandom(method)) context.Report(Rules.RandomDraw, call, method.Name);
            else if (IsGradientMode(method)) context.Report(Rules.GradientMode, call, method.Name);
            else if (DrawsInside(method)) context.Report(Rules.RandomDraw, call, method.Name);
        }
    }

    /// <summary>Whether a call switches a thread's gradients.</summary>
    public static bool IsGradientMode(IMethodSymbol? method) => TypeTraits.IsOfTorch(method) && TorchOperations.GradientModes.Contains(method!.Name);

    private bool IsRandom(IMethodSymbol method)
    {
        if (TypeTraits.IsOfTorch(method)) return TorchOperations.Random.Contains(method.Name) || TorchOperations.Seeding.Contains(method.Name);
        if (Levels(method.ContainingType).Any(level => TorchOperations.RandomTypes.Contains(level.ToDisplayString()))) return true;
        return TorchOperations.Draws.Contains(method.Name.ToLowerInvariant())
            && (KnownSymbols.DerivesFrom(method.ContainingType, context.Known.Distribution) || TypeTraits.IsOfTorchModules(method));
    }

    /// <summary>Whether a method of a model's class, written in this project, draws random numbers, itself or through another.</summary>
    private bool DrawsInside(IMethodSymbol method)
    {
        if (method.MethodKind != MethodKind.Ordinary || !context.Known.IsModel(method.ContainingType)) return false;
        if (helpers.TryGetValue(method, out var known)) return known;
        helpers[method] = false; // a method that calls itself adds nothing
        return helpers[method] = method.DeclaringSyntaxReferences.SelectMany(CallsIn).Any(called => IsRandom(called) || DrawsInside(called));
    }

    private IEnumerable<IMethodSymbol> CallsIn(SyntaxReference reference)
    {
        var syntax = reference.GetSyntax(context.Cancellation);
        var semantics = context.Semantics.Compilation.GetSemanticModel(syntax.SyntaxTree);
        return syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Select(call => semantics.GetSymbolInfo(call, context.Cancellation).Symbol).OfType<IMethodSymbol>();
    }

    private static IEnumerable<INamedTypeSymbol> Levels(INamedTypeSymbol? type)
    {
        for (var level = type; level is not null; level = level.BaseType) yield return level;
    }
}
