namespace Ppl;

/// <summary>In which order a generated guide draws the latents of a model, and what each factor sees.</summary>
public enum GuideStructure
{
    /// <summary>
    /// From the data up: q(h1 | x) q(h2 | h1) for a model p(h2) p(h1 | h2) p(x | h1). Each factor sees what the exact posterior of that order
    /// depends on, and no more. Source: Webb et al. 2018, arXiv:1712.00287.
    /// </summary>
    FaithfulInverse,

    /// <summary>
    /// In the model's order: q(h2 | x) q(h1 | h2, x). Each factor again sees what the exact posterior of that order depends on. No parent of a
    /// latent is drawn after it, so that every divergence may be in closed form. The order of ladder guides: Sønderby et al. 2016,
    /// arXiv:1602.02282.
    /// </summary>
    TopDown,

    /// <summary>
    /// Each latent by itself: q(h2 | x) q(h1 | x). A factor sees the data and covariates of its rows on which its exact posterior depends, and no
    /// latent; outside the rows of data it has free parameters. The fewest assumptions that the model shares, and the loosest bound.
    /// </summary>
    MeanField,
}
