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
        var parameters = context.Program.Parameters.Select(p => p.Id).ToList();
        context.LengthTexts = context.LengthsBy(context.LengthsOfModel, length => context.Program.DataLengths[length] is var own
            ? $"(int){inputs}[{EmissionContext.Number(parameters.IndexOf(own.Parameter))}].shape[{EmissionContext.Number(own.Dimension)}]" : "");
        foreach (var spec in masked) Write(context, spec, site, inputs);
        context.LengthTexts = context.LengthsOfModel;
        writer.Line("return null;");
        writer.Close();
    }

    private static void Write(EmissionContext context, SiteSpec spec, string site, string inputs)
    {
        var (writer, program) = (context.Writer, context.Program);
        writer.Open($"if ({site}.IsOf({context.Members.Sites}.{context.SiteField(spec)}))");
        foreach (var (parameter, place) in program.Parameters.Select((p, i) => (p, i)).Where(p => spec.Mask!.Parameters.Contains(p.p.Id)))
            writer.Line($"var {Names.Escape(parameter.Name)} = {inputs}[{EmissionContext.Number(place)}];");
        WriteRound(context, spec, site);
        writer.Carried("return ", spec.Mask!.Text, ";", spec.Mask.Anchor);
        writer.Close();
        writer.Gap();
    }

    /// <summary>The loop's variable, told by the element that is observed: <c>x[.., t + 1]</c> is element 3 where t is 2.</summary>
    private static void WriteRound(EmissionContext context, SiteSpec spec, string site)
    {
        var loops = spec.Mask!.Text.Parts.Where(p => p.Variable >= 0).Select(p => context.Program.Variables[p.Variable])
            .Where(v => v.Role == VariableRole.Loop).Distinct();
        foreach (var loop in loops)
        {
            var before = context.Index(spec.Index! with { LoopVariable = -1 }, "");
            var offset = before == "0" ? "" : before.Contains(' ') ? $" - ({before})" : $" - {before}";
            context.Writer.Line($"var {Names.Escape(loop.Name)} = {site}.Element!.Value{offset};");
        }
    }
}
