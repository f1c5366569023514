using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Finds which types emitted code may call by their short names: readable code must not be able to mean something else.</summary>
internal static class ShortNameReader
{
    private static readonly SymbolDisplayFormat Plain = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private static readonly TypeSyntax AnyType = SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.ObjectKeyword));

    public static (IReadOnlyList<string> Imports, IReadOnlyList<string> ShortNames) Read(
        ReadingContext context, MethodDeclarationSyntax syntax, IReadOnlyCollection<string> taken)
    {
        var place = syntax.Body?.OpenBraceToken.Span.End ?? syntax.SpanStart;
        var imports = context.Known.Importable.Where(space => CanImport(context, space.Key, space.Value, place, taken)).Select(space => space.Key)
            .ToList();
        var names = Types.All.Where(name => IsShort(context, name, place, imports, Types.InExpressions.Contains(name) ? taken : null)).ToList();
        return (imports.Where(i => names.Any(n => NamespaceOf(n) == i)).ToList(), names);
    }

    /// <summary>Whether a type's name can mean nothing else at the model's place.</summary>
    private static bool IsPlain(ReadingContext context, string name) => context.Known.Plain.Contains(name) && !IsTypeParameter(context, name);

    private static bool IsTypeParameter(ReadingContext context, string name)
    {
        for (var type = context.Method.ContainingType; type is not null; type = type.ContainingType)
            if (type.TypeParameters.Any(p => p.Name == name)) return true;
        return context.Method.TypeParameters.Any(p => p.Name == name);
    }

    private static string TypeOf(string method) => method.Substring(0, method.LastIndexOf('.'));

    /// <summary>The namespace of a marked type; empty for one that stands in none.</summary>
    private static string NamespaceOf(string marked) => marked.IndexOf('.') < 0 ? "" : TypeOf(marked).Substring(1);

    /// <summary>Importing a namespace is harmless where the method's text names none of its types, or means exactly those.</summary>
    private static bool CanImport(ReadingContext context, string name, INamespaceSymbol space, int place, IReadOnlyCollection<string> taken)
    {
        foreach (var word in taken)
        {
            var types = space.GetTypeMembers(word);
            if (types.Length == 0 || IsPlain(context, word)) continue;
            foreach (var arity in types.Select(type => type.Arity).Distinct())
            {
                var found = Meaning(context, word, arity, place);
                if (found.CandidateReason == CandidateReason.Ambiguous) return false;
                if (found.Symbol is { } symbol && !(symbol.ContainingSymbol is INamespaceSymbol owner && owner.ToDisplayString(Plain) == name))
                    return false;
            }
        }

        return true;
    }

    /// <param name="context">The model.</param>
    /// <param name="marked">The type.</param>
    /// <param name="place">Where in the file its name is looked up.</param>
    /// <param name="imports">Namespaces that the generated file imports.</param>
    /// <param name="hiders">For a type that stands in expressions: names of the method, which come before types there.</param>
    private static bool IsShort(
        ReadingContext context, string marked, int place, IReadOnlyCollection<string> imports, IReadOnlyCollection<string>? hiders)
    {
        var full = marked.Substring(1);
        var name = full.Substring(full.LastIndexOf('.') + 1);
        if (GeneratedNames.Members.Contains(name)) return false;
        var isPlain = IsPlain(context, name);
        var isImported = imports.Contains(NamespaceOf(marked));
        if (!isPlain || !isImported)
        {
            var found = Meaning(context, name, Types.ArityOf(marked), place);
            if (found.CandidateReason == CandidateReason.Ambiguous) return false;
            if (found.Symbol is { } symbol ? symbol.ToDisplayString(Plain) != full : !isImported) return false;
        }

        return hiders is null || (!hiders.Contains(name) && IsTypeInExpressions(context, name, full, place, isImported));
    }

    /// <summary>What a name means as a type. It is bound, since a search would go through all that is in scope.</summary>
    private static SymbolInfo Meaning(ReadingContext context, string name, int arity, int place)
    {
        SimpleNameSyntax type = arity == 0 ? SyntaxFactory.IdentifierName(name)
            : SyntaxFactory.GenericName(name).AddTypeArgumentListArguments([.. Enumerable.Repeat(AnyType, arity)]);
        return context.Semantics.GetSpeculativeSymbolInfo(place, type, SpeculativeBindingOption.BindAsTypeOrNamespace);
    }

    /// <summary>Whether a name that begins an expression is the type.</summary>
    private static bool IsTypeInExpressions(ReadingContext context, string name, string full, int place, bool isImported)
    {
        var found = context.Semantics.GetSpeculativeSymbolInfo(
            place, SyntaxFactory.IdentifierName(name), SpeculativeBindingOption.BindAsExpression);
        if (found.Symbol is not null) return found.Symbol.ToDisplayString(Plain) == full;
        return found.CandidateSymbols.Length == 0 && isImported;
    }
}
