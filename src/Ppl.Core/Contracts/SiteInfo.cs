using System.Globalization;

namespace Ppl.Contracts;

/// <summary>Whether a site draws a latent, weighs an observation, or is a weight itself.</summary>
public enum SiteKind
{
    /// <summary>A <c>Sample</c>: a value that the guide infers.</summary>
    Latent,

    /// <summary>An <c>Observe</c>: a value that the data give.</summary>
    Observed,

    /// <summary>A <c>Factor</c>: a log weight that is added to the log joint density. It has no value and no distribution.</summary>
    Factor,

    /// <summary>A <c>Deterministic</c>: a value that results have. It is no random variable and has no term.</summary>
    Deterministic,
}

/// <summary>How the compiler chose to compute a latent's divergence.</summary>
public enum KlChoice
{
    /// <summary>Not a latent.</summary>
    None,

    /// <summary>
    /// KL(q || p) in closed form where the pair of families is registered: no parent of the site is drawn after it in the guide.
    /// </summary>
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

    /// <summary>The position of its variable among the model's latents, or of its parameter among the observed ones.</summary>
    public required int Slot { get; init; }

    /// <summary>The family's type name as the user wrote it, such as <c>Normal</c>.</summary>
    public required string Family { get; init; }

    /// <summary>The plates that it stands in, outermost first; none for a global site. They are the leading dimensions of its value.</summary>
    public required IReadOnlyList<PlateInfo> Plates { get; init; }

    /// <summary>
    /// For each plate whether the model's distribution depends on something inside it. If it depends on one of them, its shape begins with all:
    /// the size where it depends, the size or 1 where it does not. If it depends on none, its shape is the event.
    /// </summary>
    public required IReadOnlyList<bool> Depends { get; init; }

    /// <summary>Whether the model's distribution depends on something inside a plate, so that its shape begins with the plates.</summary>
    public bool IsPlated => Depends.Contains(true);

    /// <summary>
    /// Whether the user's text states the shape, by <c>Expand</c>, of a distribution that depends on nothing in the plates: an event, whatever size
    /// the plates have.
    /// </summary>
    public bool StatesEvent { get; init; }

    /// <summary>Whether its outermost plate is a rows plate: particles fold into its rows, and a mini-batch cuts it.</summary>
    public bool IsLocal => Plates is [{ IsRows: true }, ..];

    /// <summary>
    /// Whether the guide's distribution has K·B rows, because an encoder input is itself a local latent; otherwise it has B rows.
    /// </summary>
    public bool GuideFollowsLatents { get; init; }

    /// <summary>
    /// Whether the site is an array of sites, <c>h[i]</c> in a loop, or data observed slice by slice; its elements have the names <c>h[0]</c>,
    /// <c>h[1]</c>, ...
    /// </summary>
    public bool IsIndexed { get; init; }

    /// <summary>
    /// The call of a submodel that an index belongs to, <c>a</c> of <c>a[i].z</c>; empty where the index follows the whole name, <c>a.h[i]</c>.
    /// </summary>
    public string IndexedCall { get; init; } = "";

    /// <summary>The branches that a run takes to reach it, as the model has them: <c>if (deep)</c>; empty where every run does.</summary>
    public string Condition { get; init; } = "";

    /// <summary>Which element of an indexed site this is; null for a site that is none.</summary>
    public int? Element { get; init; }

    /// <summary>Of data that are observed slice by slice, <c>x[.., t]</c>, the dimension of which the elements are slices; null elsewhere.</summary>
    public int? SliceDimension { get; init; }

    /// <summary>How KL is computed.</summary>
    public KlChoice Kl { get; init; }

    /// <summary>The variables of the latents that its own distribution is computed from, through whatever locals: <c>z</c>, <c>h</c>.</summary>
    public IReadOnlyList<string> Parents { get; init; } = [];

    /// <summary>The variables of sites that a latent's distribution is computed from, directly or through other sites.</summary>
    public IReadOnlyList<string> Follows { get; init; } = [];

    /// <summary>Why KL is computed this way, in a sentence.</summary>
    public string KlReason { get; init; } = "";

    /// <summary>The guide's inputs for this latent, by name, in the encoder's order.</summary>
    public IReadOnlyList<string> GuideParents { get; init; } = [];

    /// <summary>The line of the <c>Sample</c> or <c>Observe</c> in the user's file.</summary>
    public required int Line { get; init; }

    /// <summary>The distribution's source text, which with the line identifies the site to the interpreter.</summary>
    public required string DistributionText { get; init; }

    /// <summary>The source text of the mask, <c>where:</c>, which says what of the data is there; null where all of it is.</summary>
    public string? MaskText { get; init; }

    /// <summary>The parameter that holds a latent's known values, <c>observed:</c>; null for an observed site and for a wholly latent one.</summary>
    public string? Known { get; init; }

    /// <summary>The parameter that holds the site's data; null for one without data.</summary>
    internal string? DataName => Kind == SiteKind.Observed ? Name : Known;

    private string Statement => Kind switch
    {
        SiteKind.Factor => $"factor {Name}",
        SiteKind.Deterministic => $"{Name} = {DistributionText}",
        _ => $"{Name} ~ {DistributionText}",
    };

    /// <summary>The name of the variable that holds the site: <c>h</c> for <c>h[1]</c>.</summary>
    internal string Variable => Element is null ? Name : Split(Name).Variable;

    /// <summary>
    /// The statement: <c>z ~ Normal(0, 1).Expand(20)</c>; with its mask <c>x ~ Normal(z, 1) where present</c>, with its condition
    /// <c>h ~ Normal(0, 1) if (deep)</c>; <c>factor rough</c>.
    /// </summary>
    public override string ToString() => Statement
        + (Known is null ? "" : $" observed {Known}") + (MaskText is null ? "" : $" where {MaskText}")
        + (Condition.Length > 0 ? $" {Condition}" : "");

    /// <summary>Whether this is a site of the model's text, or one of its elements.</summary>
    /// <param name="site">The site of the text, which its line and its distribution's text tell from all others.</param>
    public bool IsOf(SiteInfo site)
    {
        ArgumentNullException.ThrowIfNull(site);
        return Line == site.Line && Kind == site.Kind && DistributionText == site.DistributionText && Variable == site.Variable;
    }

    /// <summary>The same site as element <paramref name="index"/> of an indexed site: name <c>h[index]</c>, <c>a[index].z</c>.</summary>
    /// <param name="index">The element's index.</param>
    public SiteInfo At(int index) => this with
    {
        Name = Name.Insert(IndexedCall.Length > 0 ? IndexedCall.Length : Name.Length, string.Create(CultureInfo.InvariantCulture, $"[{index}]")),
        IsIndexed = false,
        Element = index,
    };

    /// <summary>The variable and the element of a name: <c>h</c> and <c>1</c> of <c>h[1]</c>, <c>a.z</c> and <c>1</c> of <c>a[1].z</c>.</summary>
    /// <param name="name">The name; one without an element is a variable.</param>
    internal static (string Variable, string? Element) Split(string name)
    {
        var (start, end) = (name.LastIndexOf('['), name.LastIndexOf(']'));
        return start < 0 ? (name, null) : (name[..start] + name[(end + 1)..], name[(start + 1)..end]);
    }
}
