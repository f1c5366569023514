using System.Globalization;

namespace Ppl.Contracts;

/// <summary>Whether a site draws a latent or weighs an observation.</summary>
public enum SiteKind
{
    /// <summary>A <c>Sample</c>: a value that the guide infers.</summary>
    Latent,

    /// <summary>An <c>Observe</c>: a value that the data give.</summary>
    Observed,
}

/// <summary>How the compiler chose to compute a latent's divergence.</summary>
public enum KlChoice
{
    /// <summary>Not a latent.</summary>
    None,

    /// <summary>KL(q || p) in closed form: a registered pair, and no parent of the site is drawn after it in the guide.</summary>
    ClosedForm,

    /// <summary>log p − log q at the draw.</summary>
    Sampled,
}

/// <summary>What the compiler knows of one site. Generated code holds one static instance for each site of a model.</summary>
public sealed record SiteInfo
{
    /// <summary>The site's name: the variable's, the observed parameter's, or <c>h[i]</c> for an element of an indexed site.</summary>
    public required string Name { get; init; }

    /// <summary>Latent or observed.</summary>
    public required SiteKind Kind { get; init; }

    /// <summary>The family's type name as the user wrote it, such as <c>Normal</c>.</summary>
    public required string Family { get; init; }

    /// <summary>The plate's variable name, for messages.</summary>
    public required string Plate { get; init; }

    /// <summary>Whether the model's distribution depends on something inside the plate, so that its shape begins with the rows.</summary>
    public required bool IsPlated { get; init; }

    /// <summary>
    /// Whether the guide's distribution has K·B rows, because an encoder input is itself a latent; otherwise it has B rows.
    /// </summary>
    public bool GuideFollowsLatents { get; init; }

    /// <summary>
    /// Whether the site is an array of sites, <c>h[i]</c> in a loop; its elements have the names <c>h[0]</c>, <c>h[1]</c>, ...
    /// </summary>
    public bool IsIndexed { get; init; }

    /// <summary>Which element of an indexed site this is; null for a site that is none.</summary>
    public int? Element { get; init; }

    /// <summary>How KL is computed.</summary>
    public KlChoice Kl { get; init; }

    /// <summary>Why KL is computed this way, in a sentence.</summary>
    public string KlReason { get; init; } = "";

    /// <summary>The guide's inputs for this latent, by name, in the encoder's order: the parents in the faithful inverse.</summary>
    public IReadOnlyList<string> GuideParents { get; init; } = [];

    /// <summary>The line of the <c>Sample</c> or <c>Observe</c> in the user's file.</summary>
    public required int Line { get; init; }

    /// <summary>The distribution's source text, which with the line identifies the site to the interpreter.</summary>
    public required string DistributionText { get; init; }

    /// <summary>The name of the variable that holds the site: <c>h</c> for <c>h[1]</c>.</summary>
    internal string Variable => Element is null ? Name : Name[..Name.LastIndexOf('[')];

    /// <summary>The statement: <c>z ~ Normal(0, 1).Expand(20)</c>.</summary>
    public override string ToString() => $"{Name} ~ {DistributionText}";

    /// <summary>The same site as element <paramref name="index"/> of an indexed site: name <c>h[index]</c>.</summary>
    /// <param name="index">The element's index.</param>
    public SiteInfo At(int index)
        => this with { Name = string.Create(CultureInfo.InvariantCulture, $"{Name}[{index}]"), IsIndexed = false, Element = index };
}
