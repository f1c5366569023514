using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads what surrounds the method: namespaces with their using directives, and types.</summary>
internal static class ScopeReader
{
    /// <summary>Using directives and namespaces around a node, the file first: repeated, they give carried statements the same meaning.</summary>
    public static EquatableArray<ScopeSpec> Scopes(SyntaxNode node)
    {
        var scopes = new List<ScopeSpec>();
        foreach (var ancestor in node.Ancestors())
        {
            if (ancestor is BaseNamespaceDeclarationSyntax space)
                scopes.Insert(0, new ScopeSpec(space.Name.ToString(), Directives(space.Externs, space.Usings)));
            else if (ancestor is CompilationUnitSyntax file)
                scopes.Insert(0, new ScopeSpec("", Directives(file.Externs, file.Usings)));
        }

        return scopes.ToEquatable();
    }

    /// <summary>Global usings reach the generated file anyway.</summary>
    private static EquatableArray<string> Directives(SyntaxList<ExternAliasDirectiveSyntax> externs, SyntaxList<UsingDirectiveSyntax> usings) =>
        externs.Select(e => e.NormalizeWhitespace().ToString())
            .Concat(usings.Where(u => !u.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword)).Select(u => u.NormalizeWhitespace().ToString())).ToEquatable();

    public static EquatableArray<TypeSpec> Types(MethodDeclarationSyntax method) =>
        method.Ancestors().OfType<TypeDeclarationSyntax>().Reverse().Select(t => new TypeSpec($"{Keyword(t)} {t.Identifier.Text}{t.TypeParameterList}",
            $"{t.Identifier.Text}{t.TypeParameterList}")).ToEquatable();

    private static string Keyword(TypeDeclarationSyntax type) =>
        type is RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not 0 } record ? $"record {record.ClassOrStructKeyword.Text}" : type.Keyword.Text;

    /// <summary>A file name for the model: its type's full name and the method's.</summary>
    public static string HintName(IMethodSymbol method)
    {
        var name = new System.Text.StringBuilder($"{method.ContainingType.ToDisplayString()}.{method.Name}.g.cs");
        for (var i = 0; i < name.Length; i++)
            if (!char.IsLetterOrDigit(name[i]) && name[i] is not ('.' or '_')) name[i] = '-';
        return name.ToString();
    }
}
