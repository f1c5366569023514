using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>What the condition of a branch may not be, as its own text shows.</summary>
internal sealed class ConditionRules(ReadingContext context, CarriedReader carried, IndexReader indices)
{
    /// <summary>Checks a condition, or a label of a switch.</summary>
    /// <returns>Whether another round of a loop over sites may decide otherwise.</returns>
    public bool Check(SyntaxNode condition)
    {
        foreach (var call in condition.DescendantNodesAndSelf().OfType<InvocationExpressionSyntax>())
        {
            if (context.WordOf(call) is { } word) context.Report(Rules.SiteInCondition, call, word);
            else carried.CheckSubmodel(call);
        }

        foreach (var name in condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText == "training" && context.SymbolOf(name) is IPropertySymbol { ContainingType.Name: "Module" })
                context.Report(Rules.ConditionOnTraining, name);
        }

        return context.SiteLoops.Count > 0 && Varies(condition);
    }

    /// <summary>
    /// The order of the sites of a run follows from the model, its loops and their lengths, so a condition that each round decides for itself reads
    /// nothing but these.
    /// </summary>
    private bool Varies(SyntaxNode condition)
    {
        var names = condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
            .Where(n => ReadingContext.IsOfMethod(context.SymbolOf(n))).ToList();
        bool IsLoop(IdentifierNameSyntax name) => context.VariableOf(name) is { } variable && context.Variables[variable].Role == VariableRole.Loop;
        bool IsFixed(IdentifierNameSyntax name) => indices.Read(name) is { } position && !position.Terms.Any();
        var other = names.FirstOrDefault(n => !IsLoop(n) && !IsFixed(n) && (names.Exists(IsLoop) || IsWrittenInLoop(context.SymbolOf(n)!)));
        if (other is not null) context.Report(Rules.ConditionOfRound, condition, other.Identifier.ValueText);
        return names.Exists(IsLoop);
    }

    private bool IsWrittenInLoop(ISymbol symbol) => context.SiteLoops.Any(loop =>
        context.Semantics.AnalyzeDataFlow(loop) is { Succeeded: true } flow
            && flow.WrittenInside.Contains(symbol, SymbolEqualityComparer.Default));
}
