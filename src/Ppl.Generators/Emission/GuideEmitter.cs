using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide: a typed encoder for each latent, and what users and the engine ask of it.</summary>
internal static class GuideEmitter
{
    public static void Write(EmissionContext context)
    {
        var writer = context.Writer;
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Gap();
        writer.Line($"/// <summary>The guide {EmissionContext.Xml(factors)}.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"public sealed class Guide : {Types.Guide}");
        context.LengthText = "owner.LoopLength";
        writer.Line($"private readonly {context.Model.ClassName} owner;");
        WriteConstructor(context);
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            writer.Gap();
            writer.Line($"/// <summary>{EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)))}</summary>");
            writer.Line($"public {EncoderType(context, latent)} {Names.Escape(latent.Name)} {{ get; }}");
        }

        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public override {Types.List}<{Types.GuideStep}> Steps {{ get; }}");
        WritePosterior(context);
        WriteReconstruct(context);
        WriteEngine(context);
        WritePrepare(context);
        context.LengthText = context.Model.Length;
        writer.Close();
    }

    public static string EncoderType(EmissionContext context, VariableSpec latent) =>
        $"{(EmissionContext.IsIndexed(latent) ? Types.EncoderList : Types.Encoder)}<{context.GuideType(latent)}>";

    /// <summary>The networks, and the head where the family names another one than the guide's own family does.</summary>
    private static string EncoderArguments(EmissionContext context, VariableSpec latent)
    {
        var (name, head) = (Names.Escape(latent.Name), context.Family(latent).OwnHead);
        if (!EmissionContext.IsIndexed(latent)) return head.Length == 0 ? name : $"{name}, head: new {head}()";
        return head.Length == 0 ? $"{name}!" : $"() => new {head}(), {name}!";
    }

    private static void WriteConstructor(EmissionContext context)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Open($"internal Guide({context.Model.ClassName} owner, {PublicFace.NetworkParameters(context, "")}) : base(owner)");
        writer.Line("this.owner = owner;");
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            var name = Names.Escape(latent.Name);
            writer.Line($"this.{name} = Register({EmissionContext.Literal(latent.Name)}, new {EncoderType(context, latent)}({EncoderArguments(context, latent)}));");
        }

        if (context.Plan.Guide.All(s => s is EncodeStep))
        {
            writer.Line("Steps =");
            writer.Line("[");
            foreach (var step in context.Plan.EncodeSteps) writer.Line($"    {Step(context, step, "")},");
            writer.Line("];");
        }
        else
        {
            var names = new Names(context.Model.Latents.Select(l => l.Name));
            var (steps, loop) = (names.Local("steps"), names.Local("i"));
            writer.Line($"var {steps} = new {Types.GrowingList}<{Types.GuideStep}>();");
            DrawEmitter.ForEachStep(context, loop, (step, variable) => writer.Line($"{steps}.Add({Step(context, step, variable)});"));
            writer.Line($"Steps = {steps};");
        }

        writer.Close();
    }

    private static string Step(EmissionContext context, EncodeStep step, string loop) =>
        $"new {Types.GuideStep}({NameText(context, step.Target, loop)}, [{string.Join(", ", step.Inputs.Select(i => NameText(context, i, loop)))}])";

    /// <summary>A latent's or datum's name at run time: <c>"z"</c>, <c>$"h[{i - 1}]"</c>.</summary>
    private static string NameText(EmissionContext context, Read read, string loop)
    {
        var name = context.Model.Variables[read.Variable].Name;
        if (read.Index is null) return EmissionContext.Literal(name);
        var index = context.Index(read.Index, loop);
        return read.Index is { LoopVariable: < 0, FromLength: false } ? EmissionContext.Literal($"{name}[{index}]") : $"$\"{name}[{{{index}}}]\"";
    }

    private static void WritePosterior(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        writer.Gap();
        writer.Line("/// <summary>Draws from the posterior approximation, without gradient: [samples, rows, event].</summary>");
        WriteDataParameters(context);
        var names = new Names(model.Parameters.Select(p => p.Name));
        var (samples, gradient, batch, draw) = (names.Local("samples"), names.Local("gradient"), names.Local("batch"), names.Local("draw"));
        writer.Line($"/// <param name=\"{samples}\">How many draws for each row.</param>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"public Latents Posterior({EmissionContext.Tensors(model.Parameters)}, int {samples} = 1)");
        WriteDraw(context, gradient, batch, draw, samples);
        var values = model.Latents.Select(l => EmissionContext.IsIndexed(l)
            ? $"[.. global::System.Linq.Enumerable.Select({draw}.{Names.Escape(l.Name)}, value => {draw}.Rows.Unfold(value))]" : $"{draw}.Rows.Unfold({draw}.{Names.Escape(l.Name)})");
        writer.Line($"return new Latents({string.Join(", ", values)}) {{ Particles = {draw}.Rows }};");
        writer.Close();
    }

    private static void WriteDraw(EmissionContext context, string gradient, string batch, string draw, string samples)
    {
        var writer = context.Writer;
        writer.Line("RequirePrepared();");
        writer.Line($"using var {gradient} = {Types.NoGrad};");
        writer.Line($"var {batch} = Batch({EmissionContext.Arguments(context.Model.Parameters)});");
        writer.Line($"var {draw} = owner.Infer(this, {batch}, new {Types.Rows}({samples}, {batch}.Count), null);");
    }

    private static void WriteDataParameters(EmissionContext context)
    {
        foreach (var parameter in context.Model.Parameters)
        {
            if (context.Model.IsObserved(parameter)) PassEmitter.WriteObservedParameters(context.Writer, [parameter]);
            else PassEmitter.WriteCovariates(context.Writer, [parameter]);
        }
    }

    private static void WriteReconstruct(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        writer.Gap();
        writer.Line("/// <summary>One draw from the posterior approximation and the observed sites given it, without gradient.</summary>");
        WriteDataParameters(context);
        writer.Line(Types.GeneratedCode);
        writer.Open($"public Joint Reconstruct({EmissionContext.Tensors(model.Parameters)})");
        var names = new Names(model.Parameters.Select(p => p.Name));
        var draw = names.Local("draw");
        WriteDraw(context, names.Local("gradient"), names.Local("batch"), draw, "1");
        var latents = string.Join(", ", model.Latents.Select(l => $"{draw}.{Names.Escape(l.Name)}"));
        writer.Line($"return owner.Predict(new Latents({latents}){EmissionContext.Arguments(model.Covariates, true)});");
        writer.Close();
    }

    private static void WriteEngine(EmissionContext context)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Open($"public override {Types.Draws} Draw({Types.Batch} batch, int particles)");
        writer.Line("RequirePrepared();");
        writer.Line($"return owner.Infer(this, batch, new {Types.Rows}(particles, batch.Count), null);");
        writer.Close();
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public override {Types.Draws} Condition({Types.Draws} draws, {Types.List}<{Types.Tensor}> latents) =>");
        writer.Line("    owner.Infer(this, draws.Batch, draws.Rows, owner.Named(latents));");
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"public override {Types.SiteTerms} Terms({Types.Draws} draws, {Types.TermForm} form) => owner.Terms((Draw)draws, form);");
    }

    private static void WritePrepare(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var names = new Names(context.InputNames);
        var (prior, loop, batch, simulation) = (names.Local("prior"), names.Local("i"), names.Local("batch"), names.Local("simulation"));
        writer.Gap();
        writer.Line("// A draw from the prior tells each latent's event and distribution, and stands for the draws that later encoders read.");
        writer.Line("/// <inheritdoc/>");
        writer.Open($"protected override void PrepareEncoders({Types.Batch} {batch})");
        var index = 0;
        var used = context.Plan.EncodeSteps.SelectMany(s => s.Inputs).Select(i => i.Variable).ToList();
        var arguments = new List<string>();
        foreach (var parameter in model.Parameters)
        {
            var value = $"{batch}[{index++}]";
            if (used.Contains(parameter.Id)) writer.Line($"var {Names.Escape(parameter.Name)} = {value};");
            if (!model.IsObserved(parameter)) arguments.Add(value);
        }

        writer.Line($"var {simulation} = new {Types.Simulation}(owner, {batch}.Count);");
        writer.Line($"var {prior} = owner.Ancestral({simulation}, null{string.Concat(arguments.Select(a => $", {a}"))});");
        DrawEmitter.ForEachStep(context, loop, (step, variable) =>
        {
            var target = context.Value(step.Target, variable);
            var inputs = step.Inputs.Select(i => model.Variables[i.Variable].Role == VariableRole.Latent ? $"{prior}.{context.Value(i, variable)}" : context.Value(i, variable));
            writer.Line($"this.{target}.Prepare([{string.Join(", ", inputs)}], {prior}.{target}.shape[1..], {simulation}.Model({NameText(context, step.Target, variable)}));");
        });
        writer.Close();
    }
}
