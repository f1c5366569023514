using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes what users call and get: how a guide is created, the typed results, and the passes over the model.</summary>
internal static class PublicFace
{
    private const string LatentsText = "The latents: [plates, event], or [samples, plates, event] as a guide's posterior gives them.";

    /// <summary>Latents by their first draw in the guide.</summary>
    public static IEnumerable<VariableSpec> LatentsInDrawOrder(EmissionContext context) =>
        context.Plan.EncodeSteps.Select(s => s.Target.Variable).Distinct().Select(v => context.Program.Variables[v]);

    public static void WriteCreateGuide(EmissionContext context)
    {
        var (writer, program) = (context.Writer, context.Program);
        var factors = string.Join(" ", context.Plan.EncodeSteps.Select(context.Plan.Factor));
        writer.Line(factors.Length == 0
            ? $"/// <summary>Creates the guide, which draws nothing: {program.Method} has no latents, and its bound is log p of the data.</summary>"
            : $"/// <summary>Creates the guide {EmissionContext.Xml(factors)}: {Structure(program)}.</summary>");
        foreach (var latent in program.Latents)
            writer.Line($"/// <param name=\"{context.Face(latent).Flat}\">{CreateText(context, latent)}</param>");

        writer.Line(Types.GeneratedCode);
        var create = $"new(this{context.Arguments(program.Latents, true)});";
        if (context.Plan.MinimalLength <= 1 || program.Lengths.Count == program.DataLengths.Count)
        {
            writer.Line($"{context.Signatures.CreateGuide} => {create}");
            return;
        }

        writer.Open(context.Signatures.CreateGuide);
        foreach (var (length, text, i) in context.Members.LoopLengths.Select((length, i) => (length, program.LengthTexts[i], i)))
        {
            if (program.DataLength(i) >= 0) continue;
            writer.Line($"if ({length} < {context.Plan.MinimalLength})");
            writer.Line(
                $"    throw new {Types.ArgumentFault}($\"The guide's loops need {text} to be at least {context.Plan.MinimalLength}; "
                + $"it is {{{length}}}.\");");
        }

        writer.Line($"return {create}");
        writer.Close();
    }

    private static string Structure(ProgramSpec program) => program.Structure switch
    {
        GuideStructure.TopDown => $"the latents of {program.Method} in its own order",
        GuideStructure.MeanField => $"each latent of {program.Method} by itself",
        _ => $"the faithful inverse of {program.Method}",
    };

    private static string CreateText(EmissionContext context, VariableSpec latent)
    {
        var factors = EmissionContext.Xml(string.Join(", ", context.Plan.StepsOf(latent).Select(context.Plan.Factor)));
        if (!context.Program.IsLocal(context.Program.PlatesOf(latent)))
            return $"The family of {factors}, whose parameters are free; independent coordinates when null.";
        if (context.Plan.IsSound && context.Plan.StepsOf(latent).All(s => s.Inputs.Count == 0))
            return $"Leave it out: {factors} has nothing to see, so that its parameters are free.";
        var what = EmissionContext.IsIndexed(latent) ? "A family, or a feature network, for each element's encoder"
            : "The family, or the feature network, of";
        return $"{what}{(EmissionContext.IsIndexed(latent) ? "," : "")} {factors}; a perceptron and independent coordinates when null.";
    }

    public static void WriteRecords(EmissionContext context)
    {
        var (writer, signatures) = (context.Writer, context.Signatures);
        writer.Gap();
        writer.Line("/// <summary>Values of the latents: [plates, event], or [samples, plates, event] from a guide's posterior.</summary>");
        WriteMembers(context, "", f => f.IsLatent);
        writer.Line(Types.GeneratedCode);
        writer.Open(signatures.LatentsRecord);
        foreach (var scope in context.Model.FaceScopes)
        {
            writer.Line($"/// <summary>The latents of {scope.Path}.</summary>");
            WriteMembers(context, scope.Path, f => f.IsLatent);
            WriteScope(context, scope);
            writer.Gap();
        }

        WriteProperties(context, "");

        writer.Line("// How many samples these are, when they come from a posterior.");
        writer.Line(signatures.ParticlesMember);
        writer.Close();

        writer.Gap();
        writer.Line("/// <summary>A joint draw: the latents, and for each observed site its value and distribution.</summary>");
        WriteMembers(context, "", _ => true);
        writer.Line(Types.GeneratedCode);
        writer.Line($"{signatures.JointRecord};");

        writer.Gap();
        writer.Line("/// <summary>Values that a run sets, whatever their parents are: interventions. What is null is drawn.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open(signatures.InterventionsRecord);
        foreach (var site in context.Model.Face.Where(f => !f.IsRecord))
        {
            writer.Line($"/// <summary>In the place of {EmissionContext.Xml(site.Text)}.</summary>");
            writer.Line(Signatures.Intervention(site));
            writer.Gap();
        }

        if (context.Plan.IsSound)
        {
            writer.Line("// All of them in the order of the model.");
            writer.Line(signatures.ValuesMember);
        }

        writer.Close();
    }

    /// <summary>The record of a call's latents.</summary>
    private static void WriteScope(EmissionContext context, FaceScope scope)
    {
        var (writer, header) = (context.Writer, context.Signatures.ScopeRecord(scope));
        if (!context.Signatures.Tree.Recorded(scope.Path).Any())
        {
            writer.Line($"{header};");
            return;
        }

        writer.Open(header);
        WriteProperties(context, scope.Path);
        writer.Close();
    }

    /// <summary>What is recorded beside the latents of a record.</summary>
    private static void WriteProperties(EmissionContext context, string path)
    {
        foreach (var site in context.Signatures.Tree.Recorded(path))
        {
            var text = EmissionContext.Xml(site.Text);
            context.Writer.Line($"/// <summary>{text}, where a run has recorded it; null in a record that is put together by hand.</summary>");
            context.Writer.Line(Signatures.RecordProperty(site));
            context.Writer.Gap();
        }
    }

    public static void WritePasses(EmissionContext context)
    {
        var (writer, model, signatures, members) = (context.Writer, context.Model, context.Signatures, context.Members);
        var covariates = model.Covariates.ToList();
        var inputs = $"[{context.Arguments(covariates)}]";
        writer.Gap();
        var ignored = context.Program.Sites.Any(s => s.Kind == SiteKind.Factor) ? " Factors are ignored: nothing can be drawn from them." : "";
        writer.Line($"/// <summary>A draw from the prior: every site from its parents.{ignored}</summary>");
        WriteSizes(context, signatures.SimulateSizes, signatures.SimulateLengths);
        foreach (var covariate in covariates) WriteParameter(context, covariate);
        var set = $"{signatures.Doing}?.{signatures.Values}";
        const string what = "Values to set: their sites draw nothing, and what follows them is drawn given them.";
        var setText = $"/// <param name=\"{signatures.Doing}\">{what}</param>";
        writer.Line(setText);
        writer.Line(Types.GeneratedCode);
        var sizes = Sizes(context, signatures.SimulateSizes, isPrediction: false);
        writer.Arrow(signatures.Simulate, $"{members.Named}({Types.ModelRun}.Simulate(this, {sizes}, {inputs}, {set}));");
        var given = $"{members.Flat}({signatures.Latents}), {signatures.Latents}.{signatures.Particles}";
        writer.Gap();
        writer.Line("/// <summary>The observed sites given latents.</summary>");
        writer.Line($"/// <param name=\"{signatures.Latents}\">{LatentsText}</param>");
        WriteSizes(context, signatures.PredictSizes, signatures.PredictLengths);
        foreach (var covariate in covariates) WriteParameter(context, covariate);
        writer.Line(setText);
        writer.Line(Types.GeneratedCode);
        sizes = Sizes(context, signatures.PredictSizes, isPrediction: true);
        writer.Arrow(signatures.Predict, $"{members.Named}({Types.ModelRun}.Predict(this, {given}, {sizes}, {inputs}, {set}));");
        var symbols = context.Program.Sites.Where(s => s.Kind != SiteKind.Factor).GroupBy(s => s.Variable).Select(g => g.First().Name);
        var shape = context.Plan.Sites.All(s => s.IsLocal) ? "[rows], or [samples, rows]" : "one number for the whole of the data, or [samples]";
        writer.Gap();
        var factors = context.Program.Sites.Where(s => s.Kind == SiteKind.Factor).Select(s => s.Name).ToList();
        var weights = factors.Count == 0 ? "" : $" with the factor{(factors.Count > 1 ? "s" : "")} {string.Join(", ", factors)}";
        writer.Line($"/// <summary>log p({string.Join(", ", symbols)}){weights}: {shape}.</summary>");
        writer.Line($"/// <param name=\"{signatures.Latents}\">{LatentsText}</param>");
        foreach (var parameter in context.Program.Parameters) WriteParameter(context, parameter);
        writer.Line(Types.GeneratedCode);
        writer.Arrow(signatures.LogJoint, $"{Types.ModelRun}.LogJoint(this, {given}, [{context.Arguments(context.Program.Parameters)}]);");
    }

    /// <summary>The sizes of all plates in their order, then the lengths read off the data, 0 where something else gives them.</summary>
    private static string Sizes(EmissionContext context, IReadOnlyList<PlateSize> sizes, bool isPrediction)
    {
        var plates = context.Program.Plates.Select(
            p => sizes.FirstOrDefault(s => s.Plate == p.Id) is { } given ? Names.Escape(given.Name) : "0");
        var lengths = context.Program.DataLengths.Select(length => context.Signatures.SimulateLengths.FirstOrDefault(l => l.Length == length).Name
            is not { } name ? "0" : isPrediction && context.Signatures.CountOf(length) is { } count ? count : Names.Escape(name));
        return $"[{string.Join(", ", plates.Concat(lengths))}]";
    }

    private static void WriteSizes(
        EmissionContext context, IReadOnlyList<PlateSize> sizes, IReadOnlyList<(DataLengthSpec Length, string Name)> lengths)
    {
        foreach (var (length, name) in lengths)
            context.Writer.Line($"/// <param name=\"{name}\">The length read off the data: {length.ToText(context.Program)}.</param>");
        foreach (var size in sizes)
        {
            var plate = size.Text.Length == 0 ? "" : $" of plate {size.Text}";
            context.Writer.Line($"/// <param name=\"{size.Name}\">The number of rows{plate}.</param>");
        }
    }

    /// <summary>Documents a parameter of the model.</summary>
    public static void WriteParameter(EmissionContext context, VariableSpec parameter)
    {
        var isPlated = context.Program.PlatesOf(parameter).Count > 0;
        var what = context.Model.Face.FirstOrDefault(f => f.Known == parameter.Name) is { } latent ? $"What is known of {latent.Name}"
            : context.Model.IsObserved(parameter) ? "The observed data" : "The covariate";
        var shape = isPlated ? $": {Shape(context, context.Program.PlatesOf(parameter))}" : ", one for everything";
        context.Writer.Line($"/// <param name=\"{parameter.Name}\">{what}{shape}.</param>");
    }

    /// <summary>Documents the members of a record.</summary>
    public static void WriteMembers(EmissionContext context, string path, Func<FaceSite, bool> isMember)
    {
        foreach (var member in context.Signatures.Tree.Members(path))
        {
            if (member.Scope is { } scope)
            {
                var order = scope.IsIndexed ? ", by index" : "";
                context.Writer.Line($"/// <param name=\"{scope.Property}\">The latents of {scope.Path}{order}.</param>");
            }
            else if (isMember(member.Site!))
            {
                WriteParameter(context, member.Site!);
            }
        }
    }

    private static void WriteParameter(EmissionContext context, FaceSite site)
    {
        var missing = site.IsOptional ? "; null where a run does not reach it" : "";

        // Of a faulty model it is not known where its sites stand.
        var shape = context.Plan.IsSound ? $": {Shape(context, PlatesOf(context.Program, site))}" : "";
        context.Writer.Line($"/// <param name=\"{site.Property}\">{EmissionContext.Xml(site.Text)}{shape}{missing}.</param>");
    }

    private static IEnumerable<int> PlatesOf(ProgramSpec program, FaceSite site) => site.IsRecord
        ? program.Records.First(r => r.Name == site.Name).Plates : program.PlatesOf(program.Variables.First(v => v.Name == site.Name));

    /// <summary>The dimensions of a value by the names of its plates: <c>[school, pupil, event]</c>.</summary>
    private static string Shape(EmissionContext context, IEnumerable<int> plates) =>
        $"[{string.Concat(plates.Select(p => $"{context.Program.Plates[p].Name}, "))}event]";
}
