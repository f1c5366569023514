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
        var (latents, terms, sum, term, rows) =
            (names.Local("given"), names.Local("terms"), names.Local("sum"), names.Local("term"), names.Local("rows"));
        writer.Gap();
        writer.Line("// The log joint density at given latents and data.");
        writer.Line(Types.GeneratedCode);
        writer.Open(
            $"private {Types.Tensor} {context.Members.Density}({context.Members.Latents} {latents}{Signatures.Tensors(model.Parameters, true)})");
        writer.Line($"var {rows} = {latents}.{context.Signatures.Particles} ?? "
            + $"new {Types.Rows}(1, new {Types.Batch}({context.Members.Sites}.{SitesEmitter.Plan}, "
            + $"[{EmissionContext.Arguments(model.Parameters)}]).Count);");
        writer.Line($"{latents} = {context.Members.Folded}({latents});");
        var read = PassEmitter.ReadVariables(model.Body, model);
        foreach (var name in model.Parameters.Where(p => read.Contains(p.Id) && model.IsPlated(p)).Select(p => Names.Escape(p.Name)))
            writer.Line($"{name} = {rows}.Repeat({name}); // the model's statements read it");
        writer.Line($"var {terms} = new {Types.SiteTerms}({rows}, {Types.TermForm}.Sampled);");
        new LogJointBody(context, latents, terms).Write();
        writer.Gap();
        writer.Line($"var {sum} = {terms}[0].LogP!;");
        writer.Line($"for (var {term} = 1; {term} < {terms}.Count; {term}++) {sum} = {sum} + {terms}[{term}].LogP!;");
        writer.Line($"return {rows}.Particles == 1 ? {sum}.squeeze(0) : {sum};");
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
