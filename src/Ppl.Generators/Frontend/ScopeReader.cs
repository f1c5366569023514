using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads what surrounds the method: namespaces with their using directives, and types.</summary>
internal static class ScopeReader
{
    /// <summary>Using directives and namespaces around a node, the file first: repeated, they give carried statements the same meaning.</summary>
    public static EquatableArray<ScopeSpec> Scopes(SyntaxNode node, SemanticModel semantics)
    {
        var scopes = new List<ScopeSpec>();
        foreach (var ancestor in node.Ancestors())
        {
            if (ancestor is BaseNamespaceDeclarationSyntax space)
                scopes.Insert(0, new ScopeSpec(space.Name.ToString(), Directives(space.Externs, space.Usings, semantics)));
            else if (ancestor is CompilationUnitSyntax file)
                scopes.Insert(0, new ScopeSpec("", Directives(file.Externs, file.Usings, semantics)));
        }

        return scopes.ToEquatable();
    }

    /// <summary>
    /// Whether some using directive around a node breaks the grammar: it cannot be repeated, and names may have no meaning without it.
    /// </summary>
    public static bool AreBroken(SyntaxNode node) => node.Ancestors().SelectMany(ancestor => ancestor switch
    {
        BaseNamespaceDeclarationSyntax space => [.. space.Externs, .. space.Usings],
        CompilationUnitSyntax file => (IEnumerable<SyntaxNode>)[.. file.Externs, .. file.Usings],
        _ => [],
    }).Any(directive => directive.ContainsDiagnostics);

    /// <summary>Global usings reach the generated file anyway; one that names nothing is an error of the user's file alone.</summary>
    private static EquatableArray<string> Directives(
        SyntaxList<ExternAliasDirectiveSyntax> externs, SyntaxList<UsingDirectiveSyntax> usings, SemanticModel semantics) =>
        externs.Where(e => !e.ContainsDiagnostics && semantics.GetDeclaredSymbol(e) is { Target: not IErrorTypeSymbol })
            .Select(e => e.NormalizeWhitespace().ToString())
            .Concat(usings.Where(u => !u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword) && !u.ContainsDiagnostics && IsKnown(u, semantics))
                .Select(u => u.NormalizeWhitespace().ToString()))
            .ToEquatable();

    private static bool IsKnown(UsingDirectiveSyntax directive, SemanticModel semantics)
    {
        var names = directive.NamespaceOrType.DescendantNodesAndSelf().OfType<NameSyntax>()
            .Where(name => name.Parent is not AliasQualifiedNameSyntax);
        if (names.Any(name => semantics.GetSymbolInfo(name).Symbol is not (INamespaceSymbol or ITypeSymbol { TypeKind: not TypeKind.Error })))
            return false;
        return directive.Alias is not null
            || directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) == semantics.GetSymbolInfo(directive.NamespaceOrType).Symbol is ITypeSymbol;
    }

    public static EquatableArray<TypeSpec> Types(MethodDeclarationSyntax method) =>
        method.Ancestors().OfType<TypeDeclarationSyntax>().Reverse()
            .Select(t => new TypeSpec($"{Keyword(t)} {t.Identifier.Text}{t.TypeParameterList}",
            $"{t.Identifier.Text}{t.TypeParameterList}")).ToEquatable();

    private static string Keyword(TypeDeclarationSyntax type) =>
        type is RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not 0 } record ? $"record {record.ClassOrStructKeyword.Text}"
            : type.Keyword.Text;

    /// <summary>
    /// A file name for the model: its type's full name and the method's. Names that differ in case alone are told apart by the generator.
    /// </summary>
    public static string HintName(IMethodSymbol method)
    {
        var name = new System.Text.StringBuilder($"{method.ContainingType.ToDisplayString()}.{method.Name}.g.cs");
        for (var i = 0; i < name.Length; i++)
            if (!char.IsLetterOrDigit(name[i]) && name[i] is not ('.' or '_')) name[i] = '-';
        return name.ToString();
    }
}
