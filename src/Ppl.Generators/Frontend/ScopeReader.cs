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
    public static bool AreBroken(SyntaxNode node)
    {
        // A part of the text has faults only where all that it stands in has.
        foreach (var ancestor in node.Ancestors().Where(ancestor => ancestor.ContainsDiagnostics))
        {
            var (externs, usings) = ancestor switch
            {
                BaseNamespaceDeclarationSyntax space => (space.Externs, space.Usings),
                CompilationUnitSyntax file => (file.Externs, file.Usings),
                _ => default,
            };
            if (externs.Any(directive => directive.ContainsDiagnostics) || usings.Any(directive => directive.ContainsDiagnostics)) return true;
        }

        return false;
    }

    /// <summary>Global usings reach the generated file anyway; one that names nothing is an error of the user's file alone.</summary>
    private static EquatableArray<string> Directives(
        SyntaxList<ExternAliasDirectiveSyntax> externs, SyntaxList<UsingDirectiveSyntax> usings, SemanticModel semantics) =>
        externs.Where(e => !e.ContainsDiagnostics && semantics.GetDeclaredSymbol(e) is { Target: not IErrorTypeSymbol })
            .Select(e => e.NormalizeWhitespace().ToString())
            .Concat(usings.Where(u => !u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword) && !u.ContainsDiagnostics && IsKnown(u, semantics))
                .Select(Normal))
            .ToEquatable();

    /// <summary>A directive with one space where there may be any. Of a plain one there is no need to ask Roslyn for it, which takes long.</summary>
    private static string Normal(UsingDirectiveSyntax directive)
    {
        var name = directive.NamespaceOrType.ToString();
        var isPlain = directive.Alias is null && directive.UnsafeKeyword.IsKind(SyntaxKind.None)
            && name.All(c => c is '.' or '_' || char.IsLetterOrDigit(c));
        if (!isPlain) return directive.NormalizeWhitespace().ToString();
        return directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) ? $"using static {name};" : $"using {name};";
    }

    private static bool IsKnown(UsingDirectiveSyntax directive, SemanticModel semantics)
    {
        // What stands in a known namespace or type stands in known ones; the arguments of a type, and what an array is of, have to be asked for too.
        var whole = semantics.GetSymbolInfo(directive.NamespaceOrType).Symbol;
        if (directive.NamespaceOrType is NameSyntax && !IsKnown(whole)) return false;
        var others = directive.NamespaceOrType.DescendantNodes().OfType<NameSyntax>().Where(name => name.Parent is not AliasQualifiedNameSyntax);
        if (!IsPath(directive.NamespaceOrType) && others.Any(name => !IsKnown(semantics.GetSymbolInfo(name).Symbol))) return false;
        return directive.Alias is not null || directive.StaticKeyword.IsKind(SyntaxKind.StaticKeyword) == whole is ITypeSymbol;
    }

    private static bool IsKnown(ISymbol? symbol) => symbol is INamespaceSymbol or ITypeSymbol { TypeKind: not TypeKind.Error };

    /// <summary>Whether a name consists of plain names.</summary>
    private static bool IsPath(TypeSyntax name) => name is IdentifierNameSyntax
        || (name is QualifiedNameSyntax { Right: IdentifierNameSyntax } path && IsPath(path.Left));

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
