using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// A lower bound on log p(x) and the way its gradient is taken: immutable settings, made by <see cref="Elbo"/> and <see cref="Iwae"/>.
/// A bound combines the terms of the sites that generated code returns, and never runs the model again.
/// </summary>
/// <remarks>
/// Terms have shape [K, B], or [1, B] where they do not depend on the particle. The bound of a batch is the mean over its B rows, in nats
/// for each datum; its negative is what training minimises.
/// </remarks>
public abstract class Objective
{
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

    /// <summary>Which terms the bound needs of each site.</summary>
    internal abstract TermForm Form { get; }

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
    /// </remarks>
    /// <param name="particles">K ≥ 1.</param>
    /// <param name="gradient">Any form; <see cref="GradientForm.StickingTheLanding"/> is biased for K &gt; 1.</param>
    public static Objective Iwae(int particles, GradientForm gradient = GradientForm.Plain) => new IwaeObjective(particles, gradient);

    /// <summary>Evaluates the bound on a batch without gradient.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="batch">The data.</param>
    /// <returns>The value; dispose of it.</returns>
    public ObjectiveResult Evaluate(Guide guide, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(guide);
        using var scope = NewDisposeScope();
        using var grad = no_grad();
        return Result(GuidedPass.Terms(guide, batch, Particles, Form)).KeepFrom(scope);
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
        using var scope = NewDisposeScope();
        return GuidedPass.Run(guide, batch, Particles, () => Accumulate(guide.Draw(batch, Particles))).KeepFrom(scope);
    }

    private ObjectiveResult Accumulate(Draws draws)
    {
        if (Gradient != GradientForm.Plain) return Result(PathGradient.Accumulate(this, draws));
        var result = Result(draws.Guide.Terms(draws, Form), out var mean);
        if (!mean.requires_grad)
        {
            throw new PplArgumentException(
                $"nothing is trained: no parameter of {draws.Guide.Plan.Model} or its guide that the bound depends on requires a gradient.");
        }

        mean.neg().backward();
        return result;
    }

    /// <summary>The bound of each datum, [B].</summary>
    internal abstract Tensor PerDatum(SiteTerms terms);

    /// <summary>The derivative of a datum's bound by its K log weights, [K, B]: what a gradient along the path is weighed with.</summary>
    internal abstract Tensor PathWeights(Tensor logWeights);

    /// <inheritdoc/>
    public override string ToString() => Gradient switch
    {
        GradientForm.Plain => Title,
        GradientForm.StickingTheLanding => $"{Title}, sticking the landing",
        _ => $"{Title}, doubly reparameterized",
    };

    private protected abstract string Title { get; }

    private ObjectiveResult Result(SiteTerms terms) => Result(terms, out _);

    private ObjectiveResult Result(SiteTerms terms, out Tensor mean)
    {
        var perDatum = PerDatum(terms);
        mean = perDatum.mean();
        return new ObjectiveResult(perDatum, mean, terms);
    }
}
