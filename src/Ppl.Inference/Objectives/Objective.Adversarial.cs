using static TorchSharp.torch;

namespace Ppl.Inference;

/// <content>Objectives that compare draws of the model with data by a critic, a network that is trained beside it.</content>
public abstract partial class Objective
{
    /// <summary>The generative adversarial game: a critic learns to tell data from draws of the model, which learns to be taken for data.</summary>
    /// <remarks>
    /// <para>
    /// With D(x) the critic's log odds that x is a datum, x_b the B rows of a batch and y_b as many draws of the model, the value is
    /// L = (1/B) Σ_b [−log σ(D(x_b)) − log σ(−D(y_b))], the critic's cross-entropy. It takes its steps down it; at the best critic
    /// L = 2 log 2 − 2 JS(data ‖ model), so that a model that is the data's has L = 2 log 2. A step of the model raises
    /// (1/B) Σ_b log σ(D(y_b)), the non-saturating form, whose gradient does not vanish where the critic is sure.
    /// Source: Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1.
    /// </para>
    /// <para>
    /// The model is run forward alone: its density is not asked for, and may not be there, as in <c>Observe(x, Delta(generator.call(z)))</c>, an
    /// implicit model. The guide is neither drawn from nor trained. <see cref="Svi"/> takes <paramref name="criticSteps"/> steps of the critic, then
    /// one of the model, and so on; each is on a batch of its own. The value is no bound on log p(x).
    /// </para>
    /// </remarks>
    /// <param name="critic">D: from rows of the observed site to a number for each, [B] or [B, 1], without a sigmoid at its end. The engine
    /// trains it.</param>
    /// <param name="criticSteps">Steps of the critic for each of the model, at least 1.</param>
    /// <param name="site">The observed site that the critic sees; the only one when null.</param>
    /// <exception cref="ArgumentNullException">There is no critic.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective Gan(nn.Module<Tensor, Tensor> critic, int criticSteps = 1, string? site = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(criticSteps, 1);
        return new GanObjective(critic, criticSteps, site);
    }

    /// <summary>The Wasserstein distance between data and draws of the model, by a critic whose weights are clipped.</summary>
    /// <remarks>
    /// The value is −(1/B) Σ_b [D(x_b) − D(y_b)]. The critic takes its steps down it, and then w ← clip(w, −c, c) for each of its weights: among
    /// functions of slope K at most its negative is K times the distance at its largest. The model raises (1/B) Σ_b D(y_b).
    /// Source: Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875, algorithm 1, where c = 0.01 and RMSProp has a rate of 5e-5. Beyond that as
    /// <see cref="Gan"/>.
    /// </remarks>
    /// <param name="critic">D: from rows of the observed site to a number for each, [B] or [B, 1], without a sigmoid at its end. The engine
    /// trains it.</param>
    /// <param name="clip">c, a finite number above 0.</param>
    /// <param name="criticSteps">Steps of the critic for each of the model, at least 1.</param>
    /// <param name="site">The observed site that the critic sees; the only one when null.</param>
    /// <exception cref="ArgumentNullException">There is no critic.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective Wgan(nn.Module<Tensor, Tensor> critic, double clip = 0.01, int criticSteps = 5, string? site = null)
    {
        RequirePositive(clip, nameof(clip));
        ArgumentOutOfRangeException.ThrowIfLessThan(criticSteps, 1);
        return new ClippedWganObjective(critic, criticSteps, site, clip);
    }

    /// <summary>The Wasserstein distance between data and draws of the model, by a critic whose slopes are drawn towards 1.</summary>
    /// <remarks>
    /// The value is −(1/B) Σ_b [D(x_b) − D(y_b)]. The critic takes its steps down it plus λ (1/B) Σ_b (‖∇D(u_b)‖ − 1)², with the norm over all
    /// numbers of a row, at u_b = ε_b x_b + (1 − ε_b) y_b, ε_b uniform in [0, 1]; the penalty is no part of the value. The model raises
    /// (1/B) Σ_b D(y_b). Source: Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1, where Adam has a rate of 1e-4, β₁ = 0 and β₂ = 0.9. Beyond
    /// that as <see cref="Gan"/>.
    /// </remarks>
    /// <param name="critic">
    /// D: from rows of the observed site to a number for each, [B] or [B, 1]. The engine trains it. It computes each row by itself: batch norm is
    /// refused, since a row's slope would be that of the others too.
    /// </param>
    /// <param name="penalty">λ, a finite number above 0.</param>
    /// <param name="criticSteps">Steps of the critic for each of the model, at least 1.</param>
    /// <param name="site">The observed site that the critic sees; the only one when null.</param>
    /// <exception cref="ArgumentNullException">There is no critic.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective WganGp(nn.Module<Tensor, Tensor> critic, double penalty = 10, int criticSteps = 5, string? site = null)
    {
        RequirePositive(penalty, nameof(penalty));
        ArgumentOutOfRangeException.ThrowIfLessThan(criticSteps, 1);
        return new PenalizedWganObjective(critic, criticSteps, site, penalty);
    }

    /// <summary>The ELBO less a weight times the total correlation of the codes, which a discriminator estimates.</summary>
    /// <remarks>
    /// <para>
    /// ELBO − γ TC, TC = KL(q(z) ‖ Π_d q(z_d)) of the aggregate posterior q(z) = E_x[q(z | x)]. With D(z) the discriminator's log odds that z is a
    /// draw of q(z) and not one with each coordinate of another row, TC is estimated by the mean of D(z) over the batch's draws: exact for the
    /// best discriminator, whatever the network says for any other. The discriminator descends −½ mean log σ(D(z)) − ½ mean log σ(−D(z̄)), z̄ the
    /// batch's draws with each coordinate's rows in an order of its own, in the same step, from the same weights; the paper takes z̄ of a second
    /// batch. Source: Kim and Mnih 2018, arXiv:1802.05983, eq. 2 and algorithm 2.
    /// </para>
    /// <see cref="BoundValue.Penalty"/> is γ times the estimate. <see cref="Measured"/> is the ELBO. For models whose sites all stand in one plate
    /// of rows.
    /// </remarks>
    /// <param name="discriminator">
    /// D: from codes [B, D], all coordinates of the latents side by side, to a number for each, [B] or [B, 1], without a sigmoid at its
    /// end. The engine trains it.
    /// </param>
    /// <param name="gamma">γ, a finite number above 0.</param>
    /// <param name="latents">
    /// The latents whose coordinates are meant, by name; all when null. Those of a latent whose prior follows another are asked to be independent of
    /// it over the data, too, against that prior: in a hierarchy name the latents of one layer.
    /// </param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    /// <exception cref="ArgumentNullException">There is no discriminator.</exception>
    /// <exception cref="ArgumentException">The list of latents is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective FactorVae(
        nn.Module<Tensor, Tensor> discriminator,
        double gamma,
        IReadOnlyList<string>? latents = null,
        int particles = 1,
        KlForm kl = KlForm.ClosedForm)
    {
        RequirePositive(gamma, nameof(gamma));
        return new FactorVaeObjective(discriminator, gamma, latents, particles, Known(kl)!.Value);
    }

    /// <summary>Reconstruction, and codes whose distribution over all data a discriminator cannot tell from the prior.</summary>
    /// <remarks>
    /// <para>
    /// Σ_observed log p(x | z) + λ mean log σ(−D(z)), D(z) the discriminator's log odds that z is a code and no draw of the prior: the guide is to be
    /// taken for the prior, in the non-saturating form. There is no KL: single codes may be points (<c>Posterior.Delta()</c>, the deterministic
    /// encoder) or have a distribution, and the prior may be any that draws, such as a mixture. The discriminator descends
    /// −½ mean log σ(D(z)) − ½ mean log σ(−D(z′)), z′ ~ p(z), in the same step, from the same weights.
    /// Source: Makhzani et al. 2015, arXiv:1511.05644. With a normal likelihood of fixed variance it is the WAE-GAN of Tolstikhin et al. 2018,
    /// arXiv:1711.01558, algorithm 1.
    /// </para>
    /// The value is no bound; <see cref="Measured"/> is the ELBO, which a point has only up to a constant. A prior with parameters to train, and
    /// one that follows from other latents, are refused. For models whose sites all stand in one rows plate.
    /// </remarks>
    /// <param name="discriminator">
    /// D: from codes [B, D], all coordinates of the latents side by side, to a number for each, [B] or [B, 1], without a sigmoid at its
    /// end. The engine trains it.
    /// </param>
    /// <param name="weight">λ, a finite number above 0.</param>
    /// <param name="latents">The latents whose coordinates are meant, by name; all when null. The terms of the others are left out too.</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <exception cref="ArgumentNullException">There is no discriminator.</exception>
    /// <exception cref="ArgumentException">The list of latents is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective AdversarialAutoencoder(
        nn.Module<Tensor, Tensor> discriminator, double weight = 1, IReadOnlyList<string>? latents = null, int particles = 1)
    {
        RequirePositive(weight, nameof(weight));
        return new AdversarialAutoencoderObjective(discriminator, weight, latents, particles);
    }
}
