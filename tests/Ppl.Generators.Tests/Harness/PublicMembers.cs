using Microsoft.CodeAnalysis;

namespace Ppl.Generators.Tests.Harness;

/// <summary>What others see of a model's class: every public and protected member of the generated half, letter by letter.</summary>
internal static class PublicMembers
{
    private static readonly SymbolDisplayFormat Everything = new(
        SymbolDisplayGlobalNamespaceStyle.Included,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.Default,
        SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeModifiers | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeOptionalBrackets,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.None,
        SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeMemberKeyword,
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>An override is called by the names of what it overrides; its own are nobody's business.</summary>
    private static readonly SymbolDisplayFormat Unnamed = Everything.RemoveParameterOptions(SymbolDisplayParameterOptions.IncludeName);

    /// <summary>The members, one a line, sorted: no order of declarations is anybody's business.</summary>
    public static string Of(GeneratorRun run)
    {
        var tree = run.Output.SyntaxTrees.Single(IsGenerated);
        var model = Types(run.Output.Assembly.GlobalNamespace).Single(t => t.Interfaces.Any(i => i.Name == "IGeneratedModel")
            && t.DeclaringSyntaxReferences.Any(r => r.SyntaxTree == tree));
        var lines = Members(model, tree).SelectMany(Describe).Order(StringComparer.Ordinal);
        return string.Join("\n", [.. model.Interfaces.Select(i => i.ToDisplayString(Everything)), .. lines]);
    }

    public static bool IsGenerated(SyntaxTree tree) => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal);

    private static IEnumerable<string> Describe(ISymbol member)
    {
        yield return member.ToDisplayString(member.IsOverride ? Unnamed : Everything);
        if (member is INamedTypeSymbol { BaseType: { } above } type)
            yield return $"{type.ToDisplayString(Everything)} : {above.ToDisplayString(Everything)} {string.Join(", ", type.Interfaces.Select(i => i.ToDisplayString(Everything)))}";
    }

    private static IEnumerable<ISymbol> Members(INamedTypeSymbol type, SyntaxTree tree) => type.GetMembers()
        .Where(m => m.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal)
        .Where(m => m.Locations.Any(l => l.SourceTree == tree) || m.IsImplicitlyDeclared)
        .Where(m => !m.IsImplicitlyDeclared || type.IsRecord)
        .SelectMany(m => m is INamedTypeSymbol inner ? Members(inner, tree).Prepend(inner) : [m]);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol space) => space.GetMembers().SelectMany<ISymbol, INamedTypeSymbol>(
        m => m is INamedTypeSymbol type ? Types(type).Prepend(type) : m is INamespaceSymbol inner ? Types(inner) : []);
}
