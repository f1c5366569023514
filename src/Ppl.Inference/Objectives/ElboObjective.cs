using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Elbo"/>.</summary>
internal sealed class ElboObjective(int particles, KlForm kl, GradientForm gradient) : Objective(particles, gradient)
{
    public override string Name => "ELBO";

    public override TermForm Form => kl == KlForm.ClosedForm ? TermForm.ClosedFormWhereLegal : TermForm.Sampled;

    /// <summary>A mean over particles may draw all of them anew.</summary>
    public override ParticleScope Scope => ParticleScope.Joint;

    private protected override string Title =>
        (Particles, kl) switch
        {
            (1, KlForm.ClosedForm) => "ELBO",
            (_, KlForm.ClosedForm) => $"ELBO({Particles})",
            (1, _) => "ELBO, sampled KL",
            _ => $"ELBO({Particles}), sampled KL",
        };

    protected override Tensor PerDatum(TermGroup group) => group.LogWeight.mean([0]);

    internal override Tensor PathWeights(Tensor logWeights) => full_like(logWeights, 1.0 / logWeights.shape[0]);
}
