namespace Ppl.Generators.Ir;

internal enum SiteKind
{
    Latent,
    Observed,
    Factor,
}

/// <summary>What the [Family] attribute says of a distribution type.</summary>
/// <param name="Type">The distribution type, fully qualified.</param>
/// <param name="Name">Its short name, for messages.</param>
/// <param name="GuideType">The guide's distribution type, fully qualified: T of the head's base Head&lt;T&gt;; empty when the family has no
/// head.</param>
/// <param name="GuideName">Its short name.</param>
/// <param name="OwnHead">The head, fully qualified, where it is not the one that the guide's own family names; else empty.</param>
internal sealed record FamilySpec(string Type, string Name, string GuideType, string GuideName, string OwnHead)
{
    /// <summary>Whether family and guide are Ppl's: what closed forms their divergence has, Ppl has.</summary>
    public bool IsBuiltIn { get; init; }

    /// <summary>That of a factor, which has no distribution.</summary>
    public static readonly FamilySpec None = new("", "", "", "", "");

    /// <summary>Stands for a family that could not be read, so that reading goes on.</summary>
    public static readonly FamilySpec Unknown = new("", "?", "", "?", "");
}

/// <summary>The closed form KL(q || p) registered for a guide type and a model type.</summary>
/// <param name="Pair">The pair, for comments: <c>Normal || Normal</c>.</param>
internal sealed record DivergenceSpec(string Pair);

/// <summary>A network's output as a first argument that is probabilities.</summary>
/// <param name="Anchor">The argument's place.</param>
/// <param name="Argument">Its text.</param>
/// <param name="Family">The family that takes it.</param>
internal sealed record UnnamedProbsSpec(int Anchor, string Argument, string Family);

/// <summary>The distribution of a site.</summary>
/// <param name="Family">What its type says.</param>
/// <param name="Text">Its source text.</param>
/// <param name="Reads">What the text reads.</param>
internal sealed record DistributionSpec(FamilySpec Family, TextSpec Text, EquatableArray<Read> Reads);

/// <summary>Which of a site's data are there.</summary>
/// <param name="Text">The source text, an expression over parameters, for a slice also over the variable of its loop.</param>
/// <param name="Parameters">The parameters that it reads, ascending.</param>
/// <param name="Anchor">Its place.</param>
internal sealed record MaskSpec(TextSpec Text, EquatableArray<int> Parameters, int Anchor)
{
    /// <summary>The variable that stands for its values, where encoders see these; null where they see its parameters, which tell as much.</summary>
    public int? Variable { get; init; }

    /// <summary>Its text in which the names are the same wherever the mask stands, by which masks are compared.</summary>
    public required TextSpec Meaning { get; init; }

    /// <summary>How a submodel is asked for it, whose text it is; null for a mask of the method's own.</summary>
    public MaskCall? Call { get; init; }
}

/// <summary>What gives the mask of a site that stands in a call.</summary>
/// <param name="Method">The generated method, with what it is called on: <c>likelihood.MaskWeigh</c>.</param>
/// <param name="Site">The site's number in the submodel.</param>
/// <param name="Arguments">What the call gives to the parameters that masks of the submodel read; null for those that this one does not.</param>
internal sealed record MaskCall(string Method, int Site, EquatableArray<TextSpec> Arguments);

/// <summary>One <c>Sample</c>, <c>Observe</c> or <c>Factor</c> of the model's text. One in a loop stands for many.</summary>
internal sealed record SiteSpec
{
    public required int Id { get; init; }

    /// <summary>The variable's name, or the observed parameter's.</summary>
    public required string Name { get; init; }

    public required SiteKind Kind { get; init; }

    /// <summary>The local that holds the draw (for an indexed site the array), the observed parameter, or the local of a factor's weight.</summary>
    public required int Variable { get; init; }

    /// <summary>Which element of the array is drawn, or which slice of the data observed; null for a site that is not indexed.</summary>
    public required IndexSpec? Index { get; init; }

    /// <summary>The plates that it stands in, outermost first.</summary>
    public required EquatableArray<int> Plates { get; init; }

    public required DistributionSpec Distribution { get; init; }

    /// <summary>The parameter that holds what is known of a latent; null for a wholly latent one, and for an observed site.</summary>
    public required int? Known { get; init; }

    /// <summary>The parameter that holds the site's data; null without any.</summary>
    public int? Data => Kind == SiteKind.Observed ? Variable : Known;

    /// <summary>Which of its data are there; null where all are, and for a site without data.</summary>
    public required MaskSpec? Mask { get; init; }

    /// <summary>The closed-form divergence for (guide type, family), where one is registered.</summary>
    public required DivergenceSpec? Divergence { get; init; }

    /// <summary>What it is reached under; empty where every run reaches it.</summary>
    public EquatableArray<GuardSpec> Guards { get; init; }

    /// <summary>The guards as text: <c>if (deep)</c>; empty without one.</summary>
    public string Condition => string.Join(", ", Guards.Select(g => g.Text).Distinct());

    /// <summary>What of the distribution's text looks like log odds in the place of probabilities; null where nothing does.</summary>
    public required UnnamedProbsSpec? UnnamedProbs { get; init; }

    /// <summary>Whether the distribution's text ends in <c>Expand</c>, which states its shape.</summary>
    public required bool StatesShape { get; init; }

    /// <summary>Where the site stands, for issues.</summary>
    public required int Anchor { get; init; }

    /// <summary>Where the call stands, whose line the interpreter knows the site by.</summary>
    public required int CallAnchor { get; init; }

    public bool IsLatent => Kind == SiteKind.Latent;

    public FamilySpec Family => Distribution.Family;

    public string ToText(ProgramSpec program) =>
        $"{Kind.ToString().ToLowerInvariant()} {program.Element(this, [])} ~ {Family.Name}: {Distribution.Text}";
}
