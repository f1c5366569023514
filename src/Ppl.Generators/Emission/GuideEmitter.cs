using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide: a typed encoder for each latent, and what users and the engine ask of it.</summary>
internal static class GuideEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, owner) = (context.Writer, context.Signatures.Owner);
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Gap();
        writer.Line($"/// <summary>The guide {EmissionContext.Xml(factors)}.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open(context.Signatures.Guide);
        context.LengthText = $"{owner}.{context.Members.LoopLength}";
        writer.Line($"private readonly {context.Model.ClassName} {owner};");
        WriteConstructor(context);
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            writer.Gap();
            writer.Line($"/// <summary>{EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)))}</summary>");
            writer.Line($"{Signatures.Encoder(context.Face(latent))} {{ get; }}");
        }

        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"{Signatures.Steps} {{ get; }}");
        WritePosterior(context);
        WriteReconstruct(context);
        WriteEngine(context);
        WritePrepare(context);
        context.LengthText = context.Model.Length;
        writer.Close();
    }

    /// <summary>A member of the guide's base class, reached past a parameter of the same name.</summary>
    private static string Member(string name, IEnumerable<VariableSpec> parameters) => parameters.Any(p => p.Name == name) ? $"this.{name}" : name;

    /// <summary>The families of the factors.</summary>
    private static string EncoderArguments(EmissionContext context, VariableSpec latent)
    {
        var name = Names.Escape(latent.Name);
        return EmissionContext.IsIndexed(latent) ? $"{name}, {context.Length(latent)}, {EmissionContext.Literal(latent.Name)}" : name;
    }

    private static void WriteConstructor(EmissionContext context)
    {
        var (writer, latents) = (context.Writer, context.Model.Latents.ToList());
        var owner = context.Signatures.Owner;
        writer.Gap();
        writer.Open(context.Signatures.GuideConstructor);
        writer.Line($"this.{owner} = {owner};");
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            var site = context.Face(latent);
            var encoder = $"new {Signatures.EncoderType(site)}({EncoderArguments(context, latent)})";
            writer.Line($"this.{context.Encoder(latent)} = {Member("Register", latents)}({EmissionContext.Literal(site.Name)}, {encoder});");
        }

        var (steps, connect) = (Member("Steps", latents), Member("Connect", latents));
        if (context.Plan.Guide.All(s => s is EncodeStep))
        {
            writer.Line($"{steps} = {connect}(");
            writer.Line("[");
            foreach (var step in context.Plan.EncodeSteps) writer.Line($"    {Step(context, step, "")},");
            writer.Line("]);");
        }
        else
        {
            var names = new Names([.. latents.Select(l => l.Name), owner]);
            var (list, loop) = (names.Local("steps"), names.Local("i"));
            writer.Line($"var {list} = new {Types.GrowingList}<{Types.GuideStep}>();");
            DrawEmitter.ForEachStep(context, loop, (step, variable) => writer.Line($"{list}.Add({Step(context, step, variable)});"));
            writer.Line($"{steps} = {connect}({list});");
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
        var (writer, model, samples) = (context.Writer, context.Model, context.Signatures.Samples);
        writer.Gap();
        writer.Line("/// <summary>Draws from the posterior approximation, without gradient: [samples, rows, event].</summary>");
        WriteDataParameters(context);
        writer.Line($"/// <param name=\"{samples}\">How many draws for each row.</param>");
        writer.Line(Types.GeneratedCode);
        writer.Open(context.Signatures.Posterior);
        var draw = WriteDraw(context, samples);
        var rows = new Names([.. model.Parameters.Select(p => p.Name), samples, context.Signatures.Owner, draw]).Local("rows");
        writer.Line($"var {rows} = {draw}.Layout.Rows({Member("Plan", model.Parameters)}.Plates[0]);");
        var values = model.Latents.Select(l => (l, value: $"{draw}.{context.Drawn(l)}")).Select(d => EmissionContext.IsIndexed(d.l)
            ? $"[.. global::System.Linq.Enumerable.Select({d.value}, value => {rows}.Unfold(value))]" : $"{rows}.Unfold({d.value})");
        writer.Line($"return new {context.Members.Latents}({string.Join(", ", values)}) {{ {context.Signatures.Particles} = {rows} }};");
        writer.Close();
    }

    /// <summary>Writes the guide's draw from the data; returns its name.</summary>
    private static string WriteDraw(EmissionContext context, string samples)
    {
        var (writer, parameters) = (context.Writer, context.Model.Parameters.ToList());
        var names = new Names([.. parameters.Select(p => p.Name), samples, context.Signatures.Owner]);
        var (gradient, batch, draw) = (names.Local("gradient"), names.Local("batch"), names.Local("draw"));
        writer.Line($"{Member("RequirePrepared", parameters)}();");
        writer.Line($"using var {gradient} = {Types.NoGrad};");
        writer.Line($"var {batch} = {Member("Batch", parameters)}([{EmissionContext.Arguments(parameters)}]);");
        var infer = $"{context.Signatures.Owner}.{context.Members.Infer}";
        writer.Line($"var {draw} = {infer}(this, {batch}, new {Types.Layout}({batch}, {samples}), null);");
        return draw;
    }

    private static void WriteDataParameters(EmissionContext context)
    {
        foreach (var parameter in context.Model.Parameters) PassEmitter.WriteParameter(context, parameter);
    }

    private static void WriteReconstruct(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        writer.Gap();
        writer.Line("/// <summary>One draw from the posterior approximation and the observed sites given it, without gradient.</summary>");
        WriteDataParameters(context);
        writer.Line(Types.GeneratedCode);
        writer.Open(context.Signatures.Reconstruct);
        var draw = WriteDraw(context, "1");
        var latents = string.Join(", ", model.Latents.Select(l => $"{draw}.{context.Drawn(l)}"));
        var covariates = EmissionContext.Arguments(model.Covariates, true);
        writer.Line($"return {context.Signatures.Owner}.Predict(new {context.Members.Latents}({latents}){covariates});");
        writer.Close();
    }

    private static void WriteEngine(EmissionContext context)
    {
        var (writer, owner, members) = (context.Writer, context.Signatures.Owner, context.Members);
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"{Signatures.Draw} =>");
        writer.Line($"    {owner}.{members.Infer}(this, batch, layout, given is null ? null : {owner}.{members.Named}(given!));");
        writer.Gap();
        writer.Line("/// <inheritdoc/>");
        writer.Line($"{Signatures.Terms} => {owner}.{members.Terms}(({members.Draw})draws, form);");
    }

    private static void WritePrepare(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var names = new Names([.. model.Length.Split('.'), context.Signatures.Owner, "batch"]);
        writer.Gap();
        writer.Line("// A draw from the prior tells each latent's event and distribution, and stands for the draws that later encoders read.");
        writer.Line("/// <inheritdoc/>");
        writer.Open(Signatures.PrepareEncoders);
        var (index, covariates, data) = (0, new List<string>(), new Dictionary<int, string>());
        var used = context.Plan.EncodeSteps.SelectMany(s => s.Inputs).Select(i => i.Variable).ToList();
        foreach (var parameter in model.Parameters)
        {
            var value = $"batch[{index++}]";
            if (!model.IsObserved(parameter)) covariates.Add(value);
            if (!used.Contains(parameter.Id)) continue;
            data[parameter.Id] = names.Local(parameter.Name);
            writer.Line($"var {Names.Escape(data[parameter.Id])} = {value};");
        }

        var (simulation, prior, loop) = (names.Local("simulation"), names.Local("prior"), names.Local("i"));
        var owner = context.Signatures.Owner;
        writer.Line($"var {simulation} = new {Types.Simulation}({owner}, batch);");
        writer.Line($"var {prior} = {owner}.{context.Members.Ancestral}({simulation}, null{string.Concat(covariates.Select(c => $", {c}"))});");
        string Prior(Read read, string variable) => $"{prior}.{context.Property(model.Variables[read.Variable])}{context.Element(read, variable)}";
        DrawEmitter.ForEachStep(context, loop, (step, variable) =>
        {
            var latent = model.Variables[step.Target.Variable];
            var inputs = step.Inputs.Select(i => data.TryGetValue(i.Variable, out var name) ? Names.Escape(name) : Prior(i, variable));
            var encoder = $"this.{context.Encoder(latent)}{context.Element(step.Target, variable)}";
            var distribution = $"{simulation}.Model({NameText(context, step.Target, variable)})";
            writer.Line($"{encoder}.Prepare([{string.Join(", ", inputs)}], {Prior(step.Target, variable)}, {distribution});");
        });
        writer.Close();
    }
}
