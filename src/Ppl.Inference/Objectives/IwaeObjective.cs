using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Iwae"/>.</summary>
internal sealed class IwaeObjective(int particles, GradientForm gradient) : Objective(particles, gradient)
{
    public override string Name => "IWAE";

    internal override TermForm Form => TermForm.Sampled;

    private protected override string Title => $"IWAE({Particles})";

    internal override Tensor PerDatum(SiteTerms terms)
    {
        var logWeights = LogWeight.Of(terms);
        return logWeights.logsumexp(0) - Math.Log(logWeights.shape[0]);
    }

    internal override Tensor PathWeights(Tensor logWeights) => logWeights.softmax(0);
}
