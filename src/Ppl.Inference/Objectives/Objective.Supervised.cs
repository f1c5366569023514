namespace Ppl.Inference;

/// <content>What is known of latents in some rows.</content>
public abstract partial class Objective
{
    /// <summary>A bound, and log q of what is known of latents, which trains their encoders where a bound does not.</summary>
    /// <remarks>
    /// inner + weight · E_q[Σ log q(y | x)], the sum over the rows in which a latent, <c>Sample(..., observed: y, where: told)</c>, is known.
    /// There it is no draw, so that no bound has its log q, and its encoder learns from the other rows alone. The sum is no bound on log p; its
    /// rows count in mini-batches like those of other terms. <see cref="ObjectiveResult.Read"/> has the bound's parts without it.
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
        if (inner is VectorQuantizedElbo)
        {
            throw new ArgumentException(
                $"{inner}: the guide of a rounded latent is one code, whose log q is 0 wherever the encoder points: it would learn nothing from what "
                + "is known. Use a family with a density, and Objective.Elbo.",
                nameof(inner));
        }

        if (inner is WeightedElbo)
        {
            throw new ArgumentException(
                $"{inner} weighs divergences, and log p of what is known of a latent is none, but a part of the likelihood. Use an unweighted bound.",
                nameof(inner));
        }

        if (inner.HasTwoGradients)
        {
            throw new ArgumentException(
                $"{inner} trains model and guide by gradients of different numbers, so that there is no value that log q could be added to. Use "
                + "Objective.Iwae or Objective.Elbo.",
                nameof(inner));
        }

        if (inner.Gradient != GradientForm.Plain)
        {
            throw new ArgumentException(
                $"the gradient of {inner} runs along the draws and holds the guide's parameters fixed elsewhere; log q of what is known has no draw, "
                + "and is learnt by just these parameters. Use GradientForm.Plain.",
                nameof(inner));
        }

        return new SupervisedObjective(inner, weight);
    }
}
