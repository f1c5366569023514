using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>
/// Writes a faulty model's public members, so that code which uses the model still compiles and the model's own errors are the ones that show.
/// The bodies throw.
/// </summary>
internal static class FallbackEmitter
{
    public static void Write(EmissionContext context)
    {
        var (writer, signatures) = (context.Writer, context.Signatures);
        var body = Body(context);
        (string Name, string Header)[] methods =
        [
            (GeneratedNames.CreateGuide, signatures.CreateGuide), (GeneratedNames.Simulate, signatures.Simulate),
            (GeneratedNames.Predict, signatures.Predict), (GeneratedNames.LogJoint, signatures.LogJoint),
        ];
        PublicFace.WriteRecords(context);
        foreach (var (_, header) in methods.Where(m => !context.Members.Omitted.Contains(m.Name)))
        {
            writer.Gap();
            writer.Line("/// <summary>The model has faults: this throws.</summary>");
            writer.Line(Types.GeneratedCode);
            writer.Line($"{header} => {body}");
        }

        WriteGuide(context, body);
        foreach (var header in new[]
        {
            Signatures.ContractPlan, Signatures.ContractCreateGuide, Signatures.ContractRun, Signatures.ContractInvoke,
        })
        {
            writer.Gap();
            writer.Line($"{header} => {body}");
        }
    }

    /// <summary>
    /// What every member does. An error of the C# compiler is named too: it may be one only to the generator, which does not see what other
    /// generators write.
    /// </summary>
    private static string Body(EmissionContext context)
    {
        var model = context.Model;
        var rules = string.Join(", ", model.Issues.Concat(context.Plan.Issues).Select(i => i.Rule).Distinct());
        var why = rules.Length > 0 ? $"see {rules}."
            : $"its text has an error, {model.Host.CompilerError}. If the project compiles, another source generator writes what is missing: "
                + "a model sees only what stands in source files.";
        var message = EmissionContext.Literal($"{model.Host.ClassName}.{model.Program.Method} was not compiled: {why}");
        return $"throw new {Types.ArgumentFault}({message});";
    }

    private static void WriteGuide(EmissionContext context, string body)
    {
        var (writer, signatures) = (context.Writer, context.Signatures);
        writer.Gap();
        writer.Line("/// <summary>The guide of a model that has faults: its members throw.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open(signatures.Guide);
        writer.Line($"{signatures.GuideConstructor} => {body}");
        foreach (var scope in context.Model.FaceScopes.Where(signatures.Tree.HasLatents)) GuideEmitter.WriteScope(context, scope);
        foreach (var header in signatures.GuideMembers.Select(m => m.Header).Concat([signatures.Posterior, signatures.Reconstruct]))
        {
            writer.Gap();
            writer.Line("/// <summary>The model has faults: this throws.</summary>");
            writer.Line($"{header} => {body}");
        }

        foreach (var header in new[] { Signatures.Steps, $"{Signatures.Infer} pass)" })
        {
            writer.Gap();
            writer.Line("/// <inheritdoc/>");
            writer.Line($"{header} => {body}");
        }

        writer.Close();
    }
}
