using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Finds which types emitted code may call by their short names: readable code must not be able to mean something else.</summary>
internal sealed class ShortNameReader
{
    private static readonly TypeSyntax AnyType = SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.ObjectKeyword));

    private readonly ReadingContext context;
    private readonly IReadOnlyCollection<string> taken;
    private readonly int place;
    private readonly NamesInScope scope;

    private ShortNameReader(ReadingContext context, MethodDeclarationSyntax syntax, IReadOnlyCollection<string> taken)
    {
        (this.context, this.taken) = (context, taken);
        place = syntax.Body?.OpenBraceToken.Span.End ?? syntax.SpanStart;
        scope = new NamesInScope(context.Method, context.Semantics, place);
    }

    /// <param name="context">The model.</param>
    /// <param name="syntax">Its method.</param>
    /// <param name="taken">The names that the method's text has.</param>
    public static (IReadOnlyList<string> Imports, IReadOnlyList<string> ShortNames) Read(
        ReadingContext context, MethodDeclarationSyntax syntax, IReadOnlyCollection<string> taken)
    {
        var reader = new ShortNameReader(context, syntax, taken);
        var imports = context.Known.Importable.Where(space => reader.CanImport(space.Key, space.Value)).Select(space => space.Key).ToList();
        var names = Types.All.Where(marked => reader.IsShort(marked, imports)).ToList();
        return (imports.Where(i => names.Any(n => NamespaceOf(n) == i)).ToList(), names);
    }

    /// <summary>Whether a type's name can mean nothing else at the model's place.</summary>
    private bool IsPlain(string name) => context.Known.Plain.Contains(name) && !IsTypeParameter(name);

    private bool IsTypeParameter(string name)
    {
        for (var type = context.Method.ContainingType; type is not null; type = type.ContainingType)
            if (type.TypeParameters.Any(p => p.Name == name)) return true;
        return context.Method.TypeParameters.Any(p => p.Name == name);
    }

    private static string TypeOf(string method) => method.Substring(0, method.LastIndexOf('.'));

    /// <summary>The namespace of a marked type; empty for one that stands in none.</summary>
    private static string NamespaceOf(string marked) => marked.IndexOf('.') < 0 ? "" : TypeOf(marked).Substring(1);

    /// <summary>Importing a namespace is harmless where the method's text names none of its types, or means exactly those.</summary>
    private bool CanImport(string name, INamespaceSymbol space)
    {
        foreach (var word in taken)
        {
            var types = space.GetTypeMembers(word);
            if (types.IsEmpty || IsPlain(word)) continue;
            foreach (var arity in types.Select(type => type.Arity).Distinct())
            {
                var found = Meaning(word, arity);
                if (found.CandidateReason == CandidateReason.Ambiguous) return false;
                if (found.Symbol is { } symbol && !(symbol.ContainingSymbol is INamespaceSymbol owner && IsNamed(owner, name))) return false;
            }
        }

        return true;
    }

    /// <param name="marked">The type.</param>
    /// <param name="imports">Namespaces that the generated file imports.</param>
    private bool IsShort(string marked, IReadOnlyCollection<string> imports)
    {
        var full = marked.Substring(1);
        var name = full.Substring(full.LastIndexOf('.') + 1);
        if (GeneratedNames.Members.Contains(name)) return false;
        var isPlain = IsPlain(name);
        var isImported = imports.Contains(NamespaceOf(marked));
        if (!isPlain || !isImported)
        {
            var found = Meaning(name, Types.ArityOf(marked));
            if (found.CandidateReason == CandidateReason.Ambiguous) return false;
            if (found.Symbol is { } symbol ? !IsNamed(symbol, full) : !isImported) return false;
        }

        // Names of the method come before types where an expression begins.
        return !Types.InExpressions.Contains(marked) || (!taken.Contains(name) && IsTypeInExpressions(name, full, isImported));
    }

    /// <summary>What a name means as a type. It is bound, since a search would go through all that is in scope.</summary>
    private SymbolInfo Meaning(string name, int arity)
    {
        if (!scope.MayHave(name)) return default;
        SimpleNameSyntax type = arity == 0 ? SyntaxFactory.IdentifierName(name)
            : SyntaxFactory.GenericName(name).AddTypeArgumentListArguments([.. Enumerable.Repeat(AnyType, arity)]);
        return context.Semantics.GetSpeculativeSymbolInfo(place, type, SpeculativeBindingOption.BindAsTypeOrNamespace);
    }

    /// <summary>Whether a name that begins an expression is the type.</summary>
    private bool IsTypeInExpressions(string name, string full, bool isImported)
    {
        var found = context.Semantics.GetSpeculativeSymbolInfo(
            place, SyntaxFactory.IdentifierName(name), SpeculativeBindingOption.BindAsExpression);
        if (found.Symbol is not null) return IsNamed(found.Symbol, full);
        return found.CandidateSymbols.Length == 0 && isImported;
    }

    /// <summary>Whether a type or namespace has a full name.</summary>
    private static bool IsNamed(ISymbol symbol, string full)
    {
        var end = full.Length;
        for (var part = symbol; part is INamespaceOrTypeSymbol; part = part.ContainingSymbol)
        {
            var start = end - part.Name.Length;
            if (start < 0 || string.CompareOrdinal(full, start, part.Name, 0, part.Name.Length) != 0) return false;
            if (start == 0) return part.ContainingSymbol is INamespaceSymbol { IsGlobalNamespace: true };
            if (full[start - 1] != '.') return false;
            end = start - 1;
        }

        return false;
    }
}
