using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// A lower bound on log p(x) and the way its gradient is taken: immutable settings, made by <see cref="Elbo"/> and <see cref="Iwae"/>.
/// A bound combines the terms of the sites that generated code returns, and never runs the model again. One of one's own derives from this
/// class and says what <see cref="PerDatum"/> is.
/// </summary>
/// <remarks>
/// The bound of a batch is Σ N/B · Σ_b PerDatum(b) over its rows, plus the part of the sites outside every rows plate. Where all sites stand
/// in one rows plate it is divided by N: the mean over the rows of the batch, in nats for each datum. For every other model it is one number
/// for the whole data (<see cref="BoundUnit"/>). <see cref="OfBatch"/> adds what is no sum over rows. Its negative is what training minimises.
/// </remarks>
public abstract partial class Objective
{
    /// <summary>A bound of one's own, whose gradient is that of backpropagation.</summary>
    /// <param name="particles">K ≥ 1.</param>
    protected Objective(int particles = 1) : this(particles, GradientForm.Plain)
    {
    }

    private protected Objective(int particles, GradientForm gradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(particles, 1);
        if (!Enum.IsDefined(gradient)) throw new ArgumentOutOfRangeException(nameof(gradient), gradient, "not a gradient form");
        (Particles, Gradient) = (particles, gradient);
    }

    /// <summary>K, the draws from the guide for each datum.</summary>
    public int Particles { get; }

    /// <summary>How the gradient reaches the guide.</summary>
    public GradientForm Gradient { get; }

    /// <summary>The bound's short name: <c>ELBO</c>, <c>IWAE</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Which terms the bound needs of each site: sampled ones, unless a bound says that it takes closed forms where they are legal.
    /// </summary>
    public virtual TermForm Form => TermForm.Sampled;

    /// <summary>
    /// What is drawn anew for each particle: unless a bound says otherwise, the latents in rows plates, given one draw of all others. A bound
    /// that is no mean over particles holds row by row then, in mini-batches too.
    /// </summary>
    public virtual ParticleScope Scope => IsJoint ? ParticleScope.Joint : ParticleScope.Local;

    /// <summary>
    /// Whether <see cref="PerDatum"/> takes everything together, as one datum, with one weight for each joint particle. It needs the whole
    /// data in one batch, and a model with a latent outside every rows plate.
    /// </summary>
    public virtual bool IsJoint => false;

    /// <summary>The evidence lower bound.</summary>
    /// <remarks>
    /// ELBO(x) = (1/K) Σ_k ( Σ_observed log p − Σ_latent KL(q || p) ), where a site's KL is in closed form or log q − log p at draw k.
    /// Source: Kingma and Welling 2014, arXiv:1312.6114.
    /// </remarks>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="kl">
    /// How divergences are computed. Left out: <see cref="KlForm.ClosedForm"/> with the plain gradient, <see cref="KlForm.Sampled"/> with
    /// <see cref="GradientForm.StickingTheLanding"/>.
    /// </param>
    /// <param name="gradient"><see cref="GradientForm.Plain"/> or <see cref="GradientForm.StickingTheLanding"/>.</param>
    /// <param name="beta">
    /// What a divergence counts, finite and at least 0: a number, or a <see cref="Schedule"/>; 1 when left out. Σ_observed log p − β Σ_latent KL
    /// is a bound on log p(x) for β ≥ 1 only, and not a tight one for any other than 1; <see cref="Measured"/> is the ELBO. The −log p of a point,
    /// <c>Posterior.Delta</c>, is no divergence, and counts once. Sources: Higgins et al. 2017 (ICLR, beta-VAE); warm-up: Sønderby et al. 2016,
    /// arXiv:1602.02282; <see cref="Schedule.Cyclic"/>: Fu et al. 2019, arXiv:1903.10145.
    /// </param>
    /// <param name="betas">
    /// What the divergences of some latents count instead, by name: <c>z</c>, <c>h[1]</c>, or <c>h</c> for all its elements.
    /// </param>
    /// <exception cref="ArgumentException">A combination that means nothing; the message says why.</exception>
    public static Objective Elbo(
        int particles = 1,
        KlForm? kl = null,
        GradientForm gradient = GradientForm.Plain,
        Schedule? beta = null,
        IReadOnlyDictionary<string, Schedule>? betas = null)
    {
        if (gradient == GradientForm.DoublyReparameterized)
        {
            throw new ArgumentException(
                "the doubly reparameterized gradient squares the normalized weights of an importance weighted bound; the ELBO has none. "
                + "Use StickingTheLanding, which is what it becomes for one particle, or Objective.Iwae.",
                nameof(gradient));
        }

        if (gradient == GradientForm.StickingTheLanding && kl == KlForm.ClosedForm)
        {
            throw new ArgumentException(
                "sticking the landing drops the direct gradient of log q at the draw; a KL in closed form has no log q at a draw, so that "
                + "there is nothing to drop and the noise of the other terms stays. Use KlForm.Sampled.",
                nameof(kl));
        }

        RequireNotNegative(beta ?? 1, nameof(beta));
        foreach (var own in betas?.Values ?? []) RequireNotNegative(own, nameof(betas));
        var form = Known(kl) ?? (gradient == GradientForm.Plain ? KlForm.ClosedForm : KlForm.Sampled);
        return beta is null && betas is not { Count: > 0 }
            ? new ElboObjective(particles, form, gradient)
            : new BetaElbo(particles, form, gradient, beta ?? 1, betas ?? new Dictionary<string, Schedule>());
    }

    /// <summary>Evaluates the bound on a batch without gradient.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="batch">The data.</param>
    /// <returns>The value; dispose of it.</returns>
    public ObjectiveResult Evaluate(Guide guide, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(guide);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        ArgumentNullException.ThrowIfNull(batch);
        RequireWhole(batch);
        ObjectiveCheck.OfGuide(this, guide);
        return Measure(guide, batch).KeepFrom(scope);
    }

    /// <summary>Evaluates the bound on a batch, and adds the gradient of its negative to <c>.grad</c> of every parameter.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="batch">The data.</param>
    /// <returns>The value; dispose of it.</returns>
    /// <exception cref="PplArgumentException">A path gradient is asked for, and a parameter belongs to both the model and the guide.</exception>
    public ObjectiveResult Accumulate(Guide guide, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(guide);
        if (!is_grad_enabled()) throw new PplArgumentException("there is no gradient inside no_grad() or inference_mode(): train outside of them.");
        ArgumentNullException.ThrowIfNull(batch);
        RequireWhole(batch);
        ObjectiveCheck.OfGuide(this, guide);
        using var scope = NewDisposeScope();
        return GuidedPass.Run(guide, batch, Particles, () => Differentiate(guide, batch)).KeepFrom(scope);
    }

    /// <summary>The value on a batch, without gradient.</summary>
    internal virtual ObjectiveResult Measure(Guide guide, Batch batch)
    {
        // A measurement leaves the statistics of its own networks as they are.
        using var mode = Networks is { } own ? new Networks.EvaluationMode(own) : null;
        return Result(GuidedPass.Terms(guide, batch, this));
    }

    /// <summary>What a step computes, run in vain to see what the layers are given.</summary>
    internal virtual void Pass(Guide guide, Batch batch) => GuidedPass.Terms(guide, batch, this);

    /// <summary>Adds the gradient of minus the value on a batch to <c>.grad</c> of every parameter.</summary>
    internal virtual ObjectiveResult Differentiate(Guide guide, Batch batch) =>
        Differentiate(PathGradient.WithPath(this, guide.Draw(batch, Particles, Scope)));

    /// <summary>Adds the gradient of minus the bound at draws to <c>.grad</c> of every parameter.</summary>
    /// <param name="draws">The guide's draws, with their graph.</param>
    internal virtual ObjectiveResult Differentiate(Draws draws)
    {
        if (Gradient != GradientForm.Plain) return Result(PathGradient.Accumulate(this, draws));
        var result = Result(draws.Guide.Terms(draws, Form));
        if (!result.Value.requires_grad) throw NothingTrained(draws.Guide);
        result.Value.neg().backward();
        return result;
    }

    private protected static PplArgumentException NothingTrained(Guide guide) => new(
        $"nothing is trained: no parameter of {guide.Plan.Model} or its guide that the bound depends on requires a gradient.");

    /// <summary>The bound of each row of a plate, [B]; of everything together, [1], if <see cref="IsJoint"/>.</summary>
    /// <param name="group">The terms: each [K, B], or [1, B] where it does not depend on the particle.</param>
    protected abstract Tensor PerDatum(TermGroup group);

    /// <summary>The part of the sites outside every rows plate, [1]: their part of the ELBO, unless a bound says otherwise.</summary>
    /// <param name="group">The terms: each [K, 1], or [1, 1] where it does not depend on the particle.</param>
    protected virtual Tensor OfOuter(TermGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        return group.LogWeight.mean([0]);
    }

    /// <summary>
    /// What the draws of all rows together add to the bound: one number, [], with its graph; null, nothing, unless a bound says otherwise.
    /// </summary>
    /// <remarks>
    /// For terms that are no sum over rows, such as a distance of the batch's codes from draws of the prior. The number is in the unit of the
    /// bound: nats for each datum where every site stands in one rows plate, else of the whole data. Where each particle is a pass of its own, it
    /// is the mean over them. Of a mini-batch it is what the batch says: such a term has another mean over mini-batches than its value for all data.
    /// </remarks>
    /// <param name="draws">The draws of each latent, the guide's factors, the priors, and the terms.</param>
    protected virtual Tensor? OfBatch(BatchDraws draws) => null;

    /// <summary>The objective of the first step after others, for one that changes from step to step; itself for any other.</summary>
    /// <param name="step">The steps taken before it, at least 0.</param>
    public Objective At(long step) => At(step, InitialState);

    /// <summary>The objective of a step, for one that changes from step to step; itself for any other.</summary>
    /// <remarks>A pure function: the engine calls it before each step, and checkpoints carry the state, so that a resumed run is the same.</remarks>
    /// <param name="step">The steps taken before it, at least 0.</param>
    /// <param name="state">What <see cref="Next"/> gave after the step before, or <see cref="InitialState"/>.</param>
    public virtual Objective At(long step, ObjectiveState state) => this;

    /// <summary>
    /// What it remembers before its first step, by name, such as a multiplier: nothing, unless an objective says otherwise. Reports and
    /// checkpoints have the numbers.
    /// </summary>
    public virtual ObjectiveState InitialState => ObjectiveState.None;

    /// <summary>
    /// What it remembers after a step; called on the objective of the step, <see cref="At(long, ObjectiveState)"/>.
    /// </summary>
    /// <param name="state">What it remembered before the step.</param>
    /// <param name="value">The step's numbers, before its update.</param>
    public virtual ObjectiveState Next(ObjectiveState state, BoundValue value) => state;

    /// <summary>
    /// The bound that data are measured by, held-out ones too: itself, unless training weighs its parts. A number that moves with a weight would
    /// rise and fall without the model, and two runs with other weights could not be compared.
    /// </summary>
    public virtual Objective Measured => this;

    /// <summary>
    /// The objective's own networks, such as a critic, by the names that their parameters have after <c>objective.</c>; null for most. The engine
    /// trains them, and checkpoints, averages and sets of parameters (<c>"objective.*"</c>) have them, as those of the model and the guide.
    /// </summary>
    public virtual nn.Module? Networks => null;

    /// <summary>Whether the value is of the guide's draws and the terms of the sites at them.</summary>
    internal virtual bool UsesGuide => true;

    /// <summary>Why a batch of one row means nothing; null where it means something.</summary>
    internal virtual string? OfOneRow => null;

    /// <summary>What the engine does after each of its updates: a projection onto weights that are allowed.</summary>
    internal virtual void AfterUpdate()
    {
    }

    /// <summary>What is not finite in a pass of an objective without terms, with the noise of the step.</summary>
    internal virtual string NotFinite(Guide guide, Batch batch) => throw new NotSupportedException($"{Name} has terms to look at.");

    /// <summary>
    /// Whether the value is an ELBO less something: <see cref="BoundValue.Penalty"/> then is what the sites' parts leave of it. What
    /// <see cref="OfBatch"/> adds is a penalty in any case.
    /// </summary>
    protected internal virtual bool HasPenalty => false;

    /// <summary>The objective for the terms of one pass, where its weights follow from these.</summary>
    internal virtual Objective For(SiteTerms terms) => this;

    /// <summary>Whether model and guide get gradients of different numbers, so that there is nothing that another term could be added to.</summary>
    internal virtual bool HasTwoGradients => false;

    /// <summary>Whether its weights are those of a step, and which one has not been said.</summary>
    internal virtual bool LacksStep => false;

    /// <summary>What is added to the bound: in its unit.</summary>
    internal virtual double Constant => 0;

    /// <summary>The logarithms that a gradient along the path differentiates, [K, B].</summary>
    internal virtual Tensor LogWeightOf(TermGroup group) => group.LogWeight;

    /// <summary>Whether the guide learns along its draws, which have to be reparameterized.</summary>
    internal virtual bool NeedsPath => true;

    /// <summary>Whether the bound needs log q at the draws, which a point has not.</summary>
    internal virtual bool NeedsLogQ => false;

    /// <summary>Refuses a guide for which the objective means nothing.</summary>
    internal virtual void RequireMeaning(Guide guide)
    {
    }

    internal Tensor BoundOf(TermGroup group) => PerDatum(group);

    internal Tensor OuterOf(TermGroup group) => OfOuter(group);

    internal Tensor? AddedBy(BatchDraws draws) => OfBatch(draws);

    /// <summary>The derivative of a datum's bound by its K log weights, [K, B]: what a gradient along the path is weighed with.</summary>
    internal virtual Tensor PathWeights(Tensor logWeights) => throw new NotSupportedException($"{Name} has no gradient along the path.");

    /// <summary>
    /// What the weights of the latents that have K draws are weighed with once more by the doubly reparameterized gradient: the normalized
    /// weights, where <see cref="PathWeights"/> are these.
    /// </summary>
    internal virtual Tensor SecondWeights(Tensor logWeights) => PathWeights(logWeights);

    /// <summary>
    /// The bound of terms, to be differentiated; that of each row, where it is the mean of these; and whether <see cref="OfBatch"/> added to it.
    /// </summary>
    internal (Tensor Bound, Tensor? PerDatum, bool IsAdded) Combine(SiteTerms terms)
    {
        var given = For(terms);
        var (bound, perDatum) = given.Sum(terms);
        if (given.Constant != 0) (bound, perDatum) = (bound + given.Constant, perDatum is null ? null : perDatum + given.Constant);
        return Added(terms) is { } added ? (bound + added, perDatum is null ? null : perDatum + added, true) : (bound, perDatum, false);
    }

    /// <summary>What <see cref="OfBatch"/> adds: the mean over the passes.</summary>
    private Tensor? Added(SiteTerms terms)
    {
        var parts = terms.Parts.Select(part => part.Draws is { } draws ? OfBatch(new BatchDraws(part, draws)) : null).OfType<Tensor>().ToList();
        if (parts.Count == 0) return null;
        if (parts.Find(part => part.dim() > 0) is not { } wrong) return parts.Aggregate((sum, part) => sum + part) / parts.Count;
        throw new PplShapeException(
            $"{Name}: what the batch adds to the bound has shape {Shapes.ShapeText.Of(wrong.shape)}; it must be one number, ().");
    }

    private (Tensor Bound, Tensor? PerDatum) Sum(SiteTerms terms)
    {
        if (IsJoint) return (Checked(PerDatum(terms.Whole()), 1).sum(), null);
        if (terms.Layout.Plan.IsPerDatum)
        {
            var perDatum = Checked(PerDatum(terms.Groups[0]), terms.Groups[0].Count);
            return (perDatum.mean(), perDatum);
        }

        Tensor? sum = null;
        foreach (var group in terms.Groups)
        {
            var part = Checked(group.Plate is null ? OfOuter(group) : PerDatum(group), group.Count).sum();
            if (group.Scale != 1) part = part * group.Scale;
            sum = sum is null ? part : sum + part;
        }

        return (sum ?? throw new PplArgumentException("the model has no sites: there is nothing to bound."), null);
    }

    /// <summary>What the bound of a model is one number for.</summary>
    internal BoundUnit UnitOf(ModelPlan plan) => plan.IsPerDatum && !IsJoint ? BoundUnit.PerDatum : BoundUnit.Total;

    /// <summary>Whether the bound means nothing for a part of the rows.</summary>
    internal virtual bool TakesAllRows => IsJoint;

    /// <summary>Refuses a part of the data where the bound takes everything together.</summary>
    internal void RequireWhole(Batch batch)
    {
        if (!TakesAllRows || !batch.IsPart) return;
        var cut = batch.Plan.RowsPlates.First(plate => batch.Size(plate) != batch.Total(plate));
        throw new PplArgumentException(
            $"{this} needs the whole data in one batch, and this one has {batch.Size(cut)} of {batch.Total(cut)} rows of plate '{cut.Name}': "
            + (IsJoint ? "their terms times N/B inside a logarithm would be biased. Take full batches, or the bound without 'joint'."
                : "q(z) is the mixture of all of them. Take full batches, or an estimator for a part of the rows."));
    }

    /// <inheritdoc/>
    public override string ToString() => Gradient switch
    {
        GradientForm.Plain => Title,
        GradientForm.StickingTheLanding => $"{Title}, sticking the landing",
        _ => $"{Title}, doubly reparameterized",
    };

    private protected virtual string Title => Particles == 1 ? Name : $"{Name}({Particles})";

    private protected ObjectiveResult Result(SiteTerms terms)
    {
        var (bound, perDatum, isAdded) = Combine(terms);
        return new ObjectiveResult(bound, perDatum, terms, HasPenalty || isAdded);
    }

    private Tensor Checked(Tensor perDatum, long count)
    {
        if (perDatum.shape is [var found] && found == count) return perDatum;
        throw new PplShapeException($"{Name}: the bound of each datum has shape {Shapes.ShapeText.Of(perDatum.shape)}; it must be ({count}).");
    }
}
