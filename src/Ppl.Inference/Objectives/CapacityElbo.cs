using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Capacity"/>.</summary>
internal sealed class CapacityElbo(Schedule capacity, double gamma, int particles, KlForm kl, long step = 0)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => "capacity ELBO";

    private protected override string Title =>
        FormattableString.Invariant($"{(Particles == 1 ? Name : $"{Name}({Particles})")}, gamma {gamma}, capacity {capacity}{KlText}");

    public override Objective At(long step, ObjectiveState state) => new CapacityElbo(capacity, gamma, Particles, Kl, step);

    // γ |KL − C| is ± γ (KL − C) with the sign that the batch has.
    protected override ElboWeights WeightsOf(SiteTerms terms)
    {
        var wanted = capacity.At(step);
        var weight = Divergences.Total(terms) >= wanted ? gamma : -gamma;
        return new(_ => weight, Constant: weight * wanted);
    }
}
