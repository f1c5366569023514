using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes which of the data are there, site by site: the user's expressions over parameters.</summary>
internal static class MaskEmitter
{
    public static void Write(EmissionContext context)
    {
        var masked = context.Program.Sites.Where(s => s.Mask is not null).ToList();
        if (masked.Count == 0) return;
        var writer = context.Writer;
        var names = context.Names.Scope();
        var (site, inputs) = (names.Local("site"), names.Local("inputs"));
        writer.Gap();
        writer.Line("// Which of a site's data are there.");
        writer.Open(Signatures.ContractMask(site, inputs));
        foreach (var spec in masked) Write(context, spec, site, inputs);
        writer.Line("return null;");
        writer.Close();
    }

    private static void Write(EmissionContext context, SiteSpec spec, string site, string inputs)
    {
        var (writer, program) = (context.Writer, context.Program);
        writer.Open($"if ({site} == {context.Members.Sites}.{context.SiteField(spec)})");
        foreach (var (parameter, place) in program.Parameters.Select((p, i) => (p, i)).Where(p => spec.Mask!.Parameters.Contains(p.p.Id)))
            writer.Line($"var {Names.Escape(parameter.Name)} = {inputs}[{EmissionContext.Number(place)}];");
        writer.Carried("return ", spec.Mask!.Text, ";", spec.Mask.Anchor);
        writer.Close();
        writer.Gap();
    }
}
