using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Where the types and namespaces come from that plain names may mean at a place. The compiler takes long to say that a name means none, since it
/// looks for what could have been meant; so it is asked only about names that one of these places has.
/// </summary>
internal sealed class NamesInScope
{
    private readonly HashSet<string> single = [];
    private readonly HashSet<INamespaceOrTypeSymbol> places = new(SymbolEqualityComparer.Default);

    public NamesInScope(IMethodSymbol method, SemanticModel semantics, int place)
    {
        single.UnionWith(method.TypeParameters.Select(p => p.Name));
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            single.UnionWith(type.TypeParameters.Select(p => p.Name));
            for (var level = type; level is not null; level = level.BaseType) places.Add(level);
        }

        for (var space = method.ContainingNamespace; space is not null; space = space.ContainingNamespace)
            if (semantics.Compilation.GetCompilationNamespace(space) is { } whole) places.Add(whole);
        foreach (var scope in semantics.GetImportScopes(place))
        {
            single.UnionWith(scope.Aliases.Select(a => a.Name).Concat(scope.ExternAliases.Select(a => a.Name)));
            places.UnionWith(scope.Imports.Select(i => i.NamespaceOrType));
        }
    }

    /// <summary>Whether a name may mean something.</summary>
    public bool MayHave(string name)
    {
        if (single.Contains(name)) return true;
        foreach (var place in places)
        {
            if (!place.GetTypeMembers(name).IsEmpty) return true;
            if (place is INamespaceSymbol && place.GetMembers(name).Any(member => member is INamespaceSymbol)) return true;
        }

        return false;
    }
}
