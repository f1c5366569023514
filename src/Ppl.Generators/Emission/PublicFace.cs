using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>What users of a model see of it, with or without faults: how a guide is created, and the typed results.</summary>
internal static class PublicFace
{
    /// <summary>The parameters of CreateGuide: one network for each latent, in the order of the guide's draws.</summary>
    public static string NetworkParameters(EmissionContext context, string defaultValue) => string.Join(", ", LatentsInDrawOrder(context).Select(
        l => $"{NetworkType(l)} {Names.Escape(l.Name)}{defaultValue}"));

    public static string NetworkType(VariableSpec latent) =>
        EmissionContext.IsIndexed(latent) ? $"{Types.List}<{Types.Network}?>?" : $"{Types.Network}?";

    /// <summary>Latents by their first draw in the guide; in the order of the model where there is no guide.</summary>
    public static IEnumerable<VariableSpec> LatentsInDrawOrder(EmissionContext context)
    {
        var drawn = context.Plan.EncodeSteps.Select(s => s.Target.Variable).Distinct().Select(v => context.Model.Variables[v]).ToList();
        return drawn.Concat(context.Latents.Where(l => !drawn.Contains(l)));
    }

    public static void WriteCreateGuide(EmissionContext context)
    {
        var writer = context.Writer;
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Line($"/// <summary>Creates the guide {EmissionContext.Xml(factors)}: the faithful inverse of {context.Model.Method}.</summary>");
        foreach (var latent in LatentsInDrawOrder(context))
        {
            var factorsOf = EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)));
            var what = EmissionContext.IsIndexed(latent) ? "A feature network for each element's encoder" : "The feature network of the encoder";
            var isFree = context.Plan.IsSound && context.Plan.StepsOf(latent).All(s => s.Inputs.Count == 0);
            var text = isFree ? $"Leave it out: {factorsOf} has nothing to see, so that its parameters are free." : $"{what}, {factorsOf}; a perceptron when null.";
            writer.Line($"/// <param name=\"{latent.Name}\">{text}</param>");
        }

        writer.Line(Types.GeneratedCode);
        var indexed = context.Latents.Where(EmissionContext.IsIndexed).ToList();
        var header = $"public Guide CreateGuide({NetworkParameters(context, " = null")})";
        if (indexed.Count == 0)
        {
            writer.Line($"{header} => new(this{EmissionContext.Arguments(LatentsInDrawOrder(context), true)});");
            return;
        }

        writer.Open(header);
        foreach (var latent in indexed)
        {
            var (name, length) = (Names.Escape(latent.Name), context.Length(latent));
            writer.Line($"{name} ??= new {Types.Network}?[{length}];");
            writer.Line($"if ({name}.Count != {length})");
            writer.Line($"    throw new {Types.ArgumentFault}($\"{{{name}.Count}} networks are given for {{{length}}} elements.\", {EmissionContext.Literal(latent.Name)});");
        }

        if (context.Plan.MinimalLength > 1)
        {
            writer.Line($"if ({context.Model.Length} < {context.Plan.MinimalLength})");
            writer.Line($"    throw new {Types.ArgumentFault}($\"The guide's loops need {context.Model.Length} to be at least {context.Plan.MinimalLength}; it is {{{context.Model.Length}}}.\");");
        }

        writer.Line($"return new(this{EmissionContext.Arguments(LatentsInDrawOrder(context), true)});");
        writer.Close();
    }

    public static void WriteRecords(EmissionContext context)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <summary>Values of the latents: [rows, event], or [samples, rows, event] from a guide's posterior.</summary>");
        foreach (var latent in context.Latents) WriteSiteParameter(context, latent);
        writer.Line(Types.GeneratedCode);
        writer.Open($"public sealed record Latents({string.Join(", ", context.Latents.Select(LatentMember))})");
        writer.Line("// How many samples of how many rows these are, when they come from a posterior.");
        writer.Line($"internal {Types.Rows}? Particles {{ get; init; }}");
        writer.Close();

        writer.Gap();
        writer.Line("/// <summary>A joint draw: the latents, and for each observed site its value and distribution.</summary>");
        foreach (var variable in context.JointOrder) WriteSiteParameter(context, variable);
        writer.Line(Types.GeneratedCode);
        writer.Line($"public sealed record Joint({string.Join(", ", context.JointOrder.Select(
            v => v.Role == VariableRole.Latent ? LatentMember(v) : $"{Types.Prediction} {Names.Escape(v.Name)}"))});");
    }

    private static string LatentMember(VariableSpec latent) =>
        $"{(EmissionContext.IsIndexed(latent) ? $"{Types.List}<{Types.Tensor}>" : Types.Tensor)} {Names.Escape(latent.Name)}";

    private static void WriteSiteParameter(EmissionContext context, VariableSpec variable)
    {
        var site = context.Model.SitesOf(variable).First(s => s.IsLatent == (variable.Role == VariableRole.Latent));
        var element = site.Index is null ? site.Name : $"{site.Name}[{site.Index.ToText(context.Model.Length)}]";
        context.Writer.Line($"/// <param name=\"{variable.Name}\">{EmissionContext.Xml(element)} ~ {EmissionContext.Xml(site.DistributionText)}.</param>");
    }
}
