namespace Ppl.Inference;

/// <content>Objectives that see the aggregate posterior of a batch, q(z) = E_x q(z | x).</content>
public abstract partial class Objective
{
    /// <summary>The ELBO with a discrepancy of the codes of all rows from the prior: InfoVAE by maximum mean discrepancy.</summary>
    /// <remarks>
    /// Σ_observed log p − (1 − α) Σ KL(q(z | x) || p(z)) − (α + λ − 1) MMD²(q(z), p(z)), each in nats for each datum, MMD² estimated from the batch's
    /// draws and as many of the prior, for each particle by itself. α = 0 and λ = 1 is the ELBO; α = 1 leaves out the divergence, which pulls each
    /// code to the prior, and keeps the one of all codes together (MMD-VAE). It is no bound on log p(x); <see cref="Measured"/> is the ELBO.
    /// <see cref="MmdEstimator.Unbiased"/> takes the rows of the batch as draws of the population; of N rows, it leaves out the pairs of a row with
    /// itself, which the mixture (1/N) Σ q(z | x_n) has 1/N of. Source: Zhao, Song and Ermon 2017, arXiv:1706.02262.
    /// </remarks>
    /// <param name="alpha">α, finite, at most 1.</param>
    /// <param name="lambda">λ, finite, above 0, with α + λ ≥ 1. A discrepancy is below the kernel's largest value, and small beside nats.</param>
    /// <param name="kernel"><see cref="Kernel.InverseMultiquadratic"/> when left out.</param>
    /// <param name="estimator">How the discrepancy is estimated.</param>
    /// <param name="latents">
    /// Which latents are the code, by name: all when left out. They stand in one rows plate, and their priors are the same for all rows. The
    /// divergences of the others count once.
    /// </param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    /// <exception cref="ArgumentException">The list of latents is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective InfoVae(
        double alpha,
        double lambda,
        Kernel? kernel = null,
        MmdEstimator estimator = MmdEstimator.Unbiased,
        IReadOnlyList<string>? latents = null,
        int particles = 1,
        KlForm kl = KlForm.ClosedForm)
    {
        if (!double.IsFinite(alpha) || alpha > 1)
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "a finite number <= 1 is needed: above, the divergence would be raised");
        RequirePositive(lambda, nameof(lambda));
        if (alpha + lambda < 1)
            throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "alpha + lambda >= 1 is needed: below, the discrepancy would be raised");
        return new MmdElbo(
            "InfoVAE",
            new(1 - alpha, Point: null, alpha + lambda - 1),
            new(latents),
            kernel ?? Kernel.InverseMultiquadratic(),
            Mmd.Known(estimator),
            particles,
            Known(kl)!.Value);
    }

    /// <summary>The reconstruction, and a discrepancy of the codes of all rows from the prior: a Wasserstein autoencoder (WAE-MMD).</summary>
    /// <remarks>
    /// Σ_observed log p − λ MMD²(q(z), p(z)), estimated as in <see cref="InfoVae"/>. With a normal likelihood of a fixed variance, −log p is the
    /// squared error over twice the variance, and a constant. The code may be a point, <c>Posterior.Delta</c>, the authors' deterministic encoder,
    /// whose −log p(z) does not count, or any other factor, whose divergence does not. No bound on log p(x); <see cref="Measured"/> is the ELBO, with
    /// points log p(x, z). Source: Tolstikhin, Bousquet, Gelly and Schölkopf 2018, arXiv:1711.01558, algorithm 2.
    /// </remarks>
    /// <param name="lambda">λ, a finite number above 0, in nats.</param>
    /// <param name="kernel"><see cref="Kernel.InverseMultiquadratic"/> when left out, as the authors took.</param>
    /// <param name="estimator">How the discrepancy is estimated; the authors took the unbiased one.</param>
    /// <param name="latents">
    /// Which latents are the code, by name: all when left out. They stand in one rows plate, and their priors are the same for all rows.
    /// </param>
    /// <param name="particles">K ≥ 1.</param>
    /// <exception cref="ArgumentException">The list of latents is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective Wae(
        double lambda,
        Kernel? kernel = null,
        MmdEstimator estimator = MmdEstimator.Unbiased,
        IReadOnlyList<string>? latents = null,
        int particles = 1)
    {
        RequirePositive(lambda, nameof(lambda));
        return new MmdElbo(
            "WAE",
            new(Divergence: 0, Point: 0, lambda),
            new(latents),
            kernel ?? Kernel.InverseMultiquadratic(),
            Mmd.Known(estimator),
            particles,
            KlForm.ClosedForm);
    }

    /// <summary>The ELBO whose divergence is taken apart into three that have weights of their own: beta-TCVAE.</summary>
    /// <remarks>
    /// Σ_observed log p − α I − β TC − γ Σ_d KL(q(z_d) || p(z_d)), in nats for each datum, with the index-code mutual information I = E log q(z |
    /// x)/q(z) and the total correlation TC = E log q(z)/Π_d q(z_d) (<see cref="Inference.Evaluate.AggregateDivergence"/>). The three add up to the
    /// divergence, so that 1, 1, 1 is the ELBO, and it is computed as α KL + (β − α) TC + (γ − α) Σ_d KL_d, of which KL may be in closed form. q(z)
    /// is estimated at each draw by the rows of the batch, of N in all: <see cref="AggregateEstimator.MinibatchWeighted"/>, the authors' choice, adds
    /// a constant to the value and is biased, <see cref="AggregateEstimator.MinibatchStratified"/> is unbiased for q(z) and not for its logarithm,
    /// and <see cref="AggregateEstimator.Exact"/> takes all rows in one batch. It is no bound on log p(x); <see cref="Measured"/> is the ELBO. The
    /// prior has independent coordinates, one for all rows; factors see the data alone and have known marginals: independent or normal ones. Source:
    /// Chen, Li, Grosse and Duvenaud 2018, arXiv:1802.04942, eq. 4.
    /// </remarks>
    /// <param name="beta">β at least 0, a number or a schedule.</param>
    /// <param name="alpha">α, a finite number ≥ 0.</param>
    /// <param name="gamma">γ, a finite number ≥ 0.</param>
    /// <param name="estimator">How q(z) is estimated at a draw.</param>
    /// <param name="latents">
    /// Which latents are the code, by name: all when left out. They stand in one rows plate. The divergences of the others count once.
    /// </param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    /// <exception cref="ArgumentException">The list of latents is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its domain.</exception>
    public static Objective BetaTcVae(
        Schedule beta,
        double alpha = 1,
        double gamma = 1,
        AggregateEstimator estimator = AggregateEstimator.MinibatchWeighted,
        IReadOnlyList<string>? latents = null,
        int particles = 1,
        KlForm kl = KlForm.ClosedForm)
    {
        RequireNotNegative(beta, nameof(beta));
        RequireWeight(alpha, nameof(alpha));
        RequireWeight(gamma, nameof(gamma));
        if (!Enum.IsDefined(estimator)) throw new ArgumentOutOfRangeException(nameof(estimator), estimator, "not an estimator");
        return new TotalCorrelationElbo(new(alpha, beta, gamma), estimator, new(latents), particles, Known(kl)!.Value);
    }

    private static void RequireWeight(double weight, string parameter)
    {
        if (!double.IsFinite(weight) || weight < 0) throw new ArgumentOutOfRangeException(parameter, weight, "a finite number >= 0 is needed");
    }
}
