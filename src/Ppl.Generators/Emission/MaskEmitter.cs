using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes which of the data are there, site by site: the user's expressions over parameters.</summary>
internal static class MaskEmitter
{
    /// <summary>The masks of a model: what the engine asks for, by site.</summary>
    public static void Write(EmissionContext context)
    {
        var masked = Masked(context);
        if (masked.Count == 0) return;
        var (writer, parameters) = (context.Writer, context.Program.Parameters.ToList());
        var names = context.Names.Scope();
        var (site, inputs) = (names.Local("site"), names.Local("inputs"));
        writer.Gap();
        writer.Line("// Which of a site's data are there.");
        writer.Open(Signatures.ContractMask(site, inputs));
        context.LengthTexts = context.LengthsBy(context.LengthsOfModel, length => LengthOf(context, context.Program.DataLengths[length], inputs));
        foreach (var spec in masked)
        {
            writer.Open($"if ({site}.IsOf({context.Members.Sites}.{context.SiteField(spec)}))");
            foreach (var (parameter, place) in parameters.Select((p, i) => (p, i)).Where(p => spec.Mask!.Parameters.Contains(p.p.Id)))
                writer.Line($"var {Names.Escape(parameter.Name)} = {inputs}[{EmissionContext.Number(place)}];");
            WriteValue(context, spec, site);
        }

        context.LengthTexts = context.LengthsOfModel;
        writer.Line("return null;");
        writer.Close();
    }

    /// <summary>The masks of a submodel: what its callers ask for, by the number of the site.</summary>
    public static void WriteOf(EmissionContext context)
    {
        var masked = Masked(context);
        if (masked.Count == 0) return;
        var (writer, program) = (context.Writer, context.Program);
        var names = context.Names.Scope();
        var (number, site) = (names.Local("number"), names.Local("site"));
        writer.Gap();
        writer.Line("// Which of the data are there, by the number of the site; the site tells which slice of them it is.");
        writer.Line(Types.GeneratedCode);
        writer.Open($"internal {Types.Tensor}? {context.Members.Mask}(int {number}, {Types.SiteInfo} {site}"
            + $"{Signatures.Tensors(program.MaskParameters, true)})");
        foreach (var spec in masked)
        {
            writer.Open($"if ({number} == {EmissionContext.Number(spec.Id)})");
            WriteValue(context, spec, site);
        }

        writer.Line("return null;");
        writer.Close();
    }

    /// <summary>A length that is read off a parameter's shape.</summary>
    private static string LengthOf(EmissionContext context, DataLengthSpec length, string inputs)
    {
        var place = context.Program.Parameters.Select(p => p.Id).ToList().IndexOf(length.Parameter);
        return $"(int){inputs}[{EmissionContext.Number(place)}].shape[{EmissionContext.Number(length.Dimension)}]";
    }

    private static List<SiteSpec> Masked(EmissionContext context) => [.. context.Program.Sites.Where(s => s.Mask is not null)];

    private static void WriteValue(EmissionContext context, SiteSpec spec, string site)
    {
        var (writer, mask) = (context.Writer, spec.Mask!);
        if (mask.Call is { } call)
        {
            var given = string.Concat(call.Arguments.Select(a => $", {a}"));
            writer.Line($"return {call.Method}({EmissionContext.Number(call.Site)}, {site}{given});");
        }
        else
        {
            WriteRound(context, spec, site);
            writer.Carried("return ", mask.Text, ";", mask.Anchor);
        }

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
