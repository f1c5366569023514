using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Elbo"/>.</summary>
internal sealed class ElboObjective(int particles, KlForm kl, GradientForm gradient) : Objective(particles, gradient)
{
    public override string Name => "ELBO";

    internal override TermForm Form => kl == KlForm.ClosedForm ? TermForm.ClosedFormWhereLegal : TermForm.Sampled;

    private protected override string Title =>
        (Particles, kl) switch
        {
            (1, KlForm.ClosedForm) => "ELBO",
            (_, KlForm.ClosedForm) => $"ELBO({Particles})",
            (1, _) => "ELBO, sampled KL",
            _ => $"ELBO({Particles}), sampled KL",
        };

    internal override Tensor PerDatum(SiteTerms terms) => LogWeight.Of(terms).mean([0]);

    internal override Tensor PathWeights(Tensor logWeights) => full_like(logWeights, 1.0 / logWeights.shape[0]);
}
