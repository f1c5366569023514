namespace Ppl.Generators.Ir;

/// <summary>A site as the generated public members show it: the same for a sound model and for a faulty one.</summary>
/// <param name="Name">The variable's or the observed parameter's name, which is also the site's at run time.</param>
/// <param name="IsLatent">Whether it is drawn.</param>
/// <param name="IsIndexed">Whether it is an array of latents.</param>
/// <param name="Text">What it is drawn from or weighed by, for documentation: <c>h[i] ~ Normal(0, 1)</c>.</param>
/// <param name="Property">Its member of the generated records.</param>
/// <param name="Encoder">A latent's member of the guide.</param>
internal sealed record FaceSite(string Name, bool IsLatent, bool IsIndexed, string Text, string Property, string Encoder)
{
    /// <summary>Whether a run may not reach it, so that results have no value for it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>How much of the name an index follows, <c>a[i].z</c>; 0 where it follows the whole, or there is none.</summary>
    public int Scope { get; init; }

    /// <summary>Where a plain name is wanted, of a parameter or a local: <c>z</c>, <c>a_z</c>.</summary>
    public string Flat { get; init; } = Name;

    /// <summary>The call that it stands in, <c>a</c>, <c>a.inner</c>; empty outside of calls.</summary>
    public string Path => ParentOf(Name);

    public static string ParentOf(string path) => path.LastIndexOf('.') is > 0 and var end ? path.Substring(0, end) : "";

    /// <summary>Whether it is a value that results have, and no random variable.</summary>
    public bool IsRecord { get; init; }

    /// <summary>The parameter that holds what is known of a latent; empty without one.</summary>
    public string Known { get; init; } = "";
}

/// <summary>A call of a submodel as the generated public members show it: a record with the latents in it.</summary>
/// <param name="Path">Where it is found: <c>a</c>, <c>a.inner</c>.</param>
/// <param name="IsIndexed">Whether the elements of an array receive its results.</param>
/// <param name="Type">The type of its records.</param>
/// <param name="Property">Its member of the generated records.</param>
/// <param name="Encoder">Its member of the guide.</param>
internal sealed record FaceScope(string Path, bool IsIndexed, string Type, string Property, string Encoder)
{
    /// <summary>The call that it stands in; empty outside of calls.</summary>
    public string Parent => FaceSite.ParentOf(Path);
}
