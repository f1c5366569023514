using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the untyped side of a model, which the engine uses: the explicit implementation of IGeneratedModel.</summary>
internal static class ContractEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        context.LengthText = context.Members.LoopLength;
        WriteNamed(context);
        WriteFlat(context);
        WriteFolded(context);
        if (model.Length.Length > 0)
        {
            writer.Gap();
            writer.Line("// The length that the model's loops share.");
            writer.Line($"private int {context.Members.LoopLength} => {AccessorText(model.Length)};");
        }

        var covariates = string.Concat(model.Covariates.Select((_, i) => $", covariates[{Text(i)}]"));
        var tensors = string.Concat(model.Parameters.Select((_, i) => $", batch[{Text(i)}]"));
        var inputs = string.Join(", ", model.Parameters.Select((_, i) => $"inputs[{Text(i)}]"));
        var (named, flat) = (context.Members.Named, context.Members.Flat);
        writer.Gap();
        writer.Line($"{Signatures.ContractPlan} => {context.Members.Sites}.{SitesEmitter.Plan};");
        if (model.Latents.Any(EmissionContext.IsIndexed)) WriteSequence(context);
        context.LengthText = model.Length;
        writer.Gap();
        writer.Line($"{Signatures.ContractCreateGuide} => CreateGuide();");
        writer.Gap();
        writer.Line($"{Signatures.ContractSimulate} => {flat}(Simulate(sizes[0]{covariates}));");
        writer.Gap();
        writer.Line($"{Signatures.ContractPredict} =>");
        writer.Line($"    {flat}(Predict({named}(latents){covariates}));");
        writer.Gap();
        writer.Line($"{Signatures.ContractLogJoint} => LogJoint({named}(latents){tensors});");
        writer.Gap();
        writer.Line($"{Signatures.ContractInvoke} => {(model.Method == "inputs" ? "this." : "")}{Names.Escape(model.Method)}({inputs});");
    }

    /// <summary>The length's text inside a property, where <c>field</c> is a keyword since C# 14.</summary>
    private static string AccessorText(string length) =>
        length == "field" || length.StartsWith("field.", StringComparison.Ordinal) ? "@" + length : length;

    /// <summary>Elements of indexed sites have their own names, so the order of the run is walked through.</summary>
    private static void WriteSequence(EmissionContext context)
    {
        var writer = context.Writer;
        var names = new Names([context.Members.LoopLength]);
        var (sequence, loop) = (names.Local("sequence"), names.Local("i"));
        writer.Gap();
        writer.Open($"{Types.List}<{Types.SiteInfo}> {Types.Model}.Sequence");
        writer.Open("get");
        writer.Line($"var {sequence} = new {Types.GrowingList}<{Types.SiteInfo}>();");
        WriteSequence(context, context.Model.Body, sequence, loop);
        writer.Line($"return {sequence};");
        writer.Close();
        writer.Close();
    }

    private static void WriteSequence(EmissionContext context, EquatableArray<StatementSpec> body, string sequence, string loop)
    {
        foreach (var statement in body)
        {
            switch (statement)
            {
                case SampleStatement sample:
                    context.Writer.Line($"{sequence}.Add({context.SiteInfo(context.Model.Sites[sample.Site], loop)});");
                    break;
                case ObserveStatement observe:
                    context.Writer.Line($"{sequence}.Add({context.SiteInfo(context.Model.Sites[observe.Site], loop)});");
                    break;
                case BlockStatement block:
                    WriteSequence(context, block.Body, sequence, loop);
                    break;
                case LoopStatement repeated:
                    context.Writer.Open(context.Loop(loop, repeated.From, repeated.To, repeated.Step));
                    WriteSequence(context, repeated.Body, sequence, loop);
                    context.Writer.Close();
                    break;
            }
        }
    }

    private static void WriteNamed(EmissionContext context)
    {
        var (writer, latents) = (context.Writer, context.Model.Latents.ToList());
        writer.Gap();
        writer.Line("// Latents from a list in the order of the model, elements by index.");
        if (!latents.Any(EmissionContext.IsIndexed))
        {
            var values = string.Join(", ", latents.Select((_, i) => $"latents[{Text(i)}]"));
            writer.Line($"private {context.Members.Latents} {context.Members.Named}({Types.List}<{Types.Tensor}> latents) => new({values});");
            return;
        }

        writer.Open($"private {context.Members.Latents} {context.Members.Named}({Types.List}<{Types.Tensor}> latents)");
        writer.Line("var next = 0;");
        writer.Line($"{Types.Tensor} One() => latents[next++];");
        writer.Line($"{Types.Tensor}[] Several(int count)");
        writer.Line("{");
        writer.Line($"    var several = new {Types.Tensor}[count];");
        writer.Line("    for (var i = 0; i < count; i++) several[i] = One();");
        writer.Line("    return several;");
        writer.Line("}");
        writer.Gap();
        writer.Line(
            $"return new({string.Join(", ", latents.Select(l => EmissionContext.IsIndexed(l) ? $"Several({context.Length(l)})" : "One()"))});");
        writer.Close();
    }

    private static void WriteFlat(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var latents = string.Join(", ", model.Latents.Select(l => $"{(EmissionContext.IsIndexed(l) ? ".. " : "")}joint.{context.Property(l)}"));
        var observed = string.Join(", ", model.Sites.Where(s => !s.IsLatent).Select(s => $"joint.{context.Property(model.Variables[s.Variable])}"));
        writer.Gap();
        writer.Line("// A joint draw without names.");
        writer.Line($"private static {Types.JointDraw} {context.Members.Flat}({context.Members.Joint} joint) => new([{latents}], [{observed}]);");
    }

    private static void WriteFolded(EmissionContext context)
    {
        var (writer, members) = (context.Writer, context.Members);
        var folded = context.Model.Latents.Select(l => EmissionContext.IsIndexed(l)
            ? $"[.. global::System.Linq.Enumerable.Select(latents.{context.Property(l)}, value => rows.Fold(value))]"
            : $"rows.Fold(latents.{context.Property(l)})");
        writer.Gap();
        writer.Line("// Samples of a posterior, [samples, rows, event], as rows of their own; other latents as they are.");
        writer.Line($"private static {members.Latents} {members.Folded}({members.Latents} latents) =>");
        writer.Line($"    latents.{context.Signatures.Particles} is {{ }} rows ? new {members.Latents}({string.Join(", ", folded)}) : latents;");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
