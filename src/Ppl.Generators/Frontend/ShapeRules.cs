using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>The rules about a model's class, signature and names.</summary>
internal static class ShapeRules
{
    /// <summary>
    /// Whether members can be generated into the class at all: a class in which another file can have a part, and the class of no other model.
    /// </summary>
    public static bool CheckClass(ReadingContext context, MethodDeclarationSyntax syntax)
    {
        var type = context.Method.ContainingType;
        var own = syntax.Ancestors().OfType<TypeDeclarationSyntax>().ToList();
        var identifier = own[0].Identifier.GetLocation();
        if (!context.Known.IsModel(type) && !HasUnknownBase(type)) context.Report(Rules.ClassNotModel, identifier, type.Name);
        if (!context.IsSubmodel && ModelAbove(type, context.Known) is { } above)
            context.Report(Rules.ModelOfModel, identifier, type.Name, above.Name);
        foreach (var declaration in own.Where(t => !t.Modifiers.Any(SyntaxKind.PartialKeyword)))
        {
            var rule = declaration == own[0] ? Rules.ClassNotPartial : Rules.OuterNotPartial;
            context.Report(rule, declaration.Identifier.GetLocation(), declaration.Identifier.ValueText, type.Name);
        }

        var local = own.Where(t => t.Modifiers.Any(SyntaxKind.FileKeyword)).ToList();
        foreach (var declaration in local)
            context.Report(Rules.FileLocalClass, declaration.Identifier.GetLocation(), declaration.Identifier.ValueText);

        // One model by itself, and submodels that are told apart by name.
        var first = type.GetMembers().OfType<IMethodSymbol>().First(m => IsModelMethod(m)
            && (context.Method.ReturnsVoid ? m.ReturnsVoid : !m.ReturnsVoid && m.Name == context.Method.Name));
        var isFirst = SymbolEqualityComparer.Default.Equals(first, context.Method.PartialDefinitionPart ?? context.Method);
        if (!isFirst) context.Report(Rules.TwoModels, syntax.Identifier.GetLocation(), type.Name, first.Name, context.Method.Name);
        return isFirst && IsNamed(syntax, own) && local.Count == 0 && own[0] is ClassDeclarationSyntax && !type.IsStatic;
    }

    /// <summary>Whether everything around the method has a name that can be repeated.</summary>
    private static bool IsNamed(MethodDeclarationSyntax syntax, List<TypeDeclarationSyntax> types) =>
        types.All(t => t.Identifier.ValueText.Length > 0 && t.TypeParameterList is not { ContainsDiagnostics: true })
        && syntax.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().All(n => !n.Name.ContainsDiagnostics);

    /// <summary>The nearest class above that is a model itself, and has all its generated members.</summary>
    public static INamedTypeSymbol? ModelAbove(INamedTypeSymbol type, KnownSymbols known)
    {
        // The hundreds of methods that all models inherit are none.
        for (var current = type.BaseType; current is not null && !IsRoot(current); current = current.BaseType)
            if (current.GetMembers().OfType<IMethodSymbol>().Any(m => IsModelMethod(m) && m.ReturnsVoid)) return current;
        return null;

        bool IsRoot(INamedTypeSymbol current) => SymbolEqualityComparer.Default.Equals(current, known.GenerativeModel);
    }

    /// <summary>Whether some base class could not be found, which the C# compiler says: it may well have been the right one.</summary>
    private static bool HasUnknownBase(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is not null; current = current.BaseType)
            if (current.TypeKind == TypeKind.Error) return true;
        return false;
    }

    /// <summary>The structure that the attribute asks for: <c>[Model(Guide = GuideStructure.TopDown)]</c>.</summary>
    public static GuideStructure ReadStructure(ReadingContext context)
    {
        var attribute = KnownSymbols.ModelAttributeOf(context.Method)!;
        if (attribute.NamedArguments.FirstOrDefault(named => named.Key == "Guide").Value.Value is not int value) return default;
        if (Enum.IsDefined(typeof(GuideStructure), value)) return (GuideStructure)value;
        var written = ((AttributeSyntax)attribute.ApplicationSyntaxReference!.GetSyntax(context.Cancellation)).ArgumentList!.Arguments
            .First(a => a.NameEquals?.Name.Identifier.ValueText == "Guide").Expression;
        context.Report(Rules.UnknownStructure, written, written.ToString());
        return default;
    }

    /// <summary>Generated code is written in C# 12: collection expressions, primary constructors.</summary>
    public static void CheckLanguage(ReadingContext context, MethodDeclarationSyntax syntax)
    {
        if (syntax.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: < LanguageVersion.CSharp12 and var version })
            context.Report(Rules.LanguageVersion, syntax.Identifier.GetLocation(), version.ToDisplayString());
    }

    public static bool IsModelMethod(IMethodSymbol method) => KnownSymbols.ModelAttributeOf(method) is not null;

    /// <summary>What a submodel may return: a tensor, or several in parentheses.</summary>
    private static bool IsResult(ReadingContext context, ITypeSymbol type) => context.Known.IsTensor(type) || type.TypeKind == TypeKind.Error
        || (type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.All(e => context.Known.IsTensor(e.Type)));

    public static void CheckMethod(ReadingContext context, MethodDeclarationSyntax syntax)
    {
        var method = context.Method;
        void Form(bool bad, SyntaxToken where, string what)
        {
            if (bad) context.Report(Rules.MethodForm, where.GetLocation(), method.Name, what);
        }

        Form(method.IsStatic, syntax.Identifier, "static, and could not use the networks of its class");
        Form(
            !method.ExplicitInterfaceImplementations.IsEmpty, syntax.Identifier,
            "an explicit implementation of an interface, and could not be called by its name");
        Form(method.IsGenericMethod, syntax.Identifier, "generic, and would be another model for each type argument");
        Form(method.IsAsync, syntax.Identifier, "async, and a model runs to its end without a pause");
        Form(method.IsAbstract || method.IsVirtual || method.IsOverride, syntax.Identifier,
            "abstract, virtual or an override, and a model is compiled once, as it stands");
        Form(!method.ReturnsVoid && !IsResult(context, method.ReturnType), syntax.Identifier,
            $"declared to return {method.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}"
            + ", and a submodel returns a Tensor, or several in parentheses");
        Form(syntax.Body is null && !method.IsAbstract, syntax.Identifier, "without a block body, and a model is read statement by statement");
        for (var i = 0; i < method.Parameters.Length; i++) CheckParameter(context, method.Parameters[i], syntax.ParameterList.Parameters[i]);
    }

    private static void CheckParameter(ReadingContext context, IParameterSymbol parameter, ParameterSyntax syntax)
    {
        (string Fault, string Remedy)? found = parameter switch
        {
            { RefKind: not RefKind.None } =>
                ($"is passed by '{syntax.Modifiers.First().ValueText}'", $"Remove '{syntax.Modifiers.First().ValueText}'"),
            { IsParams: true } => ("is a params array", "List the tensors one by one"),
            { Type.TypeKind: TypeKind.Error } => null,
            _ when !context.Known.IsTensor(parameter.Type) =>
                ($"is of type {parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}",
                    "Make it a field of the model, or a Tensor, which all rows share unless it is given to 'Plate'"),
            { HasExplicitDefaultValue: true } => ("is optional", "Remove its default value"),
            _ => null,
        };
        if (found is (var fault, var remedy)) context.Report(Rules.ParameterForm, syntax, parameter.Name, fault, remedy);
    }

    /// <summary>What can be said only after the whole body has been read.</summary>
    public static void CheckModel(ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body)
    {
        var place = syntax.Identifier.GetLocation();
        if (context.IsSubmodel)
        {
            CheckGenerated(context);
            return;
        }

        // What is missing altogether may only be missing because of another fault.
        if (context.Issues.Count == 0 && body.Sites.All(s => s.Data is null && s.Kind != SiteKind.Factor))
            context.Report(Rules.NothingObserved, place, context.Method.Name);
        if (context.Issues.Count == 0 && body.Sites.All(s => s.Kind == SiteKind.Factor))
            context.Report(Rules.NothingLatent, place, context.Method.Name);
        CheckGenerated(context);
    }

    /// <summary>A model that uses what is generated from it looks to the generator like one with unknown names.</summary>
    private static void CheckGenerated(ReadingContext context)
    {
        foreach (var error in context.Errors)
        {
            var text = error.Location.SourceTree?.GetText(context.Cancellation).ToString(error.Location.SourceSpan) ?? "";
            if (GeneratedNames.Members.Contains(text)) context.Report(Rules.GeneratedInModel, error.Location, text, context.Method.Name);
        }
    }
}
