using System.Globalization;
using System.Text;

namespace Ppl.Contracts;

/// <summary>Writes a plan as a page of text: see <see cref="ModelPlan.Report"/>.</summary>
internal static class PlanReport
{
    public static string Of(ModelPlan plan)
    {
        var text = new StringBuilder();
        Line(text, $"{plan.Model}.{plan.Method}({string.Join(", ", plan.Inputs.Select(input => input.Name))})");
        Line(text, plan.IsPerDatum ? "bound: nats for each datum" : "bound: nats for the whole data");
        if (plan.Plates.Count > 0) Line(text, "plates");
        foreach (var plate in plan.Plates) Line(text, $"  {plate.Name}: {Size(plan, plate)}");
        if (plan.Lengths.Count > 0) Line(text, "lengths");
        foreach (var length in plan.Lengths) Line(text, $"  {length.Name}: {length.Text(plan)}");
        Line(text, "sites");
        foreach (var site in plan.Sites) Write(text, site);
        if (plan.Deterministics.Count > 0) Line(text, "recorded");
        foreach (var site in plan.Deterministics) Line(text, string.Create(CultureInfo.InvariantCulture, $"  {site}, line {site.Line}"));
        return text.ToString();
    }

    private static string Size(ModelPlan plan, PlateInfo plate)
    {
        if (plate.Sources.Count == 0) return $"size {plate.SizeText}, complete in every batch";
        var dimensions = plate.Sources.Select(source => source.Dimension == 0 ? plan.Inputs[source.Input].Name
            : string.Create(CultureInfo.InvariantCulture, $"dimension {source.Dimension} of {plan.Inputs[source.Input].Name}"));
        return plate.IsRows ? $"the rows of {string.Join(", ", dimensions)}, which mini-batches cut"
            : $"{string.Join(", ", dimensions)}, complete in every batch";
    }

    private static void Write(StringBuilder text, SiteInfo site)
    {
        Line(text, string.Create(CultureInfo.InvariantCulture, $"  {site}, line {site.Line}"));
        var kind = site.Kind switch { SiteKind.Latent => "latent", SiteKind.Observed => "observed", _ => "factor" };
        Line(text, $"    {kind} {Place(site)}; {Scale(site)}");
        if (site.Kind != SiteKind.Latent) return;
        var given = site.GuideParents.Count == 0 ? "" : $" | {string.Join(", ", site.GuideParents)}";
        Line(text, $"    q({site.Name}{given}): {Rows(site)}");
        Line(text, $"    {(site.Kl == KlChoice.ClosedForm ? "KL(q || p) in closed form" : "log p - log q at the draw")}: {site.KlReason}");
    }

    private static string Place(SiteInfo site)
    {
        if (site.Plates.Count == 0) return "outside every plate";
        var places = $"in {string.Join(", ", site.Plates.Select(plate => plate.Name))}";
        if (site.Kind == SiteKind.Factor) return $"{places}, a number for each element";
        var depends = site.Plates.Where((_, i) => site.Depends[i]).Select(plate => plate.Name).ToList();
        return $"{places}, "
            + (depends.Count == 0 ? "with the same distribution for all of it" : $"with a distribution for each of {string.Join(", ", depends)}");
    }

    private static string Scale(SiteInfo site) => site.IsLocal ? "counts N/B times in a batch of B of N rows" : "counts once in every batch";

    private static string Rows(SiteInfo site)
    {
        if (!site.IsLocal) return "one for the whole of the data";
        return site.GuideFollowsLatents ? "one for each row and particle" : "one for each row, from which all particles are drawn";
    }

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
