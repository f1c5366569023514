using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// Reads the submodels that a model calls, by the reader of all models: each once for a compilation, however many models call it.
/// </summary>
internal static class SubmodelReader
{
    /// <summary>The submodel, sound or not; null where it has no source here, or calls itself.</summary>
    public static Parsed? Find(ReadingContext context, IMethodSymbol method)
    {
        if (method.ReturnsVoid || SyntaxOf(context, method) is not { } syntax || Reaches(context, method, context.Method)) return null;
        if (!context.Known.Submodels.TryGetValue(method.OriginalDefinition, out var parsed))
        {
            var semantics = context.SemanticsOf(syntax);
            var declared = (IMethodSymbol)semantics.GetDeclaredSymbol(syntax, context.Cancellation)!;
            parsed = context.Known.Submodels.GetOrAdd(
                method.OriginalDefinition, ModelParser.Parse(syntax, declared, semantics, context.Cancellation));
        }

        context.Visit(parsed.Visited);
        return parsed;
    }

    /// <summary>The submodel of a call, if nothing is wrong with it; reports why where something is.</summary>
    public static Parsed? Read(ReadingContext context, InvocationExpressionSyntax call, IMethodSymbol method)
    {
        var name = method.Name;
        if (method.ReturnsVoid)
        {
            context.Report(
                Rules.SubmodelCall, call, name, "it returns nothing, so that it is the model of its class and no part of another",
                "Let it return what its callers need, such as a parameter of its distribution");
            return null;
        }

        if (SyntaxOf(context, method) is null)
        {
            context.Report(
                Rules.SubmodelCall, call, name, $"it is compiled in {method.ContainingAssembly.Name}, where its statements cannot be read",
                "Keep submodels as source files in the project of the models that call them");
            return null;
        }

        if (Reaches(context, method, context.Method))
        {
            context.Report(Rules.SubmodelRecursion, call, name, context.Method.Name);
            return null;
        }

        if (Find(context, method) is not { } parsed) return null;
        if (parsed.Spec.IsSound) return parsed;
        if (parsed.Spec.Host.CompilerError is { Length: > 0 } error) context.SubmodelError = error;
        else context.Report(Rules.SubmodelFaulty, call, $"{method.ContainingType.Name}.{name}");
        return null;
    }

    /// <summary>Reports a call where no statement receives its result: in the middle of an expression.</summary>
    public static void RefuseInside(ReadingContext context, InvocationExpressionSyntax call) =>
        Refuse(context, call, "it stands inside an expression, and its sites need a name");

    /// <summary>Reports a call whose result goes where it gives the sites no name.</summary>
    public static void Refuse(ReadingContext context, InvocationExpressionSyntax call, string why) => context.Report(
        Rules.SubmodelCall, call, context.SubmodelOf(call)!.Name, why, $"Give it a local of its own: 'var a = {Expressions.OneLine(call)};'");

    private static MethodDeclarationSyntax? SyntaxOf(ReadingContext context, IMethodSymbol method) =>
        context.SourceOf(method.OriginalDefinition.PartialImplementationPart ?? method.OriginalDefinition)
            .OfType<MethodDeclarationSyntax>().FirstOrDefault();

    /// <summary>Whether a submodel is a method, or calls it, itself or through others.</summary>
    private static bool Reaches(ReadingContext context, IMethodSymbol from, IMethodSymbol to)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        return Reach(from);

        bool Reach(IMethodSymbol method)
        {
            var definition = method.OriginalDefinition;
            if (SymbolEqualityComparer.Default.Equals(definition, to.OriginalDefinition)) return true;
            return seen.Add(definition) && SyntaxOf(context, definition) is { } syntax
                && context.SubmodelsIn(syntax).Select(call => context.SubmodelOf(call)!).Any(Reach);
        }
    }
}
