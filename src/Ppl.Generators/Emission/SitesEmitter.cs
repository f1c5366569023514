using Ppl.Generators.Analysis;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes what the compiler knows of each plate and each site, as static data.</summary>
internal static class SitesEmitter
{
    /// <summary>The field that holds the whole plan.</summary>
    public const string Plan = "Plan";

    public static void Write(EmissionContext context)
    {
        if (context.Program.Plates.Count > 0) WritePlates(context);
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <summary>What the compiler knows of each site: its kind, its plates, how its divergence is computed, and why.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"private static class {context.Members.Sites}");
        foreach (var site in context.Plan.Sites)
        {
            WriteSite(context, site);
            writer.Gap();
        }

        foreach (var record in context.Program.Records)
        {
            WriteRecord(context, record);
            writer.Gap();
        }

        foreach (var call in context.Calls)
        {
            var type = call.Call.SitesType;
            writer.Line($"// The sites of {call.Call.Method}, in the order in which it has them.");
            writer.Line($"public static readonly {type} {context.CallField(call)} = new({Parts(context, call)});");
            writer.Gap();
        }

        var properties = new List<string>
        {
            $"Model = {EmissionContext.Literal(context.Model.Host.ClassName)}",
            $"Method = {EmissionContext.Literal(context.Program.Method)}",
            $"Plates = [{string.Join(", ", context.Program.Plates.Select(p => context.PlateField(p.Id)))}]",
            $"Sites = [{string.Join(", ", context.Program.Sites.Select(context.SiteField))}]",
        };
        if (context.Program.Records.Count > 0)
            properties.Add($"Deterministics = [{string.Join(", ", context.Program.Records.Select(r => context.RecordField(r.Id)))}]");
        if (context.Program.DataLengths.Count > 0)
            properties.Add($"Lengths = [{string.Join(", ", context.Program.DataLengths.Select(l => Length(context, l)))}]");
        properties.Add($"Inputs = [{string.Join(", ", context.Program.Parameters.Select(p => Input(context, p)))}]");
        writer.List($"public static readonly {Types.ModelPlan} {Plan} = new() {{", properties, "};");
        writer.Close();
    }

    private static string Length(EmissionContext context, DataLengthSpec length)
    {
        var parameters = context.Program.Parameters.Select(p => p.Id).ToList();
        return $"new({EmissionContext.Literal(length.Name)}, {EmissionContext.Number(parameters.IndexOf(length.Parameter))}, "
            + $"{EmissionContext.Number(length.Dimension)})";
    }

    private static string Input(EmissionContext context, VariableSpec parameter)
    {
        var picks = PickedInputs.By(context.Program, parameter)
            .Select(p => $"new({EmissionContext.Literal(p.Picked.Name)}, {(p.Plate is { } plate ? context.PlateField(plate) : "null")})").ToList();
        var properties = new List<string>();
        if (parameter.IsOptional) properties.Add("IsOptional = true");
        if (IsMask(context, parameter)) properties.Add("IsMask = true");
        if (picks.Count > 0) properties.Add($"Picks = [{string.Join(", ", picks)}]");
        return $"new {Types.ModelInput}({EmissionContext.Literal(parameter.Name)}, {EmissionContext.Boolean(context.Model.IsObserved(parameter))}, "
            + $"[{Fields(context, context.Program.PlatesOf(parameter))}]){(properties.Count == 0 ? "" : $" {{ {string.Join(", ", properties)} }}")}";
    }

    /// <summary>Whether masks read a parameter, and nothing else does.</summary>
    private static bool IsMask(EmissionContext context, VariableSpec parameter) => !context.Model.IsObserved(parameter)
        && context.Program.Sites.Any(s => s.Mask is { } mask && mask.Parameters.Contains(parameter.Id))
        && !context.Plan.Inputs.Any(i => i.Parameter == parameter.Id && i.IsRead);

    private static string Parts(EmissionContext context, CallStatement call) => string.Join(", ", CallStatement.PartsOf(call.Body).Select(
        part => part switch
        {
            CallStatement inner => $"new({Parts(context, inner)})",
            DeterministicStatement recorded => context.RecordField(recorded.Record),
            _ => context.SiteField(context.Program.Sites[((SiteStatement)part).Site]),
        }));

    private static void WriteRecord(EmissionContext context, RecordSpec record)
    {
        var writer = context.Writer;
        var properties = new List<string>
        {
            $"Name = {EmissionContext.Literal(record.Name)}",
            $"Kind = {Types.SiteKind}.Deterministic",
            $"Slot = {EmissionContext.Number(RecordNames(context.Program).IndexOf(record.Name))}",
            "Family = \"\"",
            $"Plates = [{Fields(context, record.Plates)}]",
            $"Depends = [{string.Join(", ", record.Plates.Select(_ => "true"))}]",
        };
        if (record.Index is not null) properties.Add("IsIndexed = true");
        if (record.Scope > 0) properties.Add($"IndexedCall = {EmissionContext.Literal(record.Name.Substring(0, record.Scope))}");
        if (record.Guards.Count > 0) properties.Add($"Condition = {EmissionContext.Literal(record.Condition)}");
        properties.Add($"Line = {EmissionContext.Number(writer.LineOf(record.CallAnchor))}");
        properties.Add($"DistributionText = {EmissionContext.Literal(record.Text.ToString())}");
        writer.List($"public static readonly {Types.SiteInfo} {context.RecordField(record.Id)} = new() {{", properties, "};");
    }

    /// <summary>The names of the recorded values, in their order in results.</summary>
    public static List<string> RecordNames(ProgramSpec program) => [.. program.Records.Select(r => r.Name).Distinct()];

    /// <summary>A recorded value, or those of an array.</summary>
    /// <param name="program">The program.</param>
    /// <param name="record">The record.</param>
    /// <param name="values">All values that a run has recorded.</param>
    public static string Recorded(ProgramSpec program, FaceSite record, string values) =>
        $"{values}.{(record.IsIndexed ? "Elements(" : "Value(")}{EmissionContext.Number(RecordNames(program).IndexOf(record.Name))})";

    private static void WritePlates(EmissionContext context)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <summary>The plates, and the dimensions of data that give their sizes.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"private static class {context.Members.Plates}");
        var parameters = context.Program.Parameters.Select(p => p.Id).ToList();
        foreach (var plate in context.Program.Plates)
        {
            var sources = plate.Sources
                .Select(s => $"new({EmissionContext.Number(parameters.IndexOf(s.Parameter))}, {EmissionContext.Number(s.Dimension)})");
            writer.Gap();
            var properties = new List<string>
            {
                $"Name = {EmissionContext.Literal(plate.Name)}",
                $"Index = {EmissionContext.Number(plate.Id)}",
            };
            if (plate.Sources.Count > 0) properties.Add($"Sources = [{string.Join(", ", sources)}]");
            if (plate.Size is { } size) properties.Add($"SizeText = {EmissionContext.Literal(size.OneLine)}");
            properties.Add($"IsEntered = {EmissionContext.Boolean(plate.IsEntered)}");
            properties.Add($"Line = {EmissionContext.Number(writer.LineOf(plate.Anchor))}");
            writer.List($"public static readonly {Types.PlateInfo} {context.PlateName(plate.Id)} = new() {{", properties, "};");
        }

        writer.Close();
    }

    private static void WriteSite(EmissionContext context, SitePlan plan)
    {
        var (writer, site) = (context.Writer, plan.Site);
        var properties = new List<string>
        {
            $"Name = {EmissionContext.Literal(site.Name)}",
            $"Kind = {Types.SiteKind}.{site.Kind}",
            $"Slot = {EmissionContext.Number(Slot(context.Program, site))}",
            $"Family = {EmissionContext.Literal(site.Family.Name)}",
            $"Plates = [{Fields(context, site.Plates)}]",
            $"Depends = [{string.Join(", ", plan.Depends.Select(EmissionContext.Boolean))}]",
        };
        if (plan.StatesEvent(context.Program)) properties.Add("StatesEvent = true");
        if (site.Index is not null) properties.Add("IsIndexed = true");
        if (context.Program.Variables[site.Variable] is { Scope: > 0 } element)
            properties.Add($"IndexedCall = {EmissionContext.Literal(element.Name.Substring(0, element.Scope))}");
        if (site.Guards.Count > 0) properties.Add($"Condition = {EmissionContext.Literal(site.Condition)}");
        if (context.Program.Variables[site.Variable].Slices is { } dimension)
            properties.Add($"SliceDimension = {EmissionContext.Number(dimension)}");
        if (plan.Parents.Count > 0) properties.Add($"Parents = [{Names(context, plan.Parents)}]");
        if (site.IsLatent)
        {
            var parents = plan.Steps.SelectMany(s => s.Inputs).Select(context.Program.Text).Distinct().Select(EmissionContext.Literal);
            if (plan.Follows.Count > 0) properties.Add($"Follows = [{Names(context, plan.Follows)}]");
            properties.Add($"GuideFollowsLatents = {EmissionContext.Boolean(plan.FollowsLatents)}");
            properties.Add($"Kl = {Types.KlChoice}.{(plan.Kl.ClosedForm ? "ClosedForm" : "Sampled")}");
            properties.Add($"KlReason = {EmissionContext.Literal(plan.Kl.Reason)}");
            properties.Add($"GuideParents = [{string.Join(", ", parents)}]");
        }

        properties.Add($"Line = {EmissionContext.Number(writer.LineOf(site.CallAnchor))}");
        properties.Add($"DistributionText = {EmissionContext.Literal(site.Distribution.Text.ToString())}");
        if (site.Known is { } known) properties.Add($"Known = {EmissionContext.Literal(context.Program.Variables[known].Name)}");
        if (site.Mask is { } mask) properties.Add($"MaskText = {EmissionContext.Literal(mask.Text.OneLine)}");
        writer.List($"public static readonly {Types.SiteInfo} {context.SiteField(site)} = new() {{", properties, "};");
    }

    /// <summary>The position of the site's variable among the latents, of its parameter among the observed ones, of a factor among factors.</summary>
    private static int Slot(ProgramSpec program, SiteSpec site) => site.Kind switch
    {
        SiteKind.Latent => Position(program.Latents, site),
        SiteKind.Observed => Position(program.Observed, site),
        _ => program.Sites.Where(s => s.Kind == site.Kind).ToList().IndexOf(site),
    };

    private static int Position(IEnumerable<VariableSpec> variables, SiteSpec site) => variables.Select(v => v.Id).ToList().IndexOf(site.Variable);

    private static string Names(EmissionContext context, IEnumerable<int> variables) =>
        string.Join(", ", variables.Select(v => EmissionContext.Literal(context.Program.Variables[v].Name)));

    private static string Fields(EmissionContext context, IEnumerable<int> plates) => string.Join(", ", plates.Select(context.PlateField));
}
