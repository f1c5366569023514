namespace Ppl.Inference;

/// <summary>How the gradient of a bound reaches the guide. The model's parameters get the bound's own gradient under each form.</summary>
/// <remarks>
/// All forms need reparameterized latents: z = f(ε; φ). Write w = p(x, z) / q(z | x), and split the guide's gradient of log w into the
/// path through z and the direct one through the parameters of q. The direct one has mean zero under q, and carries noise.
/// </remarks>
public enum GradientForm
{
    /// <summary>The bound's gradient by backpropagation: path and direct part. Unbiased. (Kingma and Welling 2014, arXiv:1312.6114.)</summary>
    Plain,

    /// <summary>
    /// The path alone: Σ_k w̃_k ∂log w_k/∂z_k · ∂z_k/∂φ, with w̃ the normalized weights (1/K for the ELBO). For the ELBO it is unbiased
    /// and has no variance at q(z | x) = p(z | x). For IWAE with K &gt; 1 it has that property too, but it is biased: the direct part, once
    /// weighted, no longer has mean zero (Tucker et al. 2019); <see cref="DoublyReparameterized"/> is the unbiased form.
    /// (Roeder, Wu and Duvenaud 2017, arXiv:1703.09194.)
    /// </summary>
    StickingTheLanding,

    /// <summary>
    /// Σ_k w̃_k² ∂log w_k/∂z_k · ∂z_k/∂φ for the guide, w̃_k for the model. Unbiased for IWAE, no variance at q = p, and its
    /// signal-to-noise ratio does not fall with K. Only for IWAE. (Tucker, Lawson, Gu and Maddison 2019, arXiv:1810.04152.)
    /// </summary>
    DoublyReparameterized,
}

/// <summary>How the ELBO computes a latent's divergence from its prior.</summary>
public enum KlForm
{
    /// <summary>KL(q || p) in closed form at each site where the compiler allows it; log q − log p at the draw elsewhere.</summary>
    ClosedForm,

    /// <summary>log q − log p at the draw, at every site.</summary>
    Sampled,
}
