using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>The sites of a program in the order of a run, at given lengths.</summary>
internal static class StatementRun
{
    /// <summary>Each site with the values of the loops' variables, which change as the run goes on.</summary>
    public static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Of(ProgramSpec program, IReadOnlyList<int> lengths) =>
        Of(program, program.Body, lengths, []);

    private static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Of(
        ProgramSpec program, EquatableArray<StatementSpec> body, IReadOnlyList<int> lengths, Dictionary<int, int> loops)
    {
        foreach (var statement in body)
        {
            var inner = statement switch
            {
                SiteStatement site => [(program.Sites[site.Site], loops)],
                BlockStatement block => Of(program, block.Body, lengths, loops),
                LoopStatement loop => Rounds(program, loop, lengths, loops),
                BranchStatement branch => Arms(program, branch, lengths, loops),
                CallStatement call => Of(program, call.Body, lengths, loops),
                _ => [],
            };
            foreach (var site in inner) yield return site;
        }
    }

    /// <summary>The arm that positions decide, or all arms.</summary>
    private static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Arms(
        ProgramSpec program, BranchStatement branch, IReadOnlyList<int> lengths, Dictionary<int, int> loops)
    {
        foreach (var arm in branch.Arms)
        {
            var test = arm.Test?.At(lengths, loops);
            if (test == false) continue;
            foreach (var site in Of(program, arm.Body, lengths, loops)) yield return site;
            if (test == true) yield break;
        }
    }

    private static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Rounds(
        ProgramSpec program, LoopStatement loop, IReadOnlyList<int> lengths, Dictionary<int, int> loops)
    {
        var to = loop.To.At(lengths, loops);
        for (var i = loop.From.At(lengths, loops); loop.Step > 0 ? i < to : i > to; i += loop.Step)
        {
            loops[loop.Variable] = i;
            foreach (var site in Of(program, loop.Body, lengths, loops)) yield return site;
        }

        loops.Remove(loop.Variable);
    }
}
