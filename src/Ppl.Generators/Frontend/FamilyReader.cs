using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>Reads a site's family and its closed-form divergence from attributes: the generator knows no family by name.</summary>
internal sealed class FamilyReader(ReadingContext context)
{
    /// <summary>Supports that a guide over the reals reaches by a map, so that a family over them needs no head.</summary>
    private static readonly string[] Mapped =
    [
        "Positive", "NonNegative", "UnitInterval", "Simplex", "LowerCholesky", "PositiveDefinite", "RealVector", "RealMatrix", "ZeroSum",
        "CorrelationCholesky", "Bounded",
    ];

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
            isOwn ? head!.ToDisplayString(FullName) : "")
        {
            IsBuiltIn = IsBuiltIn(family) && (guide is null || IsBuiltIn(guide)),
        };
        if (!isLatent) return (spec, null);
        Check(distribution, site, family, guide);
        return (spec, guide is null ? null : Divergence(guide, family));
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

    private void Check(ExpressionSyntax distribution, string site, INamedTypeSymbol family, INamedTypeSymbol? guide)
    {
        if (Has(family, "Point")) context.Report(Rules.PointLatent, distribution, site, family.Name);
        else if (Has(family, "Inherited") && !Says(family, "IsForLatents"))
            context.Report(Rules.InheritedFamily, distribution, site, family.Name, InPlaceOf(family.Name));
        else if (Has(family, "Inherited"))
        {
            // A component that is no distribution of real numbers; the categorical says which one is drawn. Parts held in locals are looked at when
            // the guide is sized.
            if (PartsOf(distribution).FirstOrDefault(part => !IsContinuous(part)) is { } discrete)
                context.Report(Rules.FamilyWithoutHead, distribution, site, discrete.Name);
        }
        else if (guide is null && !Mapped.Any(support => Has(family, support)))
            context.Report(Rules.FamilyWithoutHead, distribution, site, family.Name);
        else if (guide is null) return;

        // The gradient runs along the guide's draw: whether the model's own draws have one does not matter.
        else if (!IsReparameterized(guide)) context.Report(Rules.NotReparameterized, distribution, site, guide.Name);
        else if (new[] { guide, HeadOf(family)! }.FirstOrDefault(t => VisibilityOf(t) == Accessibility.Private) is { } hidden)
            context.Report(Rules.PrivateGuideFamily, distribution, site, hidden.Name);
    }

    /// <summary>The families that a call is given, without categorical ones: Normal of <c>MixtureSameFamily(w, Normal(m, s)).Expand(2)</c>.</summary>
    private IEnumerable<INamedTypeSymbol> PartsOf(ExpressionSyntax distribution)
    {
        while ((distribution as InvocationExpressionSyntax)?.Expression is MemberAccessExpressionSyntax { Expression: InvocationExpressionSyntax of })
            distribution = of;
        return (distribution as InvocationExpressionSyntax)?.ArgumentList.Arguments
            .Select(argument => context.TypeOf(argument.Expression) is { } type ? context.Known.FamilyOf(type) : null)
            .OfType<INamedTypeSymbol>().Where(family => !Has(family, "Categories")) ?? [];
    }

    private bool IsContinuous(INamedTypeSymbol family) =>
        Has(family, "Real") || Has(family, "Inherited") || Mapped.Any(support => Has(family, support));

    /// <summary>What to write in place of a latent that is drawn from a wrapper.</summary>
    private static string InPlaceOf(string wrapper) => wrapper switch
    {
        "Independent" => "Draw from the distribution inside: the log-density of a site is summed over its event anyway",
        "Reshaped" or "Transformed" => "Draw from the distribution inside, and call 'reshape' or the function on what 'Sample' gives",
        "Masked" => "Draw from the distribution inside, and say by 'where:' which observations count",
        "Censored" => "Draw from the distribution inside, and observe the censored data from 'Censored'",
        "HiddenMarkov" => "It sums its states out: observe the series from it, and draw its parameters",
        "ZeroInflated" or "Hurdle" => "Its counts are discrete, and no latents: observe from it, and draw its parameters",
        _ => "Draw from the distribution inside, and do the rest with the draw; or name the support of its values in its attribute [Family]",
    };

    private bool IsBuiltIn(INamedTypeSymbol family) =>
        SymbolEqualityComparer.Default.Equals(family.ContainingAssembly, context.Known.Distribution?.ContainingAssembly);

    private INamedTypeSymbol? HeadOf(INamedTypeSymbol family) =>
        context.Known.FamilyAttributeOf(family)?.NamedArguments.FirstOrDefault(a => a.Key == "Head").Value.Value as INamedTypeSymbol;

    private bool IsReparameterized(INamedTypeSymbol family) => Says(family, "Reparameterized");

    /// <summary>Whether the family's attribute sets a truth value.</summary>
    private bool Says(INamedTypeSymbol family, string name) =>
        context.Known.FamilyAttributeOf(family)?.NamedArguments.Any(a => a.Key == name && a.Value.Value is true) ?? false;

    /// <summary>Whether the family's support is the member of the enumeration with this name.</summary>
    private bool Has(INamedTypeSymbol family, string support) =>
        context.Known.FamilyAttributeOf(family)!.ConstructorArguments is [{ Type: INamedTypeSymbol supports, Value: { } value }]
        && supports.GetMembers(support).OfType<IFieldSymbol>().Any(f => Equals(f.ConstantValue, value));

    private INamedTypeSymbol? GuideTypeOf(INamedTypeSymbol head)
    {
        for (var current = head; current is not null; current = current.BaseType)
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, context.Known.Head))
                return current.TypeArguments[0] as INamedTypeSymbol;
        return null;
    }

    private DivergenceSpec? Divergence(INamedTypeSymbol guide, INamedTypeSymbol model) =>
        closedForms.Find(guide, model, context.Method.ContainingType) is null ? null : new DivergenceSpec($"{guide.Name} || {model.Name}");
}
