using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide's draws: the class that holds them, and the method that makes them in the order of the inverse.</summary>
internal static class DrawEmitter
{
    private const string Loop = "i";

    public static void Write(EmissionContext context)
    {
        WriteClass(context);
        WriteInfer(context);
    }

    private static void WriteClass(EmissionContext context)
    {
        var writer = context.Writer;
        var latents = context.Model.Latents.ToList();
        var members = latents.SelectMany<VariableSpec, (string Type, string Name)>(
            l => [(ValueType(l), context.Drawn(l)), (GuideType(l), context.GuideName(l))]).ToList();
        writer.Gap();
        writer.Line("// The guide's draws, each with the distribution it was drawn from.");
        writer.Line(Types.GeneratedCode);
        var names = new Names(members.Select(m => m.Name));
        var (guide, batch, layout) = (names.Local("guide"), names.Local("batch"), names.Local("layout"));
        writer.Line($"private sealed class {context.Members.Draw}({Types.Guide} {guide}, {Types.Batch} {batch}, {Types.Layout} {layout}, "
            + $"{string.Join(", ", members.Select(m => $"{m.Type} {m.Name}"))})");
        writer.Open($"    : {Types.Draws}({guide}, {batch}, {layout}, [{Flat(latents, context.Drawn)}], [{Flat(latents, context.GuideName)}])");
        foreach (var (type, name) in members)
        {
            writer.Line($"public {type} {name} {{ get; }} = {name};");
            writer.Gap();
        }

        writer.Close();
    }

    private static string Flat(IEnumerable<VariableSpec> latents, Func<VariableSpec, string> name) =>
        string.Join(", ", latents.Select(l => EmissionContext.IsIndexed(l) ? $".. {name(l)}" : name(l)));

    private static string ValueType(VariableSpec latent) => EmissionContext.IsIndexed(latent) ? $"{Types.Tensor}[]" : Types.Tensor;

    private static string GuideType(VariableSpec latent) => Types.Distribution + (EmissionContext.IsIndexed(latent) ? "[]" : "");

    private static void WriteInfer(EmissionContext context)
    {
        var (writer, plan) = (context.Writer, context.Plan);
        var order = string.Join(", then ", PublicFace.LatentsInDrawOrder(context).Select(l => l.Name));
        writer.Gap();
        writer.Line($"// Draws the latents in the order of the inverse: {order}. Given latents are taken instead of drawn.");
        writer.Line(Types.GeneratedCode);
        var names = new Names([.. context.InputNames, .. context.Model.Latents.Select(context.GuideName), context.Members.LoopLength]);
        var locals = new InferNames(names.Local("guide"), names.Local("batch"), names.Local("layout"), names.Local("given"), names.Local("rows"));
        var (draw, infer) = (context.Members.Draw, context.Members.Infer);
        writer.Open($"private {draw} {infer}({context.Members.Guide} {locals.Guide}, {Types.Batch} {locals.Batch}, {Types.Layout} {locals.Layout}, "
            + $"{context.Members.Latents}? {locals.Given})");
        writer.Line($"var {locals.Rows} = {locals.Layout}.Rows({context.PlateInfo});");
        if (context.Model.Length.Length > 0) context.LengthText = context.Members.LoopLength;
        var repeated = WriteInputs(context, names, locals);
        foreach (var latent in context.Model.Latents.Where(EmissionContext.IsIndexed))
        {
            writer.Line($"var {context.GuideName(latent)} = new {Types.Distribution}[{context.Length(latent)}];");
            writer.Line($"var {Names.Escape(latent.Name)} = new {Types.Tensor}[{context.Length(latent)}];");
        }

        var loop = names.Local(Loop);
        ForEachStep(context, loop, (step, variable) => WriteStep(context, step, variable, repeated, locals));
        writer.Gap();
        var values = context.Model.Latents.SelectMany(l => new[] { Names.Escape(l.Name), context.GuideName(l) });
        context.LengthText = context.Model.Length;
        writer.Line($"return new {draw}({locals.Guide}, {locals.Batch}, {locals.Layout}, {string.Join(", ", values)});");
        writer.Close();
    }

    /// <summary>Writes the guide's steps, its loops around them.</summary>
    public static void ForEachStep(EmissionContext context, string loop, Action<EncodeStep, string> write)
    {
        foreach (var step in context.Plan.Guide)
        {
            if (step is EncodeStep single)
            {
                write(single, loop);
            }
            else if (step is GuideLoop repeated)
            {
                context.Writer.Gap();
                context.Writer.Open(context.Loop(loop, repeated.From, repeated.To, repeated.Step));
                foreach (var inner in repeated.Body) write(inner, loop);
                context.Writer.Close();
            }
        }
    }

    /// <summary>Names the data that encoders read; those read together with latents are repeated for each particle, once.</summary>
    private static Dictionary<int, string> WriteInputs(EmissionContext context, Names names, InferNames locals)
    {
        var repeated = new Dictionary<int, string>();
        var index = 0;
        foreach (var parameter in context.Model.Parameters)
        {
            var value = $"{locals.Batch}[{index++}]";
            var steps = context.Plan.EncodeSteps.Where(s => s.Inputs.Any(i => i.Variable == parameter.Id)).ToList();
            if (steps.Count == 0) continue;
            context.Writer.Line($"var {Names.Escape(parameter.Name)} = {value}; // B rows");
            if (!steps.Any(s => s.FollowsLatents)) continue;
            repeated[parameter.Id] = names.Local($"every_{parameter.Name}");
            context.Writer.Line($"var {repeated[parameter.Id]} = {locals.Rows}.Repeat({Names.Escape(parameter.Name)}); // K·B rows");
        }

        return repeated;
    }

    private static void WriteStep(EmissionContext context, EncodeStep step, string loop, Dictionary<int, string> repeated, InferNames locals)
    {
        var writer = context.Writer;
        var latent = context.Model.Variables[step.Target.Variable];
        var element = step.Target.Index is null ? "" : $"[{context.Index(step.Target.Index, loop)}]";
        var inputs = step.Inputs.Select(i => step.FollowsLatents && repeated.TryGetValue(i.Variable, out var name) ? name : context.Value(i, loop))
            .ToList();
        var (name, q) = (Names.Escape(latent.Name), context.GuideName(latent));
        var (encoder, given) = (context.Encoder(latent), context.Property(latent));
        var declare = step.Target.Index is null ? "var " : "";
        writer.Gap();
        writer.Line($"// {Factor(context, step, loop)}: {(step.FollowsLatents ? "K·B rows" : "B rows, K draws from each")}");
        writer.Line($"{declare}{q}{element} = {locals.Guide}.{encoder}{element}.Encode({string.Join(", ", inputs.Prepend(locals.Layout))});");
        writer.Line($"{declare}{name}{element} = {locals.Given}?.{given}{element} ?? "
            + $"{(step.FollowsLatents ? $"{q}{element}.RSample()" : $"{locals.Rows}.Draw({q}{element})")};");
    }

    public static string Factor(EmissionContext context, EncodeStep step, string loop) =>
        $"q({context.Value(step.Target, loop)}{(step.Inputs.Count == 0 ? "" : " | ")}"
            + $"{string.Join(", ", step.Inputs.Select(i => context.Value(i, loop)))})";

    private sealed record InferNames(string Guide, string Batch, string Layout, string Given, string Rows);
}
