namespace Ppl.Inference;

/// <content>Objectives that weigh the parts of the ELBO.</content>
public abstract partial class Objective
{
    /// <summary>The ELBO with a divergence that is held at a capacity, which rises while training goes on.</summary>
    /// <remarks>
    /// Σ_observed log p − γ |KL − C(step)|, KL the sum of all divergences: the mean over the batch, in nats for each datum, or for a model whose
    /// bound is one of the whole data the sum with N/B. The absolute value is taken of the batch's number, as programs of the authors do: the mean
    /// over mini-batches is at least that of all data. Points, <c>Posterior.Delta</c>, have no divergence.
    /// Source: Burgess et al. 2018, arXiv:1804.03599, eq. 8. <see cref="Measured"/> is the ELBO.
    /// </remarks>
    /// <param name="capacity">C in nats, such as <c>Schedule.Linear(0, 25, 100_000)</c>; at least 0 at each step.</param>
    /// <param name="gamma">γ, a finite number above 0; the authors take 1000.</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws, whose noise the absolute value adds to.</param>
    public static Objective Capacity(Schedule capacity, double gamma, int particles = 1, KlForm kl = KlForm.ClosedForm)
    {
        RequireNotNegative(capacity, nameof(capacity));
        RequirePositive(gamma, nameof(gamma));
        return new CapacityElbo(capacity, gamma, particles, Known(kl)!.Value);
    }

    /// <summary>The ELBO in which the divergence of each group of latents costs at least a number of nats.</summary>
    /// <remarks>
    /// Σ_observed log p − Σ_groups max(λ, E_batch[KL_group]): below λ nothing pulls a group to its prior. E_batch is the mean over the rows
    /// of the batch and the particles; for a group outside every rows
    /// plate its divergence. A latent is a group, an element of an array too, unless <paramref name="groups"/> takes some together. The
    /// maximum is taken of the batch's mean: with sampled divergences, where no closed form is legal, that is a noisy number, so that a group at the
    /// edge gets the pull in some steps only. Coordinates of one latent are no groups: write them as latents of their own.
    /// Source: Kingma, Salimans, Jozefowicz, Chen, Sutskever and Welling 2016, arXiv:1606.04934, eq. 15. <see cref="Measured"/> is the ELBO.
    /// </remarks>
    /// <param name="nats">λ for each group, a finite number above 0, in nats for each row; for a group outside the rows in total.</param>
    /// <param name="groups">Latents that are one group, by name, all in the same rows plate; each other latent is a group of its own.</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    /// <exception cref="ArgumentException">A group is empty, or a latent is in two.</exception>
    public static Objective FreeBits(
        double nats, IReadOnlyList<IReadOnlyList<string>>? groups = null, int particles = 1, KlForm kl = KlForm.ClosedForm)
    {
        RequirePositive(nats, nameof(nats));
        groups ??= [];
        if (groups.Any(names => names.Count == 0)) throw new ArgumentException("a group has at least one latent.", nameof(groups));
        if (groups.SelectMany(names => names).GroupBy(name => name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"'{twice.Key}' is named twice: a latent is in one group.", nameof(groups));
        return new FreeBitsElbo(nats, groups, particles, Known(kl)!.Value);
    }

    /// <summary>The highest reconstruction whose divergence is at most a number, by a multiplier that is learnt.</summary>
    /// <remarks>
    /// max Σ_observed log p subject to KL ≤ δ, by the Lagrangian Σ_observed log p − λ (KL − δ) with λ ≥ 0. Each step raises it with λ held, and then
    /// λ ← max(0, λ + rate · (KL − δ)) with the step's KL, a projected gradient. At a solution (Karush, Kuhn and Tucker) KL ≤ δ, λ ≥ 0 and
    /// λ (KL − δ) = 0; λ is the derivative of the highest reconstruction by δ, and the Lagrangian is a beta-ELBO with β = λ (Higgins et al.
    /// 2017). <see cref="Svi.ObjectiveState"/> has the multiplier, the divergence and λ (KL − δ). Checkpoints carry them. A point has no
    /// divergence: its log p counts with the reconstruction. <see cref="Measured"/> is the ELBO.
    /// </remarks>
    /// <param name="delta">δ in the unit of the bound, a finite number above 0: nats for each datum, or of the whole data.</param>
    /// <param name="rate">
    /// How fast the multiplier moves, a finite number above 0: slower than the weights, which have to follow it.
    /// </param>
    /// <param name="multiplier">λ before the first step, a finite number ≥ 0.</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    public static Objective Constrained(
        double delta, double rate = 0.01, double multiplier = 1, int particles = 1, KlForm kl = KlForm.ClosedForm)
    {
        RequirePositive(delta, nameof(delta));
        RequirePositive(rate, nameof(rate));
        if (!double.IsFinite(multiplier) || multiplier < 0)
            throw new ArgumentOutOfRangeException(nameof(multiplier), multiplier, "a finite number >= 0 is needed");
        return new ConstrainedElbo(delta, rate, multiplier, particles, Known(kl)!.Value);
    }

    /// <summary>The lowest divergence whose reconstruction is at least a number: GECO, the mirror of <see cref="Constrained"/>.</summary>
    /// <remarks>
    /// min KL subject to E_q[Σ_observed log p] ≥ r, by the Lagrangian λ (Σ_observed log p − r) − KL. Each step raises it with λ held; then
    /// C̄ ← m C̄ + (1 − m) (r − Σ_observed log p), which begins with the first step's, and λ ← λ exp(rate · C̄), kept within 1e-10 and 1e10; λ
    /// begins with 1. <see cref="Svi.ObjectiveState"/> has the multiplier and the moving average. Checkpoints carry them. The constraint C of
    /// the paper is r − log p here; for a Gaussian decoder with fixed variance that is its squared error up to constants.
    /// Source: Rezende and Viola 2018, arXiv:1810.00597, algorithm 1. <see cref="Measured"/> is the ELBO.
    /// </remarks>
    /// <param name="reconstruction">r, a finite number, in the unit of the bound.</param>
    /// <param name="rate">How fast the multiplier moves for each nat that is missing, a finite number above 0.</param>
    /// <param name="momentum">m of the moving average, in [0, 1).</param>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">In closed form where that is legal, or log q − log p at the draws.</param>
    public static Objective Geco(
        double reconstruction, double rate = 0.001, double momentum = 0.99, int particles = 1, KlForm kl = KlForm.ClosedForm)
    {
        if (!double.IsFinite(reconstruction))
            throw new ArgumentOutOfRangeException(nameof(reconstruction), reconstruction, "a finite number is needed");
        RequirePositive(rate, nameof(rate));
        if (!(momentum >= 0 && momentum < 1)) throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "a number in [0, 1) is needed");
        return new GecoElbo(reconstruction, rate, momentum, particles, Known(kl)!.Value);
    }

    /// <summary>The ELBO of a model whose latents are rounded to a codebook, and what their encoder and the codebook learn from each other.</summary>
    /// <remarks>
    /// ELBO − Σ (codebook · |sg(z) − e|² + commitment · |z − sg(e)|²) over the vectors of every latent with a <see cref="Distributions.Quantized"/>
    /// guide: z is what the encoder says, e the nearest vector, and sg keeps a gradient from passing. The first square moves the vectors to the
    /// encoder's outputs, the second the outputs to the vectors; the likelihood's own gradient passes the rounding by as if it were not there. Where
    /// the vectors are moving averages (<see cref="Networks.Codebook.Decay"/>) the first is left out. KL is a constant, log K for each vector.
    /// <see cref="Measured"/> is the ELBO. Both are sums over the numbers of a datum's latent, in the unit of its log-likelihood; for a grid the
    /// paper takes means over its vectors. Source: van den Oord et al. 2017, arXiv:1711.00937, equation 3.
    /// </remarks>
    /// <param name="commitment">β, finite and at least 0: 0.25 in the paper.</param>
    /// <param name="codebook">What the vectors' own square counts, finite and at least 0: 1 in the paper.</param>
    public static Objective VectorQuantized(double commitment = 0.25, double codebook = 1)
    {
        foreach (var (weight, name) in new[] { (commitment, nameof(commitment)), (codebook, nameof(codebook)) })
        {
            if (!double.IsFinite(weight) || weight < 0)
                throw new ArgumentOutOfRangeException(name, weight, "a finite number >= 0 is needed");
        }

        return new VectorQuantizedElbo(commitment, codebook);
    }

    /// <summary>A divergence's form that exists; null stays.</summary>
    private static KlForm? Known(KlForm? kl) =>
        kl is not { } form || Enum.IsDefined(form) ? kl : throw new ArgumentOutOfRangeException(nameof(kl), kl, "not a KL form");

    /// <summary>Refuses a constant below 0; what a schedule says of a step is known at that step.</summary>
    private static void RequireNotNegative(Schedule schedule, string parameter)
    {
        ArgumentNullException.ThrowIfNull(schedule, parameter);
        if (schedule.IsConstant && schedule.At(0) is < 0 and var number)
            throw new ArgumentOutOfRangeException(parameter, number, "a finite number >= 0 is needed");
    }

    private static void RequirePositive(double number, string parameter)
    {
        if (!double.IsFinite(number) || number <= 0)
            throw new ArgumentOutOfRangeException(parameter, number, "a finite number above 0 is needed");
    }
}
