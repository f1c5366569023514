using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>What a submodel may not hold: its sites stand where it is called, and its callers have to know all of them.</summary>
internal static class SubmodelRules
{
    public static void Check(ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body, EquatableArray<StatementSpec> statements)
    {
        if (context.Method.ReturnsVoid || context.Issues.Any(i => i.Rule == Rules.MethodForm)) return;
        foreach (var end in syntax.Body!.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<ReturnStatementSyntax>().Where(r => r != syntax.Body.Statements.LastOrDefault()))
        {
            context.Report(
                Rules.SubmodelContent, end.GetFirstToken().GetLocation(), "an early return would give them another result",
                "Assign the result to a local in each branch, and return that at the end");
        }

        foreach (var call in context.Known.WordsIn(syntax.Body, context.Semantics)) CheckWord(context, call);
        if (body.Lengths.Count > 0)
        {
            context.Report(
                Rules.SubmodelContent, syntax.Identifier.GetLocation(), $"they do not know the length '{body.Lengths[0].OneLine}' of its loop",
                "Give the loop and its array a constant length, or write the loop where the submodel is called");
        }

        if (Varying(statements) is { } branch)
        {
            context.Report(
                Rules.SubmodelContent, context.Sources[branch.Anchor], "a branch that each round of a loop decides anew is not known to them",
                "Write the rounds that differ as statements of their own");
        }
    }

    private static void CheckWord(ReadingContext context, InvocationExpressionSyntax call)
    {
        if (context.WordOf(call) == "Plate")
        {
            context.Report(
                Rules.SubmodelContent, call, "a plate of its own would be another one in each call", "Open the plate where the submodel is called");
            return;
        }

        var arguments = SiteCall.Read(context, call);
        if ((arguments.Where ?? arguments.Known) is { } known)
            context.Report(
                Rules.SubmodelContent, known, "which of its data are there is said of the caller's parameters", "Write this site where the submodel is called");
        if (arguments.Value is { } value && SliceReader.Read(context, value) is not null)
            context.Report(
                Rules.SubmodelContent, value, "slices of data are counted in the method that has them", "Write this site where the submodel is called");
    }

    private static BranchStatement? Varying(EquatableArray<StatementSpec> body) => body.Select(statement => statement switch
    {
        BlockStatement block => Varying(block.Body),
        LoopStatement loop => Varying(loop.Body),
        BranchStatement branch => branch.Varies ? branch : branch.Arms.Select(a => Varying(a.Body)).FirstOrDefault(b => b is not null),
        _ => null,
    }).FirstOrDefault(b => b is not null);
}
