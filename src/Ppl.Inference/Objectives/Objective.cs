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
/// for the whole data (<see cref="BoundUnit"/>). Its negative is what training minimises.
/// </remarks>
public abstract class Objective
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
    /// <exception cref="ArgumentException">A combination that means nothing; the message says why.</exception>
    public static Objective Elbo(int particles = 1, KlForm? kl = null, GradientForm gradient = GradientForm.Plain)
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

        if (kl is { } form && !Enum.IsDefined(form)) throw new ArgumentOutOfRangeException(nameof(kl), kl, "not a KL form");
        return new ElboObjective(particles, kl ?? (gradient == GradientForm.Plain ? KlForm.ClosedForm : KlForm.Sampled), gradient);
    }

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

    /// <summary>A bound, and log q of what is known of latents, which trains their encoders where a bound does not.</summary>
    /// <remarks>
    /// inner + weight · E_q[Σ log q(y | x)], the sum over the rows in which a latent, <c>Sample(..., observed: y, where: told)</c>, is known.
    /// There it is no draw, so that no bound has its log q, and its encoder learns from the other rows alone. The sum is no bound on log p; its rows count
    /// in mini-batches like those of other terms. <see cref="ObjectiveResult.Read"/> has the bound's parts without it.
    /// Source: Kingma, Rezende, Mohamed and Welling 2014, arXiv:1406.5298, eq. 9, whose α the weight is.
    /// </remarks>
    /// <param name="inner">The bound, with the plain gradient.</param>
    /// <param name="weight">Any finite number ≥ 0.</param>
    /// <exception cref="ArgumentException">
    /// The bound's gradient runs along the path, which holds the guide's parameters fixed: what is known is learnt by just these.
    /// </exception>
    public static Objective Supervised(Objective inner, double weight)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (!double.IsFinite(weight) || weight < 0) throw new ArgumentOutOfRangeException(nameof(weight), weight, "a finite number >= 0 is needed");
        if (inner is SupervisedObjective) throw new ArgumentException("the bound has the log q of what is known already.", nameof(inner));
        if (inner.Gradient != GradientForm.Plain)
        {
            throw new ArgumentException(
                $"the gradient of {inner} runs along the draws and holds the guide's parameters fixed elsewhere; log q of what is known has no draw, "
                + "and is learnt by just these parameters. Use GradientForm.Plain.",
                nameof(inner));
        }

        return new SupervisedObjective(inner, weight);
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
        RequireMeaning(guide);
        return Result(GuidedPass.Terms(guide, batch, this)).KeepFrom(scope);
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
        RequireMeaning(guide);
        using var scope = NewDisposeScope();
        return GuidedPass.Run(guide, batch, Particles, () => Accumulate(guide.Draw(batch, Particles, Scope))).KeepFrom(scope);
    }

    private ObjectiveResult Accumulate(Draws draws)
    {
        if (Gradient != GradientForm.Plain) return Result(PathGradient.Accumulate(this, draws));
        var result = Result(draws.Guide.Terms(draws, Form));
        if (!result.Value.requires_grad)
        {
            throw new PplArgumentException(
                $"nothing is trained: no parameter of {draws.Guide.Plan.Model} or its guide that the bound depends on requires a gradient.");
        }

        result.Value.neg().backward();
        return result;
    }

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

    /// <summary>Whether the bound needs log q at the draws, which a point has not.</summary>
    internal virtual bool NeedsLogQ => false;

    /// <summary>Refuses a guide for which the objective means nothing.</summary>
    internal virtual void RequireMeaning(Guide guide)
    {
    }

    internal Tensor BoundOf(TermGroup group) => PerDatum(group);

    internal Tensor OuterOf(TermGroup group) => OfOuter(group);

    /// <summary>The derivative of a datum's bound by its K log weights, [K, B]: what a gradient along the path is weighed with.</summary>
    internal virtual Tensor PathWeights(Tensor logWeights) => throw new NotSupportedException($"{Name} has no gradient along the path.");

    /// <summary>The bound of terms, to be differentiated; and that of each row, where it is the mean of these.</summary>
    internal (Tensor Bound, Tensor? PerDatum) Combine(SiteTerms terms)
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

    /// <summary>Refuses a part of the data where the bound takes everything together.</summary>
    internal void RequireWhole(Batch batch)
    {
        if (!IsJoint || !batch.IsPart) return;
        var cut = batch.Plan.RowsPlates.First(plate => batch.Size(plate) != batch.Total(plate));
        throw new PplArgumentException(
            $"{this} needs the whole data in one batch, and this one has {batch.Size(cut)} of {batch.Total(cut)} rows of plate '{cut.Name}': their "
            + "terms times N/B inside a logarithm would be biased. Take full batches, or the bound without 'joint'.");
    }

    /// <inheritdoc/>
    public override string ToString() => Gradient switch
    {
        GradientForm.Plain => Title,
        GradientForm.StickingTheLanding => $"{Title}, sticking the landing",
        _ => $"{Title}, doubly reparameterized",
    };

    private protected virtual string Title => Particles == 1 ? Name : $"{Name}({Particles})";

    private ObjectiveResult Result(SiteTerms terms)
    {
        var (bound, perDatum) = Combine(terms);
        return new ObjectiveResult(bound, perDatum, terms);
    }

    private Tensor Checked(Tensor perDatum, long count)
    {
        if (perDatum.shape is [var found] && found == count) return perDatum;
        throw new PplShapeException($"{Name}: the bound of each datum has shape {Shapes.ShapeText.Of(perDatum.shape)}; it must be ({count}).");
    }
}
