namespace Ppl.Generators.Ir;

/// <summary>What the statements of a program read, masks aside, which are computed apart from them.</summary>
internal static class ProgramReads
{
    /// <summary>The variables that any statement reads.</summary>
    public static ISet<int> Of(ProgramSpec program) => Reads(program.Body, program);

    private static ISet<int> Reads(EquatableArray<StatementSpec> body, ProgramSpec program)
    {
        var read = new SortedSet<int>();
        foreach (var statement in body)
        {
            switch (statement)
            {
                case CarriedStatement carried:
                    Include(carried.Flows.SelectMany(f => f.Reads).Concat(carried.Others));
                    break;
                case SiteStatement site:
                    Include(program.Sites[site.Site].Distribution.Reads);
                    break;
                case BlockStatement block:
                    read.UnionWith(Reads(block.Body, program));
                    break;
                case LoopStatement loop:
                    read.UnionWith(Reads(loop.Body, program));
                    break;
                case CallStatement call:
                    read.UnionWith(Reads(call.Body, program));
                    break;
                case BranchStatement branch:
                    Include(branch.Arms.SelectMany(a => a.Reads.Concat(a.Flows.SelectMany(f => f.Reads))));
                    foreach (var arm in branch.Arms) read.UnionWith(Reads(arm.Body, program));
                    break;
            }
        }

        return read;

        void Include(IEnumerable<Read> reads)
        {
            foreach (var r in reads)
            {
                read.Add(r.Variable);
                if (r.By is { } by) read.Add(by);
            }
        }
    }
}
