using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Types of Ppl whose simple names nothing else in a project or its references has, so that no place has to be searched for another meaning: a search
/// goes through each namespace in scope, for each name and model.
/// </summary>
internal static class PlainNames
{
    /// <param name="compilation">The project.</param>
    /// <param name="library">The assembly of the language.</param>
    public static ISet<string> Of(Compilation compilation, IAssemblySymbol library)
    {
        var own = Types(library.GlobalNamespace).GroupBy(type => type.Name).Where(group => group.Count() == 1).Select(group => group.Key);
        var plain = new HashSet<string>(own);
        plain.IntersectWith(Ir.Types.All.Select(marked => marked.Substring(marked.LastIndexOf('.') + 1)));
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols.Concat([compilation.Assembly]))
        {
            plain.RemoveWhere(assembly.NamespaceNames.Contains);
            if (!SymbolEqualityComparer.Default.Equals(assembly, library)) plain.RemoveWhere(assembly.TypeNames.Contains);
        }

        foreach (var tree in compilation.SyntaxTrees) plain.ExceptWith(Aliases(tree.GetRoot()));
        return plain;
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) => container.GetMembers().SelectMany(member => member switch
    {
        INamespaceSymbol space => Types(space),
        INamedTypeSymbol type => Types(type).Prepend(type),
        _ => [],
    });

    private static IEnumerable<string> Aliases(SyntaxNode root) => root
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<UsingDirectiveSyntax>().Select(directive => directive.Alias?.Name.Identifier.ValueText).OfType<string>();
}
