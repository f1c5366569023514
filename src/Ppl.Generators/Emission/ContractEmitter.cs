using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the untyped side of a model, which the engine uses: the explicit implementation of IGeneratedModel.</summary>
internal static class ContractEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, program) = (context.Writer, context.Program);
        context.LengthTexts = context.Members.LoopLengths;
        WriteFlat(context);
        WriteNamed(context);
        foreach (var (name, length) in context.Members.LoopLengths.Zip(program.Lengths, (name, length) => (name, length)))
            WriteLength(context, "private", name, length);

        var inputs = string.Concat(program.Parameters.Select((_, i) => $", inputs[{EmissionContext.Number(i)}]!"));
        var called = string.Join(", ", program.Parameters.Select((_, i) => $"inputs[{EmissionContext.Number(i)}]"));
        writer.Gap();
        writer.Line($"{Signatures.ContractPlan} => {context.Members.Sites}.{SitesEmitter.Plan};");
        if (program.Sites.Any(s => s.Index is not null))
        {
            var lengths = program.Latents.Select(l => EmissionContext.IsIndexed(l) ? context.Length(l) : "1");
            writer.Gap();
            writer.Line($"{Types.List}<int> {Types.Model}.Lengths => [{string.Join(", ", lengths)}];");
            WriteSequence(context);
        }

        context.LengthTexts = context.LengthsOfModel;
        writer.Gap();
        writer.Line($"{Signatures.ContractCreateGuide} => CreateGuide();");
        writer.Gap();
        writer.Line($"{Signatures.ContractRun} => {context.Members.Run}(pass{inputs});");
        MaskEmitter.Write(context);
        writer.Gap();
        writer.Line($"{Signatures.ContractInvoke} => {(program.Method == "inputs" ? "this." : "")}{Names.Escape(program.Method)}({called});");
    }

    /// <summary>A property that is a length of the program's loops.</summary>
    public static void WriteLength(EmissionContext context, string access, string name, TextSpec length)
    {
        context.Writer.Gap();
        var what = context.Program.Lengths.Count == 1 ? "that the model's loops share" : $"of loops and arrays over {length.OneLine}";
        context.Writer.Line($"// The length {what}.");
        context.Writer.Line($"{access} int {name} => {AccessorText(length)};");
    }

    /// <summary>The length's text inside a property, where <c>field</c> is a keyword since C# 14.</summary>
    private static string AccessorText(TextSpec length)
    {
        var text = length.ToString();
        return text == "field" || text.StartsWith("field.", StringComparison.Ordinal) ? "@" + text : text;
    }

    /// <summary>Elements of indexed sites have their own names, so the order of the run is walked through.</summary>
    private static void WriteSequence(EmissionContext context)
    {
        var writer = context.Writer;

        // Conditions that each round decides for itself stand here too, with all the names that they have.
        var varies = Varies(context.Program.Body);
        var names = new Names([.. context.Members.LoopLengths, .. varies ? context.Model.Host.TakenNames : EquatableArray<string>.Empty]);
        var sequence = names.Local("sequence");
        string[] counters = [.. Enumerable.Range(0, Depth(context.Program.Body)).Select(_ => names.Local("i"))];
        writer.Gap();
        if (varies)
        {
            // In the accessor of a property 'field' would be a keyword.
            writer.Line($"{Types.List}<{Types.SiteInfo}> {Types.Model}.Sequence => {context.Members.Order}();");
            writer.Gap();
            writer.Line("// Every site in the order of the model, with the branches that each round of a loop takes for itself.");
            writer.Open($"private {Types.List}<{Types.SiteInfo}> {context.Members.Order}()");
            WriteSequence(context, sequence, counters);
            return;
        }

        writer.Open($"{Types.List}<{Types.SiteInfo}> {Types.Model}.Sequence");
        writer.Open("get");
        WriteSequence(context, sequence, counters);
        writer.Close();
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

        if (branch.IsOfCall)
        {
            WriteTests(context, branch, sequence, counters);
            return;
        }

        string Text(TextSpec text) => string.Concat(text.Parts.Select(
            p => p.Variable >= 0 && context.LoopNames.TryGetValue(p.Variable, out var counter) ? counter : p.Text));
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

    /// <summary>A branch of a submodel by the positions that it compares: its text means something in the submodel's class alone.</summary>
    private static void WriteTests(EmissionContext context, BranchStatement branch, string sequence, IReadOnlyList<string> counters)
    {
        foreach (var (arm, i) in branch.Arms.Select((a, i) => (a, i)))
        {
            var conditions = new List<string>();
            for (var test = arm.Test; test is not null; test = test.And)
                conditions.Add($"{context.Index(test.Left, "")} {test.Operator} {context.Index(test.Right, "")}");
            var otherwise = i == 0 ? "" : "else ";
            context.Writer.Open(conditions.Count == 0 ? "else" : $"{otherwise}if ({string.Join(" && ", conditions)})");
            WriteSequence(context, arm.Body, sequence, counters);
            context.Writer.Close();
        }
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
