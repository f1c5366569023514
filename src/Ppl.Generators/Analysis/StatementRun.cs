using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>The sites of a program in the order of a run, with every loop at a given length.</summary>
internal static class StatementRun
{
    /// <summary>Each site with the values of the loops' variables, which change as the run goes on.</summary>
    public static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Of(ProgramSpec program, int length) =>
        Of(program, program.Body, length, []);

    private static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Of(
        ProgramSpec program, EquatableArray<StatementSpec> body, int length, Dictionary<int, int> loops)
    {
        foreach (var statement in body)
        {
            var inner = statement switch
            {
                SiteStatement site => [(program.Sites[site.Site], loops)],
                BlockStatement block => Of(program, block.Body, length, loops),
                LoopStatement loop => Rounds(program, loop, length, loops),
                _ => [],
            };
            foreach (var site in inner) yield return site;
        }
    }

    private static IEnumerable<(SiteSpec Site, IReadOnlyDictionary<int, int> Loops)> Rounds(
        ProgramSpec program, LoopStatement loop, int length, Dictionary<int, int> loops)
    {
        var to = loop.To.At(length, loops);
        for (var i = loop.From.At(length, loops); loop.Step > 0 ? i < to : i > to; i += loop.Step)
        {
            loops[loop.Variable] = i;
            foreach (var site in Of(program, loop.Body, length, loops)) yield return site;
        }
    }
}
