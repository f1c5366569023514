using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads a site's family and its closed-form divergence from attributes: the generator knows no family by name.</summary>
internal sealed class FamilyReader(ReadingContext context)
{
    private const string Point = "Point";

    /// <summary>The guide's family where none can be read, as most latents have it.</summary>
    private const string UsualGuide = "global::Ppl.Distributions.Normal";

    private static readonly SymbolDisplayFormat FullName = SymbolDisplayFormat.FullyQualifiedFormat;

    /// <summary>The family of a distribution expression, by its static type; reports what makes it unfit for its site.</summary>
    public (FamilySpec Family, DivergenceSpec? Divergence) Read(ExpressionSyntax distribution, bool isLatent, string site)
    {
        var type = context.TypeOf(distribution);
        if (type is null or IErrorTypeSymbol) return (FamilySpec.Unknown, null);
        if (FamilyTypeOf(type) is not { } family)
        {
            // An observed site needs only LogDensity; a latent needs a family for its guide.
            if (isLatent) context.Report(Rules.UnknownFamily, distribution, site, type.Name);
            return (new FamilySpec(type.ToDisplayString(FullName), type.Name, true, "", "", "?"), null);
        }

        var attribute = AttributeOf(family)!;
        var reparameterized = attribute.NamedArguments.Any(a => a is { Key: "Reparameterized", Value.Value: true });
        var head = HeadOf(family);
        var guide = head is null ? null : GuideTypeOf(head);
        var spec = new FamilySpec(
            family.ToDisplayString(FullName), family.Name, reparameterized, head?.ToDisplayString(FullName) ?? "",
            guide?.ToDisplayString(FullName) ?? "", guide?.Name ?? "?");
        if (!isLatent) return (spec, null);
        if (IsPoint(attribute)) context.Report(Rules.PointLatent, distribution, site, family.Name);
        else if (!reparameterized) context.Report(Rules.NotReparameterized, distribution, site, family.Name);
        else if (guide is null) context.Report(Rules.FamilyWithoutHead, distribution, site, family.Name);
        else if (VisibilityOf(guide) == Accessibility.Private) context.Report(Rules.PrivateGuideFamily, distribution, site, guide.Name);
        return (spec, guide is null ? null : Divergence(guide, type));
    }

    /// <summary>
    /// The type of a latent's distribution in the guide, and whether all may see it, also where the model's distribution has an error: by what of it has a type.
    /// </summary>
    public (string Type, bool IsPublic) GuideTypeOf(ExpressionSyntax distribution)
    {
        for (var part = distribution; part is not null; part = PartOf(part))
        {
            var type = context.TypeOf(part) is { TypeKind: not TypeKind.Error } known ? known : NamedLike(part);
            if (type is not null && FamilyTypeOf(type) is { } family && HeadOf(family) is { } head && GuideTypeOf(head) is { } guide
                && KnownSymbols.DerivesFrom(guide, context.Known.Distribution) && VisibilityOf(guide) is var visible && visible > Accessibility.Private)
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
    private INamedTypeSymbol? NamedLike(ExpressionSyntax expression) => expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax name }
        ? context.Known.Distribution?.ContainingNamespace.GetTypeMembers(name.Identifier.ValueText).FirstOrDefault() : null;

    private INamedTypeSymbol? HeadOf(INamedTypeSymbol family) =>
        AttributeOf(family)!.NamedArguments.FirstOrDefault(a => a.Key == "Head").Value.Value as INamedTypeSymbol;

    private INamedTypeSymbol? FamilyTypeOf(ITypeSymbol type)
    {
        for (var current = type as INamedTypeSymbol; current is not null; current = current.BaseType)
            if (AttributeOf(current) is not null) return current;
        return null;
    }

    private AttributeData? AttributeOf(INamedTypeSymbol type) =>
        type.GetAttributes().FirstOrDefault(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, context.Known.FamilyAttribute));

    private static bool IsPoint(AttributeData attribute) => attribute.ConstructorArguments is [{ Type: INamedTypeSymbol support, Value: { } value }]
        && support.GetMembers(Point).OfType<IFieldSymbol>().Any(f => Equals(f.ConstantValue, value));

    private ITypeSymbol? GuideTypeOf(INamedTypeSymbol head)
    {
        for (var current = head; current is not null; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, context.Known.Head)) return current.TypeArguments[0];
        return null;
    }

    /// <summary>
    /// The method marked [ClosedFormKl] for KL(guide || model), looked for in Ppl.Core's Divergence, in the two families' own types and in the model's class:
    /// four places that are cheap to read on every edit.
    /// </summary>
    private DivergenceSpec? Divergence(ITypeSymbol guide, ITypeSymbol model)
    {
        var places = new[] { context.Known.Divergence, guide as INamedTypeSymbol, model as INamedTypeSymbol, context.Method.ContainingType };
        var method = places.Where(p => p is not null).Distinct<INamedTypeSymbol?>(SymbolEqualityComparer.Default).SelectMany(p => p!.GetMembers())
            .OfType<IMethodSymbol>().Where(m => IsClosedForm(m) && Takes(m, guide, model))
            .OrderByDescending(m => SymbolEqualityComparer.Default.Equals(m.Parameters[1].Type, model)).FirstOrDefault();
        return method is null ? null : new DivergenceSpec(
            $"{method.ContainingType.ToDisplayString(FullName)}.{method.Name}", $"{method.Parameters[0].Type.Name} || {method.Parameters[1].Type.Name}");
    }

    private bool IsClosedForm(IMethodSymbol method) => method is { IsStatic: true, Parameters.Length: 2 }
        && method.GetAttributes().Any(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, context.Known.ClosedFormKlAttribute));

    private static bool Takes(IMethodSymbol method, ITypeSymbol guide, ITypeSymbol model) =>
        KnownSymbols.DerivesFrom(guide, method.Parameters[0].Type as INamedTypeSymbol) && KnownSymbols.DerivesFrom(model, method.Parameters[1].Type as INamedTypeSymbol);
}
