using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>The rules about a model's class, signature and names.</summary>
internal static class ShapeRules
{
    /// <summary>Whether members can be generated into the class at all.</summary>
    public static bool CheckClass(ReadingContext context, MethodDeclarationSyntax syntax)
    {
        var type = context.Method.ContainingType;
        var canEmit = true;
        var own = syntax.Ancestors().OfType<TypeDeclarationSyntax>().ToList();
        if (!context.Known.IsModel(type))
        {
            context.Report(Rules.ClassNotModel, own[0].Identifier.GetLocation(), type.Name);
            canEmit = false;
        }

        foreach (var declaration in own.Where(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword)))
        {
            var rule = declaration == own[0] ? Rules.ClassNotPartial : Rules.OuterNotPartial;
            context.Report(rule, declaration.Identifier.GetLocation(), declaration.Identifier.ValueText, type.Name);
            canEmit = false;
        }

        foreach (var declaration in own.Where(t => t.Modifiers.Any(SyntaxKind.FileKeyword)))
        {
            context.Report(Rules.FileLocalClass, declaration.Identifier.GetLocation(), declaration.Identifier.ValueText);
            canEmit = false;
        }

        var first = type.GetMembers().OfType<IMethodSymbol>().First(IsModelMethod);
        if (!SymbolEqualityComparer.Default.Equals(first, context.Method))
        {
            context.Report(Rules.TwoModels, syntax.Identifier.GetLocation(), type.Name, first.Name, context.Method.Name);
            canEmit = false;
        }

        return canEmit;
    }

    private static bool IsModelMethod(IMethodSymbol method) => method.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() == KnownSymbols.ModelAttribute);

    public static void CheckMethod(ReadingContext context, MethodDeclarationSyntax syntax)
    {
        var method = context.Method;
        void Form(bool bad, SyntaxToken where, string what)
        {
            if (bad) context.Report(Rules.MethodForm, where.GetLocation(), method.Name, what);
        }

        Form(method.IsStatic, syntax.Identifier, "static, and could not use the networks of its class");
        Form(method.IsGenericMethod, syntax.Identifier, "generic, and would be another model for each type argument");
        Form(method.IsAsync, syntax.Identifier, "async, and a model runs to its end without a pause");
        Form(method.IsAbstract || method.IsVirtual || method.IsOverride, syntax.Identifier, "abstract, virtual or an override, and a model is compiled once, as it stands");
        Form(!method.ReturnsVoid, syntax.Identifier, $"declared to return {method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}, and the values of a model are its sites");
        Form(syntax.Body is null && !method.IsAbstract, syntax.Identifier, "without a block body, and a model is read statement by statement");
        for (var i = 0; i < method.Parameters.Length; i++) CheckParameter(context, method.Parameters[i], syntax.ParameterList.Parameters[i]);
    }

    private static void CheckParameter(ReadingContext context, IParameterSymbol parameter, ParameterSyntax syntax)
    {
        (string Fault, string Remedy)? found = parameter switch
        {
            { RefKind: not RefKind.None } => ($"is passed by '{syntax.Modifiers.First().ValueText}'", $"Remove '{syntax.Modifiers.First().ValueText}'"),
            { IsParams: true } => ("is a params array", "List the tensors one by one"),
            _ when !context.Known.IsTensor(parameter.Type) =>
                ($"is of type {parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}",
                    "Make it a field of the model, or a Tensor with one row for each copy"),
            { HasExplicitDefaultValue: true } => ("is optional", "Remove its default value"),
            _ => null,
        };
        if (found is (var fault, var remedy)) context.Report(Rules.ParameterForm, syntax, parameter.Name, fault, remedy);
    }

    /// <summary>What can be said only after the whole body has been read.</summary>
    /// <returns>Whether members can still be generated: not beside others of the same names.</returns>
    public static bool CheckModel(ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body)
    {
        var place = syntax.Identifier.GetLocation();
        if (!context.HasPlate && body.Sites.Count > 0) context.Report(Rules.NoPlate, place, context.Method.Name);

        // What is missing altogether may only be missing because of another fault.
        if (context.Issues.Count == 0 && body.Sites.All(s => s.IsLatent)) context.Report(Rules.NothingObserved, place, context.Method.Name);
        if (context.Issues.Count == 0 && body.Sites.All(s => !s.IsLatent)) context.Report(Rules.NothingLatent, place, context.Method.Name);
        return CheckNames(context, syntax, body);
    }

    private static bool CheckNames(ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body)
    {
        var type = context.Method.ContainingType;
        var isFree = true;
        foreach (var member in type.GetMembers().Where(m => GeneratedNames.Members.Contains(m.Name) && IsOwn(m)))
        {
            var place = member.Locations.FirstOrDefault(l => l.IsInSource && l.SourceTree == syntax.SyntaxTree) ?? syntax.Identifier.GetLocation();
            context.Report(Rules.CollidingName, place, member.Name, $"a member generated for {type.Name}");
            isFree = false;
        }

        foreach (var name in syntax.Body!.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => GeneratedNames.Members.Contains(n.Identifier.ValueText)))
        {
            var isQualified = name.Parent is MemberAccessExpressionSyntax access && access.Name == name;
            if (!isQualified && context.SymbolOf(name) is INamedTypeSymbol)
                context.Report(Rules.CollidingName, name, name.Identifier.ValueText, $"a member generated for {type.Name}");
        }

        foreach (var local in context.Variables.Where(v => v.Role != VariableRole.Latent && !context.Observed.Any(o => o.Name == v.Name) && GeneratedNames.Members.Contains(v.Name)))
            context.Report(Rules.CollidingName, syntax.Identifier.GetLocation(), local.Name, $"a member generated for {type.Name}");

        foreach (var site in body.Sites.GroupBy(s => s.Name).Select(g => g.First()))
        {
            if (Owner(context, site) is { } owner) context.Report(Rules.CollidingName, context.Sources[site.Anchor], site.Name, owner);
        }

        return isFree;
    }

    /// <summary>Whether the user wrote a member: an analyzer, unlike the generator, sees the generated half of the class too.</summary>
    private static bool IsOwn(ISymbol member) =>
        member.DeclaringSyntaxReferences.Any(r => !r.SyntaxTree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));

    private static string? Owner(ReadingContext context, SiteSpec site)
    {
        if (GeneratedNames.Members.Contains(site.Name)) return $"a member generated for {context.Method.ContainingType.Name}";
        if (GeneratedNames.RecordMembers.Contains(site.Name)) return "a member of the generated records";
        if (!site.IsLatent) return null;
        if (GeneratedNames.GuideMembers.Contains(site.Name)) return "a member of the generated guide";
        for (var current = context.Known.Guide; current is not null; current = current.BaseType)
            if (current.GetMembers(site.Name).Any(m => m.DeclaredAccessibility != Accessibility.Private)) return $"{current.Name}.{site.Name}, which the guide inherits";
        return null;
    }
}
