using System.Globalization;
using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Supervised"/>.</summary>
internal sealed class SupervisedObjective(Objective inner, double weight) : Objective(inner.Particles, GradientForm.Plain)
{
    public override string Name => $"supervised {inner.Name}";

    public override TermForm Form => inner.Form;

    public override ParticleScope Scope => inner.Scope;

    public override bool IsJoint => inner.IsJoint;

    public override ObjectiveState InitialState => inner.InitialState;

    public override Objective Measured => inner.Measured is var measured && ReferenceEquals(measured, inner) ? this : measured;

    /// <summary>The sites' parts add up to an ELBO, and what is known is left over.</summary>
    protected internal override bool HasPenalty => inner is ElboObjective || inner.HasPenalty;

    internal override bool NeedsLogQ => inner.NeedsLogQ;

    public override Objective At(long step, ObjectiveState state) =>
        inner.At(step, state) is var now && ReferenceEquals(now, inner) ? this : new SupervisedObjective(now, weight);

    private protected override string Title => string.Create(CultureInfo.InvariantCulture, $"{inner}, with {weight} log q of what is known");

    internal override void RequireMeaning(Guide guide)
    {
        inner.RequireMeaning(guide);
        var known = guide.LatentSites.Where(site => site.Known is not null).ToList();
        if (known.Count == 0)
        {
            throw new PplArgumentException(
                $"{this}: nothing is known of any latent of {guide.Plan.Model}, Sample(..., observed: y, where: told), so that there is nothing to "
                + $"learn from. Use {inner}.");
        }

        if (known.Find(site => guide.FindEncoder(site.Name) is { IsPoint: true }) is not { } point) return;
        throw new PplArgumentException(
            $"{this}: its family in the guide is a point, Posterior.Delta, which has no log q. Use another family.", point.Name);
    }

    protected override Tensor PerDatum(TermGroup group) => WithKnown(group, inner.BoundOf(group));

    protected override Tensor OfOuter(TermGroup group) => WithKnown(group, inner.OuterOf(group));

    protected override Tensor? OfBatch(BatchDraws draws) => inner.AddedBy(draws);

    private Tensor WithKnown(TermGroup group, Tensor bound) => group.Terms.Select(term => term.LogQOfKnown).OfType<Tensor>()
        .Aggregate(bound, (sum, logQ) => sum + (weight * logQ.mean([0])));
}
