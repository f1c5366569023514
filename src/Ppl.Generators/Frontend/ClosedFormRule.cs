using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Frontend;

/// <summary>
/// What a method marked [ClosedFormKl] must be, and where it is looked for. Ppl.Core's KlRegistry applies the same rule at run time: a form that only
/// one of the two accepts would be taken by compiled code and missed by the interpreter, or the other way round.
/// </summary>
internal sealed class ClosedFormRule(KnownSymbols known)
{
    public bool IsMarked(IMethodSymbol method) =>
        method.GetAttributes().Any(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, known.ClosedFormKlAttribute));

    /// <summary>What keeps a marked method from being used, as the end of a sentence; null where nothing does.</summary>
    public string? FaultOf(IMethodSymbol method) => method switch
    {
        { IsStatic: false } => "it is not static",
        { DeclaredAccessibility: not Accessibility.Public } => "it is not public",
        { IsGenericMethod: true } => "it is generic",
        { Parameters.Length: not 2 } => "it does not take two distributions",
        _ when method.Parameters.Any(p => p.RefKind != RefKind.None) => "it takes a distribution by reference",
        _ when method.Parameters.FirstOrDefault(p => !IsFamily(p.Type)) is { } other =>
            $"'{other.Type.Name}' is no family with the [Family] attribute",
        _ when method.ReturnsByRef || !KnownSymbols.DerivesFrom(method.ReturnType, known.Tensor) =>
            $"it returns '{method.ReturnType.Name}' and not a Tensor",
        _ when !IsLookedThrough(method) => $"'{method.ContainingType.Name}' is none of the classes that are looked through",
        _ => null,
    };

    /// <summary>The usable form for KL(guide || model); null where there is none.</summary>
    /// <param name="guide">The guide's family.</param>
    /// <param name="model">The model's family.</param>
    /// <param name="owner">The model's class.</param>
    public IMethodSymbol? Find(ITypeSymbol guide, ITypeSymbol model, INamedTypeSymbol owner) =>
        new[] { known.Divergence, guide as INamedTypeSymbol, model as INamedTypeSymbol }.Concat(Levels(owner))
            .Where(place => place is not null).SelectMany(place => place!.GetMembers()).OfType<IMethodSymbol>()
            .FirstOrDefault(m => IsMarked(m) && FaultOf(m) is null && Is(m.Parameters[0], guide) && Is(m.Parameters[1], model));

    private bool IsFamily(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(known.FamilyOf(type), type);

    private static bool Is(IParameterSymbol parameter, ITypeSymbol family) => SymbolEqualityComparer.Default.Equals(parameter.Type, family);

    private bool IsLookedThrough(IMethodSymbol method) => SymbolEqualityComparer.Default.Equals(method.ContainingType, known.Divergence)
        || known.IsModel(method.ContainingType) || method.Parameters.Any(p => Is(p, method.ContainingType));

    private IEnumerable<INamedTypeSymbol?> Levels(INamedTypeSymbol owner)
    {
        for (var level = owner; level is not null && !SymbolEqualityComparer.Default.Equals(level, known.GenerativeModel); level = level.BaseType)
            yield return level;
    }
}
