using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the guide: an encoder for each latent, and what users and the engine ask of it.</summary>
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
        context.LengthTexts = [.. context.Members.LoopLengths.Select(l => $"{owner}.{l}")];
        if (NeedsOwner(context)) writer.Line($"private readonly {context.Model.Host.ClassName} {owner};");
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
        InferEmitter.Write(context);
        context.LengthTexts = context.LengthsOfModel;
        writer.Close();
    }

    /// <summary>The guide asks its model how long the loops are.</summary>
    private static bool NeedsOwner(EmissionContext context) => context.Program.Lengths.Count > 0;

    /// <summary>A member of the guide's base class, reached past a parameter of the same name.</summary>
    private static string Member(string name, IEnumerable<VariableSpec> parameters) => parameters.Any(p => p.Name == name) ? $"this.{name}" : name;

    private static void WriteConstructor(EmissionContext context)
    {
        var (writer, latents) = (context.Writer, context.Program.Latents.ToList());
        var owner = context.Signatures.Owner;
        writer.Gap();
        writer.Open(context.Signatures.GuideConstructor);
        if (NeedsOwner(context)) writer.Line($"this.{owner} = {owner};");
        foreach (var latent in PublicFace.LatentsInDrawOrder(context))
        {
            var site = context.Program.SitesOf(latent).First();
            var length = EmissionContext.IsIndexed(latent) ? $", {context.Length(latent)}" : "";
            writer.Line($"this.{context.Encoder(latent)} = {Member("Register", latents)}({context.Members.Sites}.{context.SiteField(site)}, "
                + $"{Names.Escape(latent.Name)}{length});");
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
            InferEmitter.ForEachStep(context, loop, (step, variable) => writer.Line($"{list}.Add({Step(context, step, variable)});"));
            writer.Line($"{steps} = {connect}({list});");
        }

        writer.Close();
    }

    private static string Step(EmissionContext context, EncodeStep step, string loop) =>
        $"new {Types.GuideStep}({NameText(context, step.Target, loop)}, [{string.Join(", ", step.Inputs.Select(i => NameText(context, i, loop)))}])";

    /// <summary>A latent's or datum's name at run time: <c>"z"</c>, <c>$"h[{i - 1}]"</c>.</summary>
    private static string NameText(EmissionContext context, Read read, string loop)
    {
        var name = context.Program.Variables[read.Variable].Name;
        if (read.By is not null) return EmissionContext.Literal(context.Program.Text(read));
        if (read.Index is null) return EmissionContext.Literal(name);
        var index = context.Index(read.Index, loop);
        if (read.End is { } end)
        {
            string Position(IndexSpec spec) => spec.IsConstant ? context.Index(spec, loop) : $"{{{context.Index(spec, loop)}}}";
            return $"$\"{name}[{(index == "0" ? "" : Position(read.Index))}..{Position(end)}]\"";
        }

        return read.Index.IsConstant ? EmissionContext.Literal($"{name}[{index}]") : $"$\"{name}[{{{index}}}]\"";
    }

    private static void WritePosterior(EmissionContext context)
    {
        var (writer, program, samples) = (context.Writer, context.Program, context.Signatures.Samples);
        var parameters = program.Parameters.ToList();
        var draws = new Names([.. parameters.Select(p => p.Name), samples]).Local("draws");
        writer.Gap();
        writer.Line("/// <summary>Draws from the posterior approximation, without gradient: [samples, plates, event].</summary>");
        foreach (var parameter in parameters) PublicFace.WriteParameter(context, parameter);
        writer.Line($"/// <param name=\"{samples}\">How many draws.</param>");
        writer.Line(Types.GeneratedCode);
        writer.Open(context.Signatures.Posterior);
        writer.Line($"var {draws} = {Member("DrawPosterior", parameters)}([{EmissionContext.Arguments(parameters)}], {samples});");
        var values = program.Latents.Select(
            (l, slot) => $"{draws}.{(EmissionContext.IsIndexed(l) ? "Elements" : "Value")}({EmissionContext.Number(slot)})");
        writer.Line($"return new {context.Members.Latents}({string.Join(", ", values)}) {{ {context.Signatures.Particles} = {samples} }};");
        writer.Close();
    }

    private static void WriteReconstruct(EmissionContext context)
    {
        var (writer, parameters) = (context.Writer, context.Program.Parameters.ToList());
        writer.Gap();
        writer.Line("/// <summary>One draw from the posterior approximation and the observed sites given it, without gradient.</summary>");
        foreach (var parameter in parameters) PublicFace.WriteParameter(context, parameter);
        writer.Line(Types.GeneratedCode);
        writer.Line($"{context.Signatures.Reconstruct} =>");
        writer.Line($"    {context.Members.Named}({Member("ReconstructFrom", parameters)}([{EmissionContext.Arguments(parameters)}]));");
    }
}
