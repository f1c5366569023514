namespace Ppl.Contracts;

/// <summary>One parameter of a model's method.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="IsObserved">Whether it is passed to <c>Observe</c>; otherwise it is a covariate.</param>
/// <param name="IsPlated">Whether it is given to the plate, so that its leading dimension is the plate's rows; otherwise one tensor for all
/// rows.</param>
public sealed record ModelInput(string Name, bool IsObserved, bool IsPlated = true);

/// <summary>What the compiler knows of a model. Generated code holds one static instance.</summary>
public sealed record ModelPlan
{
    /// <summary>The class that holds the model.</summary>
    public required string Model { get; init; }

    /// <summary>The model's method.</summary>
    public required string Method { get; init; }

    /// <summary>
    /// The sites in the order of the model; an indexed site stands once for each <c>Sample</c> that draws elements of it.
    /// </summary>
    public required IReadOnlyList<SiteInfo> Sites { get; init; }

    /// <summary>The method's parameters, in order.</summary>
    public required IReadOnlyList<ModelInput> Inputs { get; init; }

    /// <summary>The latent sites, in the order of the model.</summary>
    public IEnumerable<SiteInfo> Latents => Sites.Where(site => site.Kind == SiteKind.Latent);

    /// <summary>The observed sites, in the order of the model.</summary>
    public IEnumerable<SiteInfo> Observed => Sites.Where(site => site.Kind == SiteKind.Observed);

    /// <summary>The parameters that are never observed, in order.</summary>
    public IEnumerable<ModelInput> Covariates => Inputs.Where(input => !input.IsObserved);

    /// <summary>The method and its sites: <c>Vae.Generate(x): z ~ Normal(0, 1).Expand(20), x ~ Bernoulli(logits: decoder.call(z))</c>.</summary>
    public override string ToString() => $"{Model}.{Method}({string.Join(", ", Inputs.Select(i => i.Name))}): {string.Join(", ", Sites)}";
}
