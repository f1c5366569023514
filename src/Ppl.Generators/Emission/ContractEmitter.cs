using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the untyped side of a model, which the engine uses: the explicit implementation of IGeneratedModel.</summary>
internal static class ContractEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        context.LengthText = "LoopLength";
        WriteNamed(context);
        context.LengthText = model.Length;
        WriteFlat(context);
        WriteFolded(context);
        if (model.Length.Length > 0)
        {
            writer.Gap();
            writer.Line("// The length that the model's loops share.");
            writer.Line($"private int LoopLength => {model.Length};");
        }

        var covariates = string.Concat(model.Covariates.Select((_, i) => $", covariates[{Text(i)}]"));
        var tensors = string.Concat(model.Parameters.Select((_, i) => $", batch[{Text(i)}]"));
        var inputs = string.Join(", ", model.Parameters.Select((_, i) => $"inputs[{Text(i)}]"));
        writer.Gap();
        writer.Line($"{Types.ModelPlan} {Types.Model}.Plan => Sites.Plan;");
        if (model.Latents.Any(EmissionContext.IsIndexed)) WriteSequence(context);
        writer.Gap();
        writer.Line($"{Types.Guide} {Types.Model}.CreateGuide() => CreateGuide();");
        writer.Gap();
        writer.Line($"{Types.JointDraw} {Types.Model}.Simulate(long rows, {Types.List}<{Types.Tensor}> covariates) => Flat(Simulate(rows{covariates}));");
        writer.Gap();
        writer.Line($"{Types.JointDraw} {Types.Model}.Predict({Types.List}<{Types.Tensor}> latents, {Types.List}<{Types.Tensor}> covariates) =>");
        writer.Line($"    Flat(Predict(Named(latents){covariates}));");
        writer.Gap();
        writer.Line($"{Types.Tensor} {Types.Model}.LogJoint({Types.List}<{Types.Tensor}> latents, {Types.Batch} batch) => LogJoint(Named(latents){tensors});");
        writer.Gap();
        writer.Line($"void {Types.Model}.Invoke({Types.List}<{Types.Tensor}> inputs) => {Names.Escape(model.Method)}({inputs});");
    }

    /// <summary>Elements of indexed sites have their own names, so the order of the run is walked through.</summary>
    private static void WriteSequence(EmissionContext context)
    {
        var writer = context.Writer;
        var sequence = context.Names.Scope().Local("sequence");
        writer.Gap();
        writer.Open($"{Types.List}<{Types.SiteInfo}> {Types.Model}.Sequence");
        writer.Open("get");
        writer.Line($"var {sequence} = new {Types.GrowingList}<{Types.SiteInfo}>();");
        WriteSequence(context, context.Model.Body, sequence, "");
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
                    context.Writer.Open(context.Loop(repeated.VariableName, repeated.From, repeated.To, repeated.Step));
                    WriteSequence(context, repeated.Body, sequence, repeated.VariableName);
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
            writer.Line($"private Latents Named({Types.List}<{Types.Tensor}> latents) => new({string.Join(", ", latents.Select((_, i) => $"latents[{Text(i)}]"))});");
            return;
        }

        writer.Open($"private Latents Named({Types.List}<{Types.Tensor}> latents)");
        writer.Line("var next = 0;");
        writer.Line($"{Types.Tensor} One() => latents[next++];");
        writer.Line($"{Types.Tensor}[] Several(int count)");
        writer.Line("{");
        writer.Line($"    var several = new {Types.Tensor}[count];");
        writer.Line("    for (var i = 0; i < count; i++) several[i] = One();");
        writer.Line("    return several;");
        writer.Line("}");
        writer.Gap();
        writer.Line($"return new({string.Join(", ", latents.Select(l => EmissionContext.IsIndexed(l) ? $"Several({context.Length(l)})" : "One()"))});");
        writer.Close();
    }

    private static void WriteFlat(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var latents = string.Join(", ", model.Latents.Select(l => $"{(EmissionContext.IsIndexed(l) ? ".. " : "")}joint.{Names.Escape(l.Name)}"));
        var observed = string.Join(", ", model.Sites.Where(s => !s.IsLatent).Select(s => $"joint.{Names.Escape(s.Name)}"));
        writer.Gap();
        writer.Line("// A joint draw without names.");
        writer.Line($"private static {Types.JointDraw} Flat(Joint joint) => new([{latents}], [{observed}]);");
    }

    private static void WriteFolded(EmissionContext context)
    {
        var (writer, latents) = (context.Writer, context.Model.Latents.ToList());
        var folded = latents.Select(l => EmissionContext.IsIndexed(l)
            ? $"[.. global::System.Linq.Enumerable.Select(latents.{Names.Escape(l.Name)}, value => rows.Fold(value))]" : $"rows.Fold(latents.{Names.Escape(l.Name)})");
        writer.Gap();
        writer.Line("// Samples of a posterior, [samples, rows, event], as rows of their own; other latents as they are.");
        writer.Line("private static Latents Folded(Latents latents) =>");
        writer.Line($"    latents.Particles is {{ }} rows ? new Latents({string.Join(", ", folded)}) : latents;");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
