using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Iwae"/>.</summary>
internal sealed class IwaeObjective(int particles, GradientForm gradient, bool joint) : Objective(particles, gradient)
{
    public override string Name => "IWAE";

    public override bool IsJoint => joint;

    internal override bool NeedsLogQ => true;

    private protected override string Title => joint ? $"IWAE({Particles}), joint" : $"IWAE({Particles})";

    protected override Tensor PerDatum(TermGroup group) => group.LogWeight.logsumexp(0) - Math.Log(group.LogWeight.shape[0]);

    internal override Tensor PathWeights(Tensor logWeights) => logWeights.softmax(0);
}
