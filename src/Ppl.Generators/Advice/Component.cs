using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Frontend;

namespace Ppl.Generators.Advice;

internal enum ComponentKind
{
    Module,
    Parameter,
    Collection,
}

/// <summary>A class or one of its bases, with its own components.</summary>
internal sealed record ClassLevel(INamedTypeSymbol Type, IReadOnlyList<Component> Components);

/// <summary>A field, auto-property or captured parameter of a model's class that holds something to train.</summary>
/// <param name="Name">Its name in the source.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Type">Its type.</param>
/// <param name="Location">Where it is declared.</param>
/// <param name="IsInitialized">Whether it has its value before any constructor runs.</param>
/// <param name="IsOpen">Whether code outside the class can set it.</param>
internal sealed record Component(string Name, ComponentKind Kind, ITypeSymbol Type, Location Location, bool IsInitialized, bool IsOpen)
{
    public static IEnumerable<Component> Of(INamedTypeSymbol type, KnownSymbols known)
    {
        foreach (var field in type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst))
        {
            if (KindOf(field.Type, known) is not { } kind) continue;
            ISymbol symbol = field.AssociatedSymbol ?? field;
            if (symbol.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not { } syntax) continue;
            var isInitialized = syntax is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null };
            var isOpen = symbol is IPropertySymbol { SetMethod: { } setter } ? setter.DeclaredAccessibility != Accessibility.Private
                : !field.IsReadOnly && field.DeclaredAccessibility != Accessibility.Private;
            yield return new(symbol.Name, kind, field.Type, symbol.Locations[0], isInitialized, isOpen);
        }

        foreach (var parameter in PrimaryParameters(type))
        {
            if (KindOf(parameter.Type, known) is { } kind && IsCaptured(parameter, type))
                yield return new(parameter.Name, kind, parameter.Type, parameter.Locations[0], true, false);
        }
    }

    private static ComponentKind? KindOf(ITypeSymbol type, KnownSymbols known)
    {
        bool IsPart(ITypeSymbol part) => KnownSymbols.DerivesFrom(part, known.Module) || KnownSymbols.DerivesFrom(part, known.Parameter);
        if (KnownSymbols.DerivesFrom(type, known.Guide)) return null;
        if (KnownSymbols.DerivesFrom(type, known.Module)) return ComponentKind.Module;
        if (KnownSymbols.DerivesFrom(type, known.Parameter)) return ComponentKind.Parameter;
        return PartsOf(type).Any(IsPart) ? ComponentKind.Collection : null;
    }

    /// <summary>What a collection or tuple is made of; the values of a dictionary too.</summary>
    private static IEnumerable<ITypeSymbol> PartsOf(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array) return [array.ElementType];
        if (type is not INamedTypeSymbol named) return [];
        if (named.IsTupleType) return named.TupleElements.Select(e => e.Type);
        return named.AllInterfaces.Concat(named.TypeKind == TypeKind.Interface ? [named] : [])
            .Where(i => i.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T).Select(i => i.TypeArguments[0])
            .SelectMany(element =>
                element is INamedTypeSymbol { Name: "KeyValuePair", TypeArguments.Length: 2 } pair ? pair.TypeArguments : [element]);
    }

    private static IEnumerable<IParameterSymbol> PrimaryParameters(INamedTypeSymbol type) => type.InstanceConstructors
        .Where(c => c.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is TypeDeclarationSyntax).SelectMany(c => c.Parameters);

    /// <summary>Whether a member reads the parameter after construction, so that the class keeps it.</summary>
    private static bool IsCaptured(IParameterSymbol parameter, INamedTypeSymbol type) => type.DeclaringSyntaxReferences.Select(r => r.GetSyntax())
        .SelectMany(syntax => syntax.DescendantNodes()).OfType<IdentifierNameSyntax>()
        .Any(name => name.Identifier.ValueText == parameter.Name
            && name.Ancestors().Any(a => a is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax
            or ArrowExpressionClauseSyntax { Parent: PropertyDeclarationSyntax }));
}
