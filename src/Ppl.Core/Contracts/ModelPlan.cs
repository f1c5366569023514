namespace Ppl.Contracts;

/// <summary>One parameter of a model's method.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="IsObserved">Whether it is passed to <c>Observe</c>, or holds what is known of a latent; otherwise it is a covariate.</param>
/// <param name="Plates">The plates of its leading dimensions, outermost first; none where it is one tensor for everything.</param>
public sealed record ModelInput(string Name, bool IsObserved, IReadOnlyList<PlateInfo> Plates)
{
    /// <summary>Whether it may be null: what is known of a latent, <c>Sample(..., observed: y)</c>, where nothing is.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether only masks read it, so that its numbers need not be of the model's type.</summary>
    public bool IsMask { get; init; }

    /// <summary>The values that the model picks by it.</summary>
    public IReadOnlyList<PickedValues> Picks { get; init; } = [];

    /// <summary>Whether it is given to a plate.</summary>
    public bool IsPlated => Plates.Count > 0;

    /// <summary>Whether its first dimension is the rows of a rows plate, which a mini-batch cuts.</summary>
    public bool HasRows => Plates is [{ IsRows: true }, ..];

    /// <summary>The name, and the plates of the leading dimensions: <c>x (data, items)</c>.</summary>
    public override string ToString() => Plates.Count == 0 ? Name : $"{Name} ({string.Join(", ", Plates.Select(plate => plate.Name))})";
}

/// <summary>What the compiler knows of a model. Generated code holds one static instance.</summary>
public sealed record ModelPlan
{
    private readonly IReadOnlyList<SiteInfo> sites = [];
    private readonly IReadOnlyList<SiteInfo> latents = [];
    private readonly IReadOnlyList<int> singles = [];

    /// <summary>The class that holds the model.</summary>
    public required string Model { get; init; }

    /// <summary>The model's method.</summary>
    public required string Method { get; init; }

    /// <summary>The plates in the order in which the model makes them.</summary>
    public required IReadOnlyList<PlateInfo> Plates { get; init; }

    /// <summary>
    /// The sites in the order of the model; an indexed site stands once for each <c>Sample</c> that draws elements of it.
    /// </summary>
    public required IReadOnlyList<SiteInfo> Sites
    {
        get => sites;
        init
        {
            (sites, latents) = (value, [.. value.Where(site => site.Kind == SiteKind.Latent)]);
            singles = [.. latents.Select(site => site.Slot).Distinct().Select(_ => 1)];
            HasBranches = value.Any(site => site.Condition.Length > 0);
            HasOuterLatents = latents.Any(site => !site.IsLocal);
        }
    }

    /// <summary>The values that results have beside those of the sites, in the order of the model.</summary>
    public IReadOnlyList<SiteInfo> Deterministics { get; init; } = [];

    /// <summary>The method's parameters, in order.</summary>
    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    /// <summary>The lengths that the model reads off its data, in the order of its text.</summary>
    public IReadOnlyList<LengthInfo> Lengths { get; init; } = [];

    /// <summary>The latent sites, in the order of the model.</summary>
    public IEnumerable<SiteInfo> Latents => latents;

    /// <summary>The observed sites, in the order of the model.</summary>
    public IEnumerable<SiteInfo> Observed => Sites.Where(site => site.Kind == SiteKind.Observed);

    /// <summary>The observed parameters in the order of <see cref="JointDraw.Observed"/>: the first site of each.</summary>
    public IEnumerable<SiteInfo> Observations => Observed.DistinctBy(site => site.Slot).OrderBy(site => site.Slot);

    /// <summary>The parameters that are never observed, in order.</summary>
    public IEnumerable<ModelInput> Covariates => Inputs.Where(input => !input.IsObserved);

    /// <summary>The plates that take dimension 0 of data: what mini-batches cut.</summary>
    public IEnumerable<PlateInfo> RowsPlates => Plates.Where(plate => plate.IsRows);

    /// <summary>Whether some site stands in a branch, so that what a run reaches follows from the model's fields and the data's shapes.</summary>
    public bool HasBranches { get; private init; }

    /// <summary>Whether a latent is drawn outside every rows plate: one for the whole data, and not one for each row.</summary>
    public bool HasOuterLatents { get; private init; }

    /// <summary>Whether some latent is an array, whose length follows from the model's fields or its data.</summary>
    internal bool HasArrays => latents.Any(site => site.IsIndexed);

    /// <summary>How many elements each latent variable has where none is an array: 1.</summary>
    internal IReadOnlyList<int> Singles => singles;

    /// <summary>
    /// Whether the model is one of independent rows: one rows plate with every site in it. Its bound is a mean for each datum; any other
    /// model's is one number for the whole data.
    /// </summary>
    public bool IsPerDatum => RowsPlates.Count() == 1 && Sites.All(site => site.IsLocal);

    /// <summary>
    /// All that the compiler decided, as a page of text: what the bound is a number for, the plates, and for each site its place, its factor of the
    /// guide, how often it counts in a batch, and how its divergence is computed, with the reason.
    /// </summary>
    /// <returns>Lines that end in <c>\n</c>.</returns>
    public string Report() => PlanReport.Of(this);

    /// <summary>The method and its sites: <c>Vae.Generate(x): z ~ Normal(0, 1).Expand(20), x ~ Bernoulli(logits: decoder.call(z))</c>.</summary>
    public override string ToString() => $"{Model}.{Method}({string.Join(", ", Inputs.Select(i => i.Name))}): {string.Join(", ", Sites)}";
}
