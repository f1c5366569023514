using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Ppl.Generators.Frontend;

/// <summary>The types of Ppl.Core and TorchSharp that the frontend asks for, by metadata name: the only place that knows these names.</summary>
internal sealed class KnownSymbols(Compilation compilation)
{
    public const string ModelAttribute = "Ppl.ModelAttribute";

    private static readonly ConditionalWeakTable<Compilation, KnownSymbols> Cache = new();

    private readonly ConcurrentDictionary<ITypeSymbol, INamedTypeSymbol?> families = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<INamedTypeSymbol, AttributeData?> attributes = new(SymbolEqualityComparer.Default);
    private ISet<string>? plain;

    /// <summary>Namespaces that generated files may import.</summary>
    public IReadOnlyDictionary<string, INamespaceSymbol> Importable { get; } = new[]
    {
        "Ppl", "Ppl.Contracts", "Ppl.Distributions", "Ppl.Divergences", "Ppl.Networks", "System.Collections.Generic",
    }.Select(name => (Name: name, Symbol: Namespace(compilation, name))).Where(n => n.Symbol is not null).ToDictionary(n => n.Name, n => n.Symbol!);

    /// <summary>The submodels that have been read, each for all that call it.</summary>
    public ConcurrentDictionary<IMethodSymbol, Parsed> Submodels { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>Types of the language whose names can mean nothing else anywhere; see <see cref="PlainNames"/>.</summary>
    public ISet<string> Plain => plain ??= GenerativeModel is { ContainingAssembly: var library } ? PlainNames.Of(compilation, library)
        : new HashSet<string>();

    /// <summary>The symbols of a compilation, looked up once for all its models.</summary>
    public static KnownSymbols Of(Compilation compilation) => Cache.GetValue(compilation, static c => new KnownSymbols(c));

    private static INamespaceSymbol? Namespace(Compilation compilation, string name)
    {
        INamespaceSymbol? space = compilation.GlobalNamespace;
        foreach (var part in name.Split('.')) space = space?.GetMembers(part).OfType<INamespaceSymbol>().FirstOrDefault();
        return space;
    }

    /// <summary>
    /// A symbol's declarations in this project. An editor has the text of referenced projects as well, of which a build knows the assemblies alone:
    /// what the compiler says must be the same in both.
    /// </summary>
    public IEnumerable<SyntaxNode> SourceOf(ISymbol symbol) =>
        symbol.DeclaringSyntaxReferences.Where(r => compilation.ContainsSyntaxTree(r.SyntaxTree)).Select(r => r.GetSyntax());

    public INamedTypeSymbol? GenerativeModel { get; } = compilation.GetTypeByMetadataName("Ppl.GenerativeModel");

    public INamedTypeSymbol? Guide { get; } = compilation.GetTypeByMetadataName("Ppl.Guide");

    public INamedTypeSymbol? Draws { get; } = compilation.GetTypeByMetadataName("Ppl.Contracts.Draws");

    public INamedTypeSymbol? Distribution { get; } = compilation.GetTypeByMetadataName("Ppl.Distributions.Distribution");

    public INamedTypeSymbol? Tensor { get; } = compilation.GetTypeByMetadataName("TorchSharp.torch+Tensor");

    public INamedTypeSymbol? Module { get; } = compilation.GetTypeByMetadataName("TorchSharp.torch+nn+Module");

    public INamedTypeSymbol? Parameter { get; } = compilation.GetTypeByMetadataName("TorchSharp.Modules.Parameter");

    public INamedTypeSymbol? FamilyAttribute { get; } = compilation.GetTypeByMetadataName("Ppl.Distributions.FamilyAttribute");

    public INamedTypeSymbol? Head { get; } = compilation.GetTypeByMetadataName("Ppl.Networks.Head`1");

    public INamedTypeSymbol? ClosedFormKlAttribute { get; } = compilation.GetTypeByMetadataName("Ppl.Divergences.ClosedFormKlAttribute");

    public INamedTypeSymbol? Divergence { get; } = compilation.GetTypeByMetadataName("Ppl.Divergences.Divergence");

    /// <summary>The class with the [Family] attribute: a class without one is of the family of its base.</summary>
    public INamedTypeSymbol? FamilyOf(ITypeSymbol? type) => type is null ? null : families.GetOrAdd(type, FindFamily);

    private INamedTypeSymbol? FindFamily(ITypeSymbol type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
            if (FamilyAttributeOf(current) is not null) return current;
        return null;
    }

    public AttributeData? FamilyAttributeOf(INamedTypeSymbol type) => attributes.GetOrAdd(type, FindFamilyAttribute);

    private AttributeData? FindFamilyAttribute(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, FamilyAttribute));

    public bool IsTensor(ITypeSymbol? type) => type is not null && SymbolEqualityComparer.Default.Equals(type, Tensor);

    public bool IsModel(ITypeSymbol? type) => DerivesFrom(type, GenerativeModel);

    public static bool DerivesFrom(ITypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        for (var current = type; current is not null; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current, ancestor)) return true;
        return false;
    }

    /// <summary>
    /// The word of the language that a call is, by its name: <c>Sample</c>, <c>Observe</c>, <c>Factor</c>, <c>Deterministic</c> or <c>Plate</c>; else
    /// null.
    /// </summary>
    public static string? WordOf(InvocationExpressionSyntax call)
    {
        var name = call.Expression switch
        {
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => null,
        };
        return name is "Sample" or "Observe" or "Factor" or "Deterministic" or "Plate" ? name : null;
    }

    /// <summary>Whether what a call is bound to is a method of the language.</summary>
    public bool IsOfLanguage(SymbolInfo called) => (called.Symbol ?? called.CandidateSymbols.FirstOrDefault()) is IMethodSymbol method
        && SymbolEqualityComparer.Default.Equals(method.ContainingType, GenerativeModel);

    /// <summary>The [Model] attribute of a method; null where it has none.</summary>
    public static AttributeData? ModelAttributeOf(IMethodSymbol method) => method.GetAttributes().FirstOrDefault(
        a => a.AttributeClass is { Name: "ModelAttribute" } type && type.ToDisplayString() == ModelAttribute);
}
