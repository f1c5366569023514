using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the untyped side of a model, which the engine uses: the explicit implementation of IGeneratedModel.</summary>
internal static class ContractEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, program) = (context.Writer, context.Program);
        WriteFlat(context);
        WriteNamed(context);
        foreach (var (name, length, i) in context.Members.LoopLengths.Select((name, i) => (name, program.Lengths[i], i)))
        {
            if (program.DataLength(i) >= 0) continue;
            writer.Gap();
            var what = program.Lengths.Count == 1 ? "that the model's loops share" : $"of loops and arrays over {length.OneLine}";
            writer.Line($"// The length {what}.");
            writer.Line($"private int {name} => {AccessorText(length)};");
        }

        var inputs = string.Concat(program.Parameters.Select((_, i) => $", inputs[{EmissionContext.Number(i)}]!"));
        var called = string.Join(", ", program.Parameters.Select((_, i) => $"inputs[{EmissionContext.Number(i)}]"));
        writer.Gap();
        writer.Line($"{Signatures.ContractPlan} => {context.Members.Sites}.{SitesEmitter.Plan};");
        if (program.Sites.Any(s => s.Index is not null))
        {
            var given = context.Names.Scope().Local("lengths");
            context.LengthTexts = context.LengthsBy(context.Members.LoopLengths, length => $"{given}[{EmissionContext.Number(length)}]");
            var lengths = program.Latents.Select(l => EmissionContext.IsIndexed(l) ? context.Length(l) : "1");
            writer.Gap();
            writer.Line($"{Types.List}<int> {Types.Model}.Lengths({Types.List}<int> {given}) => [{string.Join(", ", lengths)}];");
            WriteSequence(context, given);
            context.LengthTexts = context.LengthsOfModel;
        }

        writer.Gap();
        writer.Line($"{Signatures.ContractCreateGuide} => CreateGuide();");
        writer.Gap();
        writer.Line($"{Signatures.ContractRun} => {context.Members.Run}(pass{inputs});");
        MaskEmitter.Write(context);
        writer.Gap();
        writer.Line($"{Signatures.ContractInvoke} => {(program.Method == "inputs" ? "this." : "")}{Names.Escape(program.Method)}({called});");
    }

    /// <summary>The length's text inside a property, where <c>field</c> is a keyword since C# 14.</summary>
    private static string AccessorText(TextSpec length)
    {
        var text = length.ToString();
        return text == "field" || text.StartsWith("field.", StringComparison.Ordinal) ? "@" + text : text;
    }

    /// <summary>Elements of indexed sites have their own names, so the order of the run is walked through.</summary>
    private static void WriteSequence(EmissionContext context, string given)
    {
        // Conditions that each round decides for itself stand here too, with all the names that they have.
        var names = Varies(context.Program.Body) ? context.Names.Scope() : new Names(context.Members.LoopLengths);
        names.Local(given);
        var sequence = names.Local("sequence");
        string[] counters = [.. Enumerable.Range(0, Depth(context.Program.Body)).Select(_ => names.Local("i"))];
        context.Writer.Gap();
        context.Writer.Open($"{Types.List}<{Types.SiteInfo}> {Types.Model}.Sequence({Types.List}<int> {given})");
        WriteSequence(context, sequence, counters);
    }

    private static void WriteSequence(EmissionContext context, string sequence, IReadOnlyList<string> counters)
    {
        context.Writer.Line($"var {sequence} = new {Types.GrowingList}<{Types.SiteInfo}>();");
        WriteSequence(context, context.Program.Body, sequence, counters);
        context.Writer.Line($"return {sequence};");
        context.Writer.Close();
    }

    /// <summary>How many loops stand inside each other at most.</summary>
    private static int Depth(EquatableArray<StatementSpec> body) => body.Select(statement => statement switch
    {
        BlockStatement block => Depth(block.Body),
        LoopStatement loop => 1 + Depth(loop.Body),
        CallStatement call => Depth(call.Body),
        BranchStatement branch => branch.Arms.Select(a => Depth(a.Body)).DefaultIfEmpty(0).Max(),
        _ => 0,
    }).DefaultIfEmpty(0).Max();

    private static bool Varies(EquatableArray<StatementSpec> body) => body.Any(statement => statement switch
    {
        BlockStatement block => Varies(block.Body),
        LoopStatement loop => Varies(loop.Body),
        CallStatement call => Varies(call.Body),
        BranchStatement branch => branch.Varies || branch.Arms.Any(a => Varies(a.Body)),
        _ => false,
    });

    /// <summary>All arms of a branch, or the branch itself where each round of a loop takes one.</summary>
    private static void WriteBranch(EmissionContext context, BranchStatement branch, string sequence, IReadOnlyList<string> counters)
    {
        if (!branch.Varies)
        {
            foreach (var arm in branch.Arms) WriteSequence(context, arm.Body, sequence, counters);
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
            WriteSequence(context, arm.Body, sequence, counters);
            if (branch.Header is not null) writer.Line("break;");
            writer.Close();
        }

        if (branch.Header is not null) writer.Close();
    }

    private static void WriteSequence(
        EmissionContext context, EquatableArray<StatementSpec> body, string sequence, IReadOnlyList<string> counters)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case SiteStatement site:
                    context.Writer.Line($"{sequence}.Add({context.SiteInfo(context.Program.Sites[site.Site], "")});");
                    break;
                case BlockStatement block:
                    WriteSequence(context, block.Body, sequence, counters);
                    break;
                case BranchStatement branch:
                    WriteBranch(context, branch, sequence, counters);
                    break;
                case CallStatement call:
                    WriteSequence(context, call.Body, sequence, counters);
                    break;
                case LoopStatement repeated:
                    context.LoopNames[repeated.Variable] = counters[0];
                    context.Writer.Open(context.Loop(counters[0], repeated.From, repeated.To, repeated.Step));
                    WriteSequence(context, repeated.Body, sequence, [.. counters.Skip(1)]);
                    context.Writer.Close();
                    context.LoopNames.Remove(repeated.Variable);
                    break;
            }
        }
    }

    private static void WriteFlat(EmissionContext context)
    {
        var values = context.Program.Latents.Select(l => context.Signatures.Tree.Read("latents", context.Face(l)));
        context.Writer.Gap();
        context.Writer.Line("// The latents in the order of the model, elements by index.");
        context.Writer.Line(
            $"private static {Types.Tensor}[] {context.Members.Flat}({context.Members.Latents} latents) => [{string.Join(", ", values)}];");
    }

    private static void WriteNamed(EmissionContext context)
    {
        var (writer, members, program) = (context.Writer, context.Members, context.Program);
        string Latent(VariableSpec latent, int slot) =>
            $"draw.Latents.{(EmissionContext.IsIndexed(latent) ? "Elements(" : "Value(")}{EmissionContext.Number(slot)})";
        var latents = program.Latents.ToList();
        var observed = program.Observed.ToList();
        var records = SitesEmitter.RecordNames(program);
        string Value(FaceSite f) => f.IsLatent ? Latent(latents.Find(l => l.Name == f.Name), latents.FindIndex(l => l.Name == f.Name))
            : f.IsRecord ? $"draw.Deterministics[{EmissionContext.Number(records.IndexOf(f.Name))}]"
            : $"draw.Observed[{EmissionContext.Number(observed.FindIndex(o => o.Name == f.Name))}]";
        var joint = context.Signatures.Tree.Values("", Value, $"{members.Latents}.", "i");
        writer.Gap();
        writer.Line("// A draw by names.");
        writer.Line($"private static {members.Joint} {members.Named}({Types.JointDraw} draw) => new({joint});");
    }
}
