using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes the log joint density at given latents and data.</summary>
internal sealed class LogJointBody(EmissionContext context, string latents, string terms) : BodyEmitter(context)
{
    public static void WriteMethod(EmissionContext context)
    {
        var (writer, model, latents) = (context.Writer, context.Model, context.Signatures.Latents);
        var symbols = model.Sites.GroupBy(s => s.Variable).Select(g => g.First().Name);
        writer.Gap();
        writer.Line($"/// <summary>log p({string.Join(", ", symbols)}): [rows], or [samples, rows].</summary>");
        writer.Line(
            $"/// <param name=\"{latents}\">The latents: [rows, event], or [samples, rows, event] as a guide's posterior gives them.</param>");
        foreach (var parameter in model.Parameters) PassEmitter.WriteParameter(context, parameter);
        writer.Line(Types.GeneratedCode);
        writer.Line($"{context.Signatures.LogJoint} => {context.Members.Density}({latents}{EmissionContext.Arguments(model.Parameters, true)});");
    }

    public static void WriteBody(EmissionContext context)
    {
        var (writer, model) = (context.Writer, context.Model);
        var names = context.Names.Scope();
        var (latents, terms, layout, rows) = (names.Local("given"), names.Local("terms"), names.Local("layout"), names.Local("rows"));
        writer.Gap();
        writer.Line("// The log joint density at given latents and data.");
        writer.Line(Types.GeneratedCode);
        writer.Open(
            $"private {Types.Tensor} {context.Members.Density}({context.Members.Latents} {latents}{Signatures.Tensors(model.Parameters, true)})");
        var batch = $"new {Types.Batch}({context.Members.Sites}.{SitesEmitter.Plan}, [{EmissionContext.Arguments(model.Parameters)}])";
        writer.Line($"var {layout} = new {Types.Layout}({batch}, {latents}.{context.Signatures.Particles}?.Particles ?? 1);");
        writer.Line($"{latents} = {context.Members.Folded}({latents});");
        var read = PassEmitter.ReadVariables(model.Body, model);
        var repeated = model.Parameters.Where(p => read.Contains(p.Id) && model.IsPlated(p)).Select(p => Names.Escape(p.Name)).ToList();
        if (repeated.Count > 0) writer.Line($"var {rows} = {layout}.Rows({context.PlateInfo});");
        foreach (var name in repeated) writer.Line($"{name} = {rows}.Repeat({name}); // the model's statements read it");
        writer.Line($"var {terms} = new {Types.SiteTerms}({layout}, {Types.TermForm}.Sampled);");
        new LogJointBody(context, latents, terms).Write();
        writer.Gap();
        writer.Line($"return {terms}.LogJoint();");
        writer.Close();
    }

    protected override void WriteLatent(SiteSpec site, string target, string info)
    {
        Writer.Line($"{target} = {latents}.{Property(site)};");
        Writer.Line($"{terms}.Given({info}, {Context.ModelName(site)}, {Value(site)});");
    }

    protected override void WriteObserved(SiteSpec site, string info) =>
        Writer.Line($"{terms}.Observed({info}, {Context.ModelName(site)}, {Names.Escape(site.Name)});");
}
