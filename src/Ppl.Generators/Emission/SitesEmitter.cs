using System.Globalization;
using Ppl.Generators.Ir;

namespace Ppl.Generators.Emission;

/// <summary>Writes what the compiler knows of each site, as static data.</summary>
internal static class SitesEmitter
{
    /// <summary>The field that holds the whole plan.</summary>
    public const string Plan = "Plan";

    public static void Write(EmissionContext context)
    {
        var writer = context.Writer;
        writer.Gap();
        writer.Line("/// <summary>What the compiler knows of each site: its kind, its plate, how its divergence is computed, and why.</summary>");
        writer.Line(Types.GeneratedCode);
        writer.Open($"private static class {context.Members.Sites}");
        WritePlate(context);
        foreach (var site in context.Model.Sites)
        {
            WriteSite(context, site);
            writer.Gap();
        }

        writer.Open($"public static readonly {Types.ModelPlan} {Plan} = new()");
        writer.Line($"Model = {EmissionContext.Literal(context.Model.ClassName)},");
        writer.Line($"Method = {EmissionContext.Literal(context.Model.Method)},");
        writer.Line($"Sites = [{string.Join(", ", context.Model.Sites.Select(context.SiteField))}],");
        writer.Line($"Plates = [{context.PlateField}],");
        var inputs = context.Model.Parameters.Select(p => $"new {Types.ModelInput}({EmissionContext.Literal(p.Name)}, "
            + $"{Boolean(context.Model.IsObserved(p))}, [{(context.Model.IsPlated(p) ? context.PlateField : "")}])");
        writer.Line($"Inputs = [{string.Join(", ", inputs)}],");
        writer.Close("};");
        writer.Close();
    }

    private static void WritePlate(EmissionContext context)
    {
        var writer = context.Writer;
        var sources = context.Model.Parameters.Select((parameter, i) => (parameter, i)).Where(p => context.Model.IsPlated(p.parameter))
            .Select(p => $"new {Types.PlateSource}({p.i.ToString(CultureInfo.InvariantCulture)}, 0)");
        writer.Open($"public static readonly {Types.PlateInfo} {context.PlateField} = new()");
        writer.Line($"Name = {EmissionContext.Literal(context.Model.Plate)},");
        writer.Line("Index = 0,");
        writer.Line($"Sources = [{string.Join(", ", sources)}],");
        writer.Close("};");
        writer.Gap();
    }

    private static void WriteSite(EmissionContext context, SiteSpec site)
    {
        var writer = context.Writer;
        writer.Open($"public static readonly {Types.SiteInfo} {context.SiteField(site)} = new()");
        writer.Line($"Name = {EmissionContext.Literal(site.Name)},");
        writer.Line($"Kind = {Types.SiteKind}.{site.Kind},");
        writer.Line($"Family = {EmissionContext.Literal(site.Family.Name)},");
        writer.Line($"Plates = [{context.PlateField}],");
        writer.Line($"Depends = [{Boolean(context.Plan.IsPlated[site.Id])}],");
        if (site.Index is not null) writer.Line("IsIndexed = true,");
        if (site.IsLatent)
        {
            var steps = context.Plan.StepsOf(context.Model.Variables[site.Variable]).ToList();
            var parents = steps.SelectMany(s => s.Inputs).Select(context.Plan.Text).Distinct().Select(EmissionContext.Literal);
            var kl = context.Plan.Kl[site.Id];
            writer.Line($"GuideFollowsLatents = {Boolean(steps.Any(s => s.FollowsLatents))},");
            writer.Line($"Kl = {Types.KlChoice}.{(kl.ClosedForm ? "ClosedForm" : "Sampled")},");
            writer.Line($"KlReason = {EmissionContext.Literal(kl.Reason)},");
            writer.Line($"GuideParents = [{string.Join(", ", parents)}],");
        }

        writer.Line($"Line = {writer.LineOf(site.CallAnchor).ToString(CultureInfo.InvariantCulture)},");
        writer.Line($"DistributionText = {EmissionContext.Literal(site.DistributionText)},");
        writer.Close("};");
    }

    private static string Boolean(bool value) => value ? "true" : "false";
}
