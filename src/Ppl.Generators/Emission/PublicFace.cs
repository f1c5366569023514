using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes how a guide is created, and the typed results.</summary>
internal static class PublicFace
{
    /// <summary>Latents by their first draw in the guide.</summary>
    public static IEnumerable<VariableSpec> LatentsInDrawOrder(EmissionContext context) =>
        context.Plan.EncodeSteps.Select(s => s.Target.Variable).Distinct().Select(v => context.Model.Variables[v]);

    public static void WriteCreateGuide(EmissionContext context)
    {
        var writer = context.Writer;
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Line($"/// <summary>Creates the guide {EmissionContext.Xml(factors)}: the faithful inverse of {context.Model.Method}.</summary>");
        foreach (var latent in context.Model.Latents)
        {
            var factorsOf = EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)));
            var what = EmissionContext.IsIndexed(latent) ? "The families of the elements' factors, or networks"
                : "The factor's family, or its encoder's network";
            var isFree = context.Plan.IsSound && context.Plan.StepsOf(latent).All(s => s.Inputs.Count == 0);
            var text = isFree ? $"Leave it out: {factorsOf} has nothing to see, so that its parameters are free."
                : $"{what}, {factorsOf}; the default when null.";
            writer.Line($"/// <param name=\"{latent.Name}\">{text}</param>");
        }

        writer.Line(Types.GeneratedCode);
        var create = $"new(this{EmissionContext.Arguments(context.Model.Latents, true)});";
        var indexed = context.Model.Latents.Where(EmissionContext.IsIndexed).ToList();
        if (indexed.Count == 0 || context.Plan.MinimalLength <= 1)
        {
            writer.Line($"{context.Signatures.CreateGuide} => {create}");
            return;
        }

        writer.Open(context.Signatures.CreateGuide);
        if (context.Model.Length.Length > 0) context.LengthText = context.Members.LoopLength;
        var message = $"The guide's loops need {context.Model.Length} to be at least {context.Plan.MinimalLength}; it is {{{context.LengthText}}}.";
        writer.Line($"if ({context.LengthText} < {context.Plan.MinimalLength})");
        writer.Line($"    throw new {Types.ArgumentFault}($\"{message}\");");
        context.LengthText = context.Model.Length;
        writer.Line($"return {create}");
        writer.Close();
    }

    public static void WriteRecords(EmissionContext context)
    {
        var (writer, signatures) = (context.Writer, context.Signatures);
        writer.Gap();
        writer.Line("/// <summary>Values of the latents: [rows, event], or [samples, rows, event] from a guide's posterior.</summary>");
        foreach (var latent in signatures.LatentSites) WriteParameter(writer, latent);
        writer.Line(Types.GeneratedCode);
        writer.Open(signatures.LatentsRecord);
        writer.Line("// How many samples of how many rows these are, when they come from a posterior.");
        writer.Line(signatures.ParticlesMember);
        writer.Close();

        writer.Gap();
        writer.Line("/// <summary>A joint draw: the latents, and for each observed site its value and distribution.</summary>");
        foreach (var site in context.Model.Face) WriteParameter(writer, site);
        writer.Line(Types.GeneratedCode);
        writer.Line($"{signatures.JointRecord};");
    }

    private static void WriteParameter(CodeWriter writer, FaceSite site) =>
        writer.Line($"/// <param name=\"{site.Property}\">{EmissionContext.Xml(site.Text)}.</param>");
}
