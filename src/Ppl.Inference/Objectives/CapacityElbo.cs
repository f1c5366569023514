using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Capacity"/>.</summary>
internal sealed class CapacityElbo(Schedule capacity, double gamma, int particles, KlForm kl, long? step = null)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => "capacity ELBO";

    private protected override string Title =>
        FormattableString.Invariant($"{(Particles == 1 ? Name : $"{Name}({Particles})")}, gamma {gamma}, capacity {capacity}{KlText}");

    public override Objective At(long step, ObjectiveState state) => new CapacityElbo(capacity, gamma, Particles, Kl, step);

    internal override bool LacksStep => step is null && !capacity.IsConstant;

    // γ |KL − C| is ± γ (KL − C) with the sign that the batch has.
    protected override ElboWeights WeightsOf(SiteTerms terms)
    {
        var wanted = capacity.At(step ?? 0) is >= 0 and var nats ? nats
            : throw new PplArgumentException($"{this}: the capacity is below 0 at step {step ?? 0}; no divergence is.");
        var weight = Divergences.Total(terms) >= wanted ? gamma : -gamma;
        return new(_ => weight, Constant: weight * wanted);
    }
}
