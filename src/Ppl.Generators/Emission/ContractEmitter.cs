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
            if (program.DataLength(i) < 0) WriteLength(context, "private", name, length);

        var inputs = string.Concat(program.Parameters.Select((_, i) => $", inputs[{EmissionContext.Number(i)}]!"));
        var called = string.Join(", ", program.Parameters.Select((_, i) => $"inputs[{EmissionContext.Number(i)}]"));
        writer.Gap();
        writer.Line($"{Signatures.ContractPlan} => {context.Members.Sites}.{SitesEmitter.Plan};");
        var given = context.Names.Scope().Local("lengths");
        context.LengthTexts = context.LengthsBy(context.Members.LoopLengths, length => $"{given}[{EmissionContext.Number(length)}]");
        if (program.Sites.Any(s => s.Index is not null))
        {
            var lengths = program.Latents.Select(l => EmissionContext.IsIndexed(l) ? context.Length(l) : "1");
            writer.Gap();
            writer.Line($"{Types.List}<int> {Types.Model}.Lengths({Types.List}<int> {given}) => [{string.Join(", ", lengths)}];");
            SequenceEmitter.WriteSites(context, given);
        }

        if (program.Records.Any(r => r.Index is not null)) SequenceEmitter.WriteRecords(context, given);

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
        string Value(FaceSite f) => f.IsLatent ? Latent(latents.Find(l => l.Name == f.Name), latents.FindIndex(l => l.Name == f.Name))
            : f.IsRecord ? SitesEmitter.Recorded(program, f, "draw.Deterministics")
            : $"draw.Observed[{EmissionContext.Number(observed.FindIndex(o => o.Name == f.Name))}]";
        var joint = context.Signatures.Tree.Values("", Value, $"{members.Latents}.", "i", isJoint: true);
        writer.Gap();
        writer.Line("// A draw by names.");
        writer.Line($"private static {members.Joint} {members.Named}({Types.JointDraw} draw) => new({joint});");
    }
}
