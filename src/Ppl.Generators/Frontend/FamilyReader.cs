using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads a site's family and its closed-form divergence from attributes: the generator knows no family by name.</summary>
internal sealed class FamilyReader(ReadingContext context)
{
    /// <summary>The guide's family where none can be read, as most latents have it.</summary>
    private const string UsualGuide = "global::Ppl.Distributions.Normal";

    private static readonly string[] Mapped =
        ["Positive", "NonNegative", "UnitInterval", "Simplex", "LowerCholesky", "PositiveDefinite", "Bounded"];

    private static readonly SymbolDisplayFormat FullName = SymbolDisplayFormat.FullyQualifiedFormat;

    private readonly ClosedFormRule closedForms = new(context.Known);

    /// <summary>The family of a distribution expression, by its static type; reports what makes it unfit for its site.</summary>
    public (FamilySpec Family, DivergenceSpec? Divergence) Read(ExpressionSyntax distribution, bool isLatent, string site)
    {
        var type = context.TypeOf(distribution);
        if (type is null or IErrorTypeSymbol) return (FamilySpec.Unknown, null);
        if (context.Known.FamilyOf(type) is not { } family)
        {
            // An observed site needs only LogDensity; a latent needs a family for its guide.
            if (isLatent) context.Report(Rules.UnknownFamily, distribution, site, type.Name);
            return (FamilySpec.Unknown with { Type = type.ToDisplayString(FullName), Name = type.Name }, null);
        }

        var head = HeadOf(family);
        var guide = head is null ? null : GuideTypeOf(head);
        var isOwn = guide is not null && !SymbolEqualityComparer.Default.Equals(HeadOf(guide), head);
        var spec = new FamilySpec(
            family.ToDisplayString(FullName), family.Name, guide?.ToDisplayString(FullName) ?? "", guide?.Name ?? "?",
            isOwn ? head!.ToDisplayString(FullName) : "");
        if (!isLatent) return (spec, null);
        Check(distribution, site, family, guide);
        return (spec, guide is null ? null : Divergence(guide, family));
    }

    /// <summary>
    /// The type of a latent's distribution in the guide, and whether all may see it, also where the model's distribution has an error: by what of it
    /// has a type.
    /// </summary>
    public (string Type, bool IsPublic) GuideTypeOf(ExpressionSyntax distribution)
    {
        for (var part = distribution; part is not null; part = PartOf(part))
        {
            var type = context.TypeOf(part) is { TypeKind: not TypeKind.Error } known ? known : NamedLike(part);
            if (context.Known.FamilyOf(type) is { } family && HeadOf(family) is { } head && GuideTypeOf(head) is { } guide
                && KnownSymbols.DerivesFrom(guide, context.Known.Distribution) && VisibilityOf(guide) is var visible
                && visible > Accessibility.Private)
                return (guide.ToDisplayString(FullName), visible == Accessibility.Public);
        }

        return (UsualGuide, true);
    }

    /// <summary>Public, internal, or private where less than the whole assembly may name a type.</summary>
    private static Accessibility VisibilityOf(ITypeSymbol type)
    {
        var visible = Accessibility.Public;
        for (var current = type; current is not null; current = current.ContainingType)
        {
            var own = current.DeclaredAccessibility switch
            {
                Accessibility.Public => Accessibility.Public,
                Accessibility.Internal or Accessibility.ProtectedOrInternal => Accessibility.Internal,
                _ => Accessibility.Private,
            };
            if (own < visible) visible = own;
            foreach (var argument in (current as INamedTypeSymbol)?.TypeArguments.Where(a => a.TypeKind != TypeKind.TypeParameter) ?? [])
                if (VisibilityOf(argument) is var inner && inner < visible) visible = inner;
        }

        return visible;
    }

    /// <summary>What an expression goes on from: <c>Normal(0, 1)</c> of <c>Normal(0, 1).Expand(2)</c>.</summary>
    private static ExpressionSyntax? PartOf(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Expression,
        MemberAccessExpressionSyntax access => access.Expression,
        ParenthesizedExpressionSyntax inner => inner.Expression,
        PostfixUnaryExpressionSyntax postfix => postfix.Operand,
        _ => null,
    };

    /// <summary>The family of a call that means nothing where it stands, such as in a class whose base is misspelled.</summary>
    private INamedTypeSymbol? NamedLike(ExpressionSyntax expression) =>
        expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax name }
        ? context.Known.Distribution?.ContainingNamespace.GetTypeMembers(name.Identifier.ValueText).FirstOrDefault() : null;

    private void Check(ExpressionSyntax distribution, string site, INamedTypeSymbol family, INamedTypeSymbol? guide)
    {
        if (Has(family, "Point")) context.Report(Rules.PointLatent, distribution, site, family.Name);
        else if (Has(family, "Inherited")) context.Report(Rules.InheritedFamily, distribution, site, family.Name);
        else if (guide is null && !MapsFromReals(family)) context.Report(Rules.FamilyWithoutHead, distribution, site, family.Name);
        else if (guide is null) return;

        // The gradient runs along the guide's draw: whether the model's own draws have one does not matter.
        else if (!IsReparameterized(guide)) context.Report(Rules.NotReparameterized, distribution, site, guide.Name);
        else if (new[] { guide, HeadOf(family)! }.FirstOrDefault(t => VisibilityOf(t) == Accessibility.Private) is { } hidden)
            context.Report(Rules.PrivateGuideFamily, distribution, site, hidden.Name);
    }

    private INamedTypeSymbol? HeadOf(INamedTypeSymbol family) =>
        context.Known.FamilyAttributeOf(family)?.NamedArguments.FirstOrDefault(a => a.Key == "Head").Value.Value as INamedTypeSymbol;

    private bool IsReparameterized(INamedTypeSymbol family) =>
        context.Known.FamilyAttributeOf(family)?.NamedArguments.Any(a => a is { Key: "Reparameterized", Value.Value: true }) ?? false;

    /// <summary>Whether the family's support is the member of the enumeration with this name.</summary>
    private bool Has(INamedTypeSymbol family, string support) =>
        context.Known.FamilyAttributeOf(family)!.ConstructorArguments is [{ Type: INamedTypeSymbol supports, Value: { } value }]
        && supports.GetMembers(support).OfType<IFieldSymbol>().Any(f => Equals(f.ConstantValue, value));

    /// <summary>Whether a guide over the reals reaches the support by a map, so that the family needs no head.</summary>
    private bool MapsFromReals(INamedTypeSymbol family) => Mapped.Any(support => Has(family, support));

    private INamedTypeSymbol? GuideTypeOf(INamedTypeSymbol head)
    {
        for (var current = head; current is not null; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, context.Known.Head))
                return current.TypeArguments[0] as INamedTypeSymbol;
        return null;
    }

    private DivergenceSpec? Divergence(INamedTypeSymbol guide, INamedTypeSymbol model) =>
        closedForms.Find(guide, model, context.Method.ContainingType) is not { } method ? null
            : new DivergenceSpec($"{method.ContainingType.ToDisplayString(FullName)}.{method.Name}", $"{guide.Name} || {model.Name}");
}
