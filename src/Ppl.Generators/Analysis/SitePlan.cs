using Ppl.Generators.Ir;

namespace Ppl.Generators.Analysis;

/// <summary>All that the compiler decided about one site: emission, comments, diagnostics, reports and tests read it here.</summary>
internal sealed record SitePlan
{
    public required SiteSpec Site { get; init; }

    /// <summary>For each plate of the site whether its distribution is computed from something inside that plate.</summary>
    public required EquatableArray<bool> Depends { get; init; }

    /// <summary>How its divergence is computed, and why.</summary>
    public required KlDecision Kl { get; init; }

    /// <summary>The variables of the latents that its own distribution is computed from, through whatever locals, ascending.</summary>
    public required EquatableArray<int> Parents { get; init; }

    /// <summary>The variables of sites that its distribution is computed from, directly or through other sites, ascending.</summary>
    public required EquatableArray<int> Follows { get; init; }

    /// <summary>The steps of the guide that draw it, or elements of it; none for an observed site.</summary>
    public required EquatableArray<EncodeStep> Steps { get; init; }

    /// <summary>Whether the outermost plate is the rows of data: particles fold into it, and a mini-batch scales its term.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>Whether the guide's distribution has a row for each particle of each row.</summary>
    public bool FollowsLatents => Steps.Any(s => s.FollowsLatents);

    /// <summary>Whether its text states an event that in a complete plate could be mistaken for the plate's own elements.</summary>
    public bool StatesEvent(ProgramSpec program) =>
        Site is { IsLatent: true, StatesShape: true } && !Depends.Contains(true) && Site.Plates.Any(p => !program.Plates[p].IsRows);

    /// <summary>The plates that it depends on, for tests and comments.</summary>
    public string DependsText(ProgramSpec program)
    {
        var on = Site.Plates.Zip(Depends, (plate, depends) => (plate, depends)).Where(p => p.depends)
            .Select(p => program.Plates[p.plate].Name).ToList();
        return Site.Plates.Count == 0 ? "in no plate" : on.Count == 0 ? "the same for every row" : $"depends on {string.Join(", ", on)}";
    }
}

/// <summary>What a pass does with a parameter of the model.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="IsRead">Whether the model's statements read it, so that it needs a row for each particle.</param>
/// <param name="IsNamed">Whether its name must be there: it is read, observed, or stands in a nameof.</param>
internal sealed record InputPlan(int Parameter, bool IsRead, bool IsNamed);
