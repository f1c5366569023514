using Microsoft.CodeAnalysis.CSharp.Syntax;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Frontend;

/// <summary>
/// What a submodel may not hold, since its sites stand where it is called and its callers have to know all of them; and how the sites of calls
/// are kept apart.
/// </summary>
internal static class SubmodelRules
{
    public static void Check(ReadingContext context, MethodDeclarationSyntax syntax, BodyReader body, EquatableArray<StatementSpec> statements)
    {
        CheckNames(context, body.Sites);
        CheckOrder(context, [.. Places(context, body)], [.. VaryingBranches.In(statements).Select(b => b.Id)]);
        if (!context.IsSubmodel || context.Issues.Any(i => i.Rule == Rules.MethodForm)) return;
        foreach (var end in syntax.Body!.DescendantNodes(n => n is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
            .OfType<ReturnStatementSyntax>().Where(r => r != syntax.Body.Statements.LastOrDefault()))
        {
            context.Report(
                Rules.SubmodelContent, end.GetFirstToken().GetLocation(), "an early return would give them another result",
                "Assign the result to a local in each branch, and return that at the end");
        }

        foreach (var call in context.WordsIn(syntax.Body)) CheckWord(context, call);
        if (VaryingBranches.In(statements).FirstOrDefault(b => !b.IsOfPositions) is { } branch)
        {
            context.Report(
                Rules.SubmodelContent, context.Sources[branch.Anchor],
                "a branch that each round of a loop decides anew, by more than positions, is not known to them",
                "Compare the loop's variable with constants and lengths alone, as 't == 0' does, or put the branch around a loop in each arm");
        }
    }

    private static void CheckWord(ReadingContext context, InvocationExpressionSyntax call)
    {
        if (context.WordOf(call) == "Plate")
        {
            context.Report(
                Rules.SubmodelContent, call, "a plate of its own would be another one in each call",
                "Open the plate where the submodel is called: sites stand in all plates that are entered there");
        }
    }

    /// <summary>A latent has another name than the path of a call, which a local of another block may have.</summary>
    private static void CheckNames(ReadingContext context, IReadOnlyList<SiteSpec> sites)
    {
        foreach (var site in sites.Where(s => sites.Any(other => other.Name.StartsWith(s.Name + ".", StringComparison.Ordinal))))
            context.Report(Rules.SubmodelNameTwice, context.Sources[site.Anchor], site.Name);
    }

    /// <summary>What an interpreted run has to know by its line.</summary>
    private sealed record Place(object Key, int Order, string Name, IndexSpec? Index, EquatableArray<GuardSpec> Guards, int Anchor);

    private static IEnumerable<Place> Places(ReadingContext context, BodyReader body)
    {
        object Key(object kind, int call, TextSpec text) => (kind, context.Sources[call].GetLineSpan().StartLinePosition.Line, text.OneLine);
        return body.Sites.Select(s => new Place(Key(s.Kind, s.CallAnchor, s.Distribution.Text), s.Id, s.Name, s.Index, s.Guards, s.Anchor))
            .Concat(body.Records.Select(r => new Place(Key("record", r.CallAnchor, r.Text), r.Id, r.Name, r.Index, r.Guards, r.Anchor)));
    }

    /// <summary>
    /// An interpreted run knows a site by its line and text, and passes over those of arms that it does not take: of a submodel that is called twice,
    /// the sites of a call that it may not reach would stand for those of another.
    /// </summary>
    private static void CheckOrder(ReadingContext context, IReadOnlyList<Place> places, HashSet<int> varying)
    {
        foreach (var alike in places.GroupBy(p => p.Key).Where(g => g.Count() > 1))
        {
            var pair = alike.SelectMany(first => alike.Where(other => MayStandFor(first, other, varying)).Select(other => (first, other)))
                .FirstOrDefault();
            if (pair is not ({ } first, { } other)) continue;
            context.Report(Rules.SubmodelOrder, context.Sources[other.Anchor], first.Name, other.Name, first.Guards[first.Guards.Count - 1].Text);
        }
    }

    /// <summary>
    /// Whether a run may come to the later site without the earlier. Data have one name, whichever of their sites is reached; and what each round of
    /// a loop decides is told before the run.
    /// </summary>
    private static bool MayStandFor(Place earlier, Place later, HashSet<int> varying) =>
        later.Order > earlier.Order && (later.Name != earlier.Name || later.Index != earlier.Index)
        && earlier.Guards.Any(g => !later.Guards.Contains(g) && !varying.Contains(g.Branch));
}
