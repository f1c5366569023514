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

    /// <summary>Whether it is a value that results have, and no random variable.</summary>
    public bool IsRecord { get; init; }

    /// <summary>The parameter that holds what is known of a latent; empty without one.</summary>
    public string Known { get; init; } = "";
}
