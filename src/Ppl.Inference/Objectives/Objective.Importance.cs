namespace Ppl.Inference;

/// <content>Bounds by importance weights.</content>
public abstract partial class Objective
{
    /// <summary>The importance weighted bound. It rises with K to log p(x); K = 1 is the ELBO with sampled divergences.</summary>
    /// <remarks>
    /// IWAE_K(x) = log (1/K) Σ_k w_k, log w_k = Σ log p − Σ log q at draw k. There is no form with divergences in closed form, nor a
    /// weight on them: the weights w_k need log q at the very draw at which log p is taken.
    /// Source: Burda, Grosse and Salakhutdinov 2016, arXiv:1509.00519.
    /// <para>
    /// Where the model has latents outside every rows plate, they have one draw, which the K draws of the others share: the bound is
    /// E_q(outer)[Σ over the rows of IWAE_K(row | outer)] − KL of the outer ones. It is a bound for every K, rises with K, and mini-batches
    /// leave it unbiased. <paramref name="joint"/> takes K draws of everything and the logarithm of their mean weight: tighter, one number for
    /// the whole data, and only where a batch is all of them, since N/B inside a logarithm would be biased.
    /// </para>
    /// </remarks>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="gradient">Any form; <see cref="GradientForm.StickingTheLanding"/> is biased for K &gt; 1.</param>
    /// <param name="joint">Whether one weight is that of everything together; for models with latents outside every rows plate.</param>
    public static Objective Iwae(int particles, GradientForm gradient = GradientForm.Plain, bool joint = false) =>
        new IwaeObjective(particles, gradient, joint);

    /// <summary>The mean of several importance weighted bounds: more draws for a gradient of the guide that is less noise.</summary>
    /// <remarks>
    /// MIWAE_{M,K}(x) = (1/M) Σ_m log (1/K) Σ_k w_{m,k}. M = 1 is IWAE, K = 1 the ELBO of M draws. The signal-to-noise ratio of the guide's plain
    /// gradient rises with M and falls with K. Latents outside every rows plate are taken as by <see cref="Iwae"/>.
    /// Source: Rainforth, Kosiorek, Le, Maddison, Igl, Wood and Teh 2018, arXiv:1802.04537, section 4.
    /// </remarks>
    /// <param name="outer">M ≥ 1.</param>
    /// <param name="inner">K ≥ 1; M · K draws are taken.</param>
    /// <param name="gradient">Any form; <see cref="GradientForm.StickingTheLanding"/> is biased for K &gt; 1.</param>
    public static Objective Miwae(int outer, int inner, GradientForm gradient = GradientForm.Plain)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)outer * inner, int.MaxValue, "outer * inner");
        return new MiwaeObjective(outer, inner, gradient);
    }

    /// <summary>A mixture of the ELBO and the importance weighted bound at the same draws.</summary>
    /// <remarks>
    /// CIWAE(x) = β (1/K) Σ_k log w_k + (1 − β) log (1/K) Σ_k w_k. β = 0 is IWAE, β = 1 the ELBO with sampled divergences. β mixes two bounds; it is
    /// no weight of a divergence, which IWAE has not. Latents outside every rows plate are taken as by <see cref="Iwae"/>.
    /// Source: Rainforth et al. 2018, arXiv:1802.04537, section 4. The doubly reparameterized gradient is that of Tucker et al. 2019 for the part of
    /// IWAE, and sticking the landing for that of the ELBO.
    /// </remarks>
    /// <param name="beta">β in [0, 1].</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="gradient">Any form; <see cref="GradientForm.StickingTheLanding"/> is biased for K &gt; 1 and β &lt; 1.</param>
    public static Objective Ciwae(double beta, int particles, GradientForm gradient = GradientForm.Plain)
    {
        if (!(beta >= 0 && beta <= 1)) throw new ArgumentOutOfRangeException(nameof(beta), beta, "a number in [0, 1] is needed");
        return new CiwaeObjective(beta, particles, gradient);
    }

    /// <summary>The model is trained by IWAE with M · K draws, and the guide by <see cref="Miwae"/> at the same draws.</summary>
    /// <remarks>
    /// The value, and what data are measured by (<see cref="Measured"/>), is IWAE_{MK}; the gradient of the guide is that of MIWAE_{M,K}. Both are
    /// those of backpropagation: there is no other form, since the path's weights would be of two bounds. A parameter that model and guide share
    /// has no gradient and is refused. Source: Rainforth et al. 2018, arXiv:1802.04537, section 4.
    /// </remarks>
    /// <param name="outer">M ≥ 1.</param>
    /// <param name="inner">K ≥ 1; M · K draws are taken.</param>
    public static Objective Piwae(int outer, int inner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(outer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(inner, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)outer * inner, int.MaxValue, "outer * inner");
        return new PiwaeObjective(outer, inner);
    }

    /// <summary>The variational Rényi bound.</summary>
    /// <remarks>
    /// VR_α(x) = (1 / (1 − α)) log (1/K) Σ_k w_k^(1 − α), and at α = 1 its limit, the ELBO with sampled divergences; α = 0 is IWAE. With K → ∞ it
    /// falls with α, is log p(x) at α = 0, and is a lower bound for α ≥ 0 alone; with K draws it is one for α ≥ 0 too, and below 0 it may lie on
    /// either side. Latents outside every rows plate are taken as by <see cref="Iwae"/>. The doubly reparameterized gradient weighs the path by
    /// α w̃_k + (1 − α) w̃_k², w̃ the normalized w^(1 − α): the argument of Tucker et al. 2019, arXiv:1810.04152, for these weights.
    /// Source: Li and Turner 2016, arXiv:1602.02311.
    /// </remarks>
    /// <param name="alpha">α, a finite number.</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="gradient">Any form; <see cref="GradientForm.StickingTheLanding"/> is biased for K &gt; 1 and α ≠ 1.</param>
    public static Objective Renyi(double alpha, int particles, GradientForm gradient = GradientForm.Plain)
    {
        if (!double.IsFinite(alpha))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "a finite number is needed; for the limit below take RenyiMax");
        return new RenyiObjective(alpha, particles, gradient);
    }

    /// <summary>The limit α → −∞ of the variational Rényi bound: the largest of K log weights, VR-max.</summary>
    /// <remarks>
    /// VR-max(x) = max_k log w_k ≥ IWAE_K. It is no bound on log p(x). Its gradient is that of backpropagation through the largest one: a path form
    /// has one draw of weight 1, and drops a part whose mean is not zero. Source: Li and Turner 2016, arXiv:1602.02311, section 4.2.
    /// </remarks>
    /// <param name="particles">K ≥ 1.</param>
    public static Objective RenyiMax(int particles) => new RenyiMaxObjective(particles);

    /// <summary>Reweighted wake-sleep: a guide that is trained towards the posterior, KL(p || q), by weighted draws.</summary>
    /// <remarks>
    /// The model gets the gradient of IWAE_K, Σ_k w̃_k ∂log p(x, z_k), w̃ the normalized weights. The guide gets Σ_k w̃_k ∂log q(z_k | x), the wake
    /// phase; or in the sleep phase ∂log q(z | x) at (x, z) ~ p(x, z) drawn by the model, as many rows as the batch; or the mixture
    /// (1 − sleep) · wake + sleep · sleep phase. No gradient runs along a draw, so that families need not be reparameterized. The two are no
    /// gradient of one number; the value, and what data are measured by, is IWAE_K. The wake phase of few draws is biased; the bias falls with K.
    /// <para>
    /// Refused: latents outside every rows plate (one draw, whose weight is 1), points, parameters that model and guide share; and in the sleep
    /// phase masks, factors and latents that are known in some rows, which draws of the model have not.
    /// </para>
    /// Source: Bornschein and Bengio 2015, arXiv:1406.2751.
    /// </remarks>
    /// <param name="particles">K ≥ 2 for a wake phase: the weight of one draw is 1 whatever it is. With the sleep phase alone K ≥ 1.</param>
    /// <param name="sleep">The part of the sleep phase, in [0, 1].</param>
    /// <exception cref="ArgumentException">One draw for the wake phase.</exception>
    public static Objective WakeSleep(int particles, double sleep = 0)
    {
        if (!(sleep >= 0 && sleep <= 1)) throw new ArgumentOutOfRangeException(nameof(sleep), sleep, "a number in [0, 1] is needed");
        ArgumentOutOfRangeException.ThrowIfLessThan(particles, 1);
        if (particles == 1 && sleep < 1)
        {
            throw new ArgumentException(
                "the weight of one draw is 1 whatever it is, so that the wake phase would pull the guide to its own draws. Take more, or sleep: 1.",
                nameof(particles));
        }

        return new WakeSleepObjective(particles, sleep);
    }
}
