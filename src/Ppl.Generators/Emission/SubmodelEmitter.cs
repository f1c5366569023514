using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// Writes what the callers of a submodel call: its statements, whose sites are a parameter, since where they stand and how their divergences are
/// computed is said of the model that calls it.
/// </summary>
internal static class SubmodelEmitter
{
    /// <summary>The member that gives the sites of one round.</summary>
    public const string Element = "At";

    public static void Write(EmissionContext context)
    {
        var (writer, type) = (context.Writer, context.Members.Sites);
        var parts = CallStatement.PartsOf(context.Program.Body).ToList();
        var members = parts.Select(part => part switch
        {
            CallStatement call => (Type: call.Call.SitesType, Name: context.CallField(call)),
            DeterministicStatement recorded => (Type: Types.SiteInfo, Name: context.RecordField(recorded.Record)),
            _ => (Type: Types.SiteInfo, Name: context.SiteField(context.Program.Sites[((SiteStatement)part).Site])),
        }).ToList();
        writer.Line($"/// <summary>The sites of {context.Program.Method}, as a model that calls it has them.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"internal sealed record {type}({string.Join(", ", members.Select(m => $"{m.Type} {m.Name}"))})");
        writer.Line("// Those of one round, where the elements of an array receive the results.");
        var index = new Names(members.Select(m => m.Name)).Local("index");
        var elements = string.Join(", ", members.Select(m => $"{m.Name}.{Element}({index})"));
        writer.Line($"public {type} {Element}(int {index}) => new({elements});");
        writer.Close();
        RunEmitter.Write(context);
        MaskEmitter.WriteOf(context);
        foreach (var (name, length) in context.Members.LoopLengths.Zip(context.Program.Lengths, (name, length) => (name, length)))
            ContractEmitter.WriteLength(context, "internal", name, length);
    }

    /// <summary>The header of the statements. What is observed goes both ways: a pass that draws gives it a value.</summary>
    public static string Run(EmissionContext context, string pass, ResultSpec result)
    {
        var program = context.Program;
        var parameters = program.Parameters.Select(p =>
            $", {(program.Observed.Contains(p) ? "ref " : "")}{Types.Tensor}{(p.IsOptional ? "?" : "")} {Names.Escape(p.Name)}");
        return $"internal {result.Type} {Names.Escape(context.Members.Run)}({Types.Pass} {pass}, {context.Members.Sites} {context.SitesName}"
            + $"{string.Concat(parameters)})";
    }
}
