namespace Ppl.Generators.Ir;

/// <summary>The branches that each round of a loop decides for itself.</summary>
internal static class VaryingBranches
{
    /// <summary>Those of statements, the inner ones first.</summary>
    public static IEnumerable<BranchStatement> In(EquatableArray<StatementSpec> body) => body.SelectMany(statement => statement switch
    {
        BlockStatement block => In(block.Body),
        LoopStatement loop => In(loop.Body),
        CallStatement call => In(call.Body),
        BranchStatement branch => branch.Arms.SelectMany(a => In(a.Body)).Concat(branch.Varies ? [branch] : []),
        _ => [],
    });
}
