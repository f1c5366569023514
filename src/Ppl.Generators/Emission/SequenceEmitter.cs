using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// Writes how a run is walked through without running it: elements of arrays have their own names, in the order in which the loops come to them.
/// </summary>
internal sealed class SequenceEmitter
{
    private readonly EmissionContext context;
    private readonly Func<StatementSpec, string?> element;
    private readonly string sequence;
    private readonly string[] counters;

    private SequenceEmitter(EmissionContext context, string given, Func<StatementSpec, string?> element)
    {
        (this.context, this.element) = (context, element);

        // Conditions that each round decides for itself stand here too, with all the names that they have.
        var names = VaryingBranches.In(context.Program.Body).Any() ? context.Names.Scope() : new Names(context.Members.LoopLengths);
        names.Local(given);
        sequence = names.Local("sequence");
        counters = [.. Enumerable.Range(0, Depth(context.Program.Body)).Select(_ => names.Local("i"))];
    }

    /// <summary>The sites in the order of the model.</summary>
    /// <param name="context">The model.</param>
    /// <param name="given">The name of the lengths that are read off the data.</param>
    public static void WriteSites(EmissionContext context, string given) => Write(
        context, "Sequence", given, s => s is SiteStatement site ? context.SiteInfo(context.Program.Sites[site.Site], "") : null);

    /// <summary>The recorded values in the order of the model.</summary>
    /// <param name="context">The model.</param>
    /// <param name="given">The name of the lengths that are read off the data.</param>
    public static void WriteRecords(EmissionContext context, string given) => Write(
        context, "RecordedSequence", given, s => s is DeterministicStatement recorded ? context.RecordInfo(recorded.Record) : null);

    private static void Write(EmissionContext context, string method, string given, Func<StatementSpec, string?> element)
    {
        context.Writer.Gap();
        context.Writer.Open($"{Types.List}<{Types.SiteInfo}> {Types.Model}.{method}({Types.List}<int> {given})");
        new SequenceEmitter(context, given, element).Write();
    }

    private void Write()
    {
        context.Writer.Line($"var {sequence} = new {Types.GrowingList}<{Types.SiteInfo}>();");
        Write(context.Program.Body, counters);
        context.Writer.Line($"return {sequence};");
        context.Writer.Close();
    }

    /// <summary>Whether something of the sequence stands in a statement.</summary>
    private bool Holds(StatementSpec statement) => statement switch
    {
        BlockStatement block => block.Body.Any(Holds),
        LoopStatement loop => loop.Body.Any(Holds),
        CallStatement call => call.Body.Any(Holds),
        BranchStatement branch => branch.Arms.Any(a => a.Body.Any(Holds)),
        _ => element(statement) is not null,
    };

    /// <summary>How many loops stand inside each other at most.</summary>
    private static int Depth(EquatableArray<StatementSpec> body) => body.Select(statement => statement switch
    {
        BlockStatement block => Depth(block.Body),
        LoopStatement loop => 1 + Depth(loop.Body),
        CallStatement call => Depth(call.Body),
        BranchStatement branch => branch.Arms.Select(a => Depth(a.Body)).DefaultIfEmpty(0).Max(),
        _ => 0,
    }).DefaultIfEmpty(0).Max();

    /// <summary>All arms of a branch, or the branch itself where each round of a loop takes one.</summary>
    private void WriteBranch(BranchStatement branch, IReadOnlyList<string> counters)
    {
        if (!branch.Varies)
        {
            foreach (var arm in branch.Arms) Write(arm.Body, counters);
            return;
        }

        if (branch.IsOfCall)
        {
            WriteTests(branch, counters);
            return;
        }

        string Text(TextSpec text) => string.Concat(text.Parts.Select(Part));
        string Part(TextPart part) => part.Variable < 0 ? part.Text : context.LoopNames.TryGetValue(part.Variable, out var counter) ? counter
            : context.Program.Variables[part.Variable].Position is { } position ? $"({context.Index(position, "")})" : part.Text;
        var writer = context.Writer;
        if (branch.Header is { } header) writer.Open(Text(header));
        foreach (var (arm, i) in branch.Arms.Select((a, i) => (a, i)))
        {
            var isChoice = branch.Kind == BranchKind.Conditional;
            if (arm.Header is not { } own) writer.Line("else");
            else writer.Line(isChoice ? $"{(i == 0 ? "if (" : "else if (")}{Text(own)})" : Text(own));
            writer.Open();
            Write(arm.Body, counters);
            if (branch.Header is not null) writer.Line("break;");
            writer.Close();
        }

        if (branch.Header is not null) writer.Close();
    }

    /// <summary>A branch of a submodel by the positions that it compares: its text means something in the submodel's class alone.</summary>
    private void WriteTests(BranchStatement branch, IReadOnlyList<string> counters)
    {
        foreach (var (arm, i) in branch.Arms.Select((a, i) => (a, i)))
        {
            var conditions = new List<string>();
            for (var test = arm.Test; test is not null; test = test.And)
                conditions.Add($"{context.Index(test.Left, "")} {test.Operator} {context.Index(test.Right, "")}");
            var otherwise = i == 0 ? "" : "else ";
            context.Writer.Open(conditions.Count == 0 ? "else" : $"{otherwise}if ({string.Join(" && ", conditions)})");
            Write(arm.Body, counters);
            context.Writer.Close();
        }
    }

    private void Write(EquatableArray<StatementSpec> body, IReadOnlyList<string> counters)
    {
        foreach (var statement in body.Where(Holds))
        {
            switch (statement)
            {
                case SiteStatement or DeterministicStatement:
                    if (element(statement) is { } info) context.Writer.Line($"{sequence}.Add({info});");
                    break;
                case BlockStatement block:
                    Write(block.Body, counters);
                    break;
                case BranchStatement branch:
                    WriteBranch(branch, counters);
                    break;
                case CallStatement call:
                    Write(call.Body, counters);
                    break;
                case LoopStatement repeated:
                    context.LoopNames[repeated.Variable] = counters[0];
                    context.Writer.Open(context.Loop(counters[0], repeated.From, repeated.To, repeated.Step));
                    Write(repeated.Body, [.. counters.Skip(1)]);
                    context.Writer.Close();
                    context.LoopNames.Remove(repeated.Variable);
                    break;
            }
        }
    }
}
