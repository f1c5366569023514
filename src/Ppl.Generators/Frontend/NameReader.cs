using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Chooses the names of the members that are generated into the model's class. Those that users see are documented and fixed; the others step aside
/// for whatever the class's text and its bases have, so that no name of the user's comes to mean something else.
/// </summary>
internal sealed class NameReader
{
    private readonly ReadingContext context;
    private readonly INamedTypeSymbol type;
    private readonly HashSet<string> taken;
    private readonly bool namesMembers;

    /// <param name="context">The model.</param>
    /// <param name="syntax">Its method.</param>
    /// <param name="names">The names that the method's text has.</param>
    public NameReader(ReadingContext context, MethodDeclarationSyntax syntax, IEnumerable<string> names)
    {
        this.context = context;
        type = context.Method.ContainingType;
        taken = [.. names];
        namesMembers = taken.Overlaps(GeneratedNames.Members);
        taken.UnionWith(GeneratedNames.Members);
        foreach (var declaration in context.SourceOf(type).Where(d => IsOwn(d.SyntaxTree)))
        {
            foreach (var token in declaration.DescendantTokens(node => node != syntax))
                if (token.IsKind(SyntaxKind.IdentifierToken)) taken.Add(token.ValueText);
        }
    }

    /// <summary>The names; reports those of the user's that have to be others.</summary>
    /// <param name="syntax">The model's method.</param>
    /// <param name="lengths">How many lengths its loops have.</param>
    public MemberNames Read(MethodDeclarationSyntax syntax, int lengths)
    {
        if (context.IsSubmodel) return OfSubmodel(lengths);
        var clashes = Clashes(syntax).ToList();
        foreach (var (place, name) in clashes) context.Report(Rules.CollidingName, place, name, $"a member generated for {type.Name}");
        CheckTypes(syntax);
        bool IsFree(string name) => clashes.All(c => c.Name != name);
        return new MemberNames
        {
            Guide = IsFree(GeneratedNames.Guide) ? GeneratedNames.Guide : Aside(GeneratedNames.Guide),
            Latents = IsFree(GeneratedNames.Latents) ? GeneratedNames.Latents : Aside(GeneratedNames.Latents),
            Joint = IsFree(GeneratedNames.Joint) ? GeneratedNames.Joint : Aside(GeneratedNames.Joint),
            Interventions = IsFree(GeneratedNames.Interventions) ? GeneratedNames.Interventions : Aside(GeneratedNames.Interventions),
            Sites = Aside("Sites"),
            Plates = Aside("Plates"),
            Run = Aside("Run"),
            Flat = Aside("Flat"),
            Named = Aside("Named"),
            Mask = "",
            LoopLengths = Enumerable.Range(0, lengths).Select(_ => Aside("LoopLength")).ToEquatable(),
            Omitted = GeneratedNames.Members.Where(m => !IsFree(m)).ToEquatable(),
        };
    }

    /// <summary>Those of a submodel, which has no members for users: what its callers call.</summary>
    private MemberNames OfSubmodel(int lengths) => new()
    {
        Guide = GeneratedNames.Guide,
        Latents = GeneratedNames.Latents,
        Joint = GeneratedNames.Joint,
        Interventions = GeneratedNames.Interventions,
        Sites = Aside($"{context.Method.Name}Sites"),
        Plates = "",
        Run = Aside($"Run{context.Method.Name}"),
        Flat = "",
        Named = "",
        Mask = Aside($"Mask{context.Method.Name}"),
        LoopLengths = Enumerable.Range(0, lengths).Select(_ => Aside($"{context.Method.Name}Length")).ToEquatable(),
        Omitted = EquatableArray<string>.Empty,
    };

    private string Aside(string wanted)
    {
        var name = wanted;
        for (var i = 2; !taken.Add(name) || Inherited(name) is not null; i++) name = $"{wanted}_{i}";
        return name;
    }

    /// <summary>
    /// Members of the class and of the user's classes above it, and the class's own name, that are called like a documented member.
    /// </summary>
    private IEnumerable<(Location Place, string Name)> Clashes(MethodDeclarationSyntax syntax)
    {
        var identifier = syntax.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.GetLocation() ?? syntax.Identifier.GetLocation();
        if (GeneratedNames.Members.Contains(type.Name)) yield return (identifier, type.Name);
        foreach (var name in GeneratedNames.Members)
        {
            var own = type.GetMembers(name).Concat(type.TypeParameters.Where(p => p.Name == name))
                .FirstOrDefault(m => m.DeclaringSyntaxReferences.Any(r => IsOwn(r.SyntaxTree)));
            if (own is not null) yield return (own.Locations.FirstOrDefault(l => l.SourceTree == syntax.SyntaxTree) ?? identifier, name);
            else if (!IsBelowModel && Inherited(name) is not null) yield return (identifier, name);
        }
    }

    /// <summary>A model above this one has all these members already, which is reported by a rule of its own.</summary>
    private bool IsBelowModel => ShapeRules.ModelAbove(type, context.Known) is not null;

    private ISymbol? Inherited(string name)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
            if (current.GetMembers(name).FirstOrDefault(m => m.DeclaredAccessibility != Accessibility.Private) is { } member) return member;
        return null;
    }

    /// <summary>A type of a documented name means the generated one wherever the class's text names it.</summary>
    private void CheckTypes(MethodDeclarationSyntax syntax)
    {
        if (!namesMembers) return;
        foreach (var name in syntax.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Where(n => GeneratedNames.Members.Contains(n.Identifier.ValueText)))
        {
            var isQualified = (name.Parent is MemberAccessExpressionSyntax access && access.Name == name)
                || (name.Parent is QualifiedNameSyntax full && full.Right == name);
            if (!isQualified && context.SymbolOf(name) is INamedTypeSymbol found
                && !SymbolEqualityComparer.Default.Equals(found.ContainingType, type))
                context.Report(Rules.CollidingName, name, name.Identifier.ValueText, $"a member generated for {type.Name}");
        }
    }

    /// <summary>Whether the user wrote a file: an analyzer, unlike the generator, sees the generated half of the class too.</summary>
    private static bool IsOwn(SyntaxTree tree) => !tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal);
}
