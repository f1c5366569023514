using System.Globalization;
using Ppl.Contracts;
using Ppl.Shapes;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference;

/// <summary>
/// Data and draws of the model, compared by a critic: steps of the critic, then one of the model. Derived classes say what either descends.
/// </summary>
/// <param name="critic">The critic.</param>
/// <param name="networks">It, as the engine knows it.</param>
/// <param name="criticSteps">Its steps for each of the model.</param>
/// <param name="site">The observed site that it sees; the only one when null.</param>
/// <param name="step">The step's number in the cycle, from 0; the last is the model's.</param>
internal abstract class CriticObjective(Module<Tensor, Tensor> critic, ObjectiveNetworks networks, int criticSteps, string? site, int step)
    : Objective
{
    public override Module? Networks => networks;

    internal override bool UsesGuide => false;

    internal override bool HasTwoGradients => true;

    protected Module<Tensor, Tensor> Critic => critic;

    protected ObjectiveNetworks Own => networks;

    protected int CriticSteps => criticSteps;

    protected string? Site => site;

    /// <summary>Whether the step is one of the critic.</summary>
    protected bool IsCritics => step < criticSteps;

    private protected override string Title => $"{Name}{Settings}, {criticSteps} critic step{(criticSteps == 1 ? "" : "s")}"
        + (site is null ? "" : $", of {site}");

    /// <summary>What its title says of the settings of its own.</summary>
    protected virtual string Settings => "";

    /// <summary>The objective of another step of the cycle.</summary>
    protected abstract CriticObjective WithStep(int step);

    /// <summary>The value for each row, [B], which the critic lowers and the model raises.</summary>
    /// <param name="data">The critic's numbers for the data, [B].</param>
    /// <param name="drawn">Those for the draws, [B].</param>
    protected abstract Tensor Value(Tensor data, Tensor drawn);

    /// <summary>What the model's step descends.</summary>
    /// <param name="drawn">The critic's numbers for the draws, [B].</param>
    protected abstract Tensor ModelLoss(Tensor drawn);

    /// <summary>What the critic's step descends beside the value; null where that is nothing.</summary>
    /// <param name="data">The data, without a graph.</param>
    /// <param name="drawn">The draws, without a graph.</param>
    protected virtual Tensor? Penalty(Tensor data, Tensor drawn) => null;

    /// <summary>Refuses critics for which it means nothing.</summary>
    protected virtual void RequireCritic()
    {
    }

    public sealed override Objective At(long step, ObjectiveState state) => WithStep((int)(step % (criticSteps + 1)));

    /// <summary>What the critic's step descends: the value and the penalty.</summary>
    internal (Tensor Loss, Tensor PerDatum) CriticLoss(Tensor data, Tensor drawn)
    {
        var perDatum = Value(Judge(data), Judge(drawn));
        return (Penalty(data, drawn) is { } penalty ? perDatum.mean() + penalty : perDatum.mean(), perDatum);
    }

    internal override ObjectiveResult Measure(Guide guide, Batch batch)
    {
        using var mode = new Networks.EvaluationMode(networks);
        var drawn = Drawn(guide, batch);
        return new ObjectiveResult(Value(Judge(Data(guide, batch)), Judge(drawn)));
    }

    internal override void Pass(Guide guide, Batch batch) => Value(Judge(Data(guide, batch)), Judge(Drawn(guide, batch)));

    internal override ObjectiveResult Differentiate(Guide guide, Batch batch)
    {
        var data = Data(guide, batch);
        if (IsCritics)
        {
            Tensor held;
            using (no_grad()) held = Drawn(guide, batch);
            var (loss, perDatum) = CriticLoss(data, held);
            Backward(loss, networks, "the critic");
            return new ObjectiveResult(perDatum.detach());
        }

        var judged = Judge(Drawn(guide, batch));
        Backward(ModelLoss(judged), (Module)guide.Model, guide.Plan.Model);
        using var grad = no_grad();
        return new ObjectiveResult(Value(Judge(data), judged.detach()));
    }

    internal override void RequireMeaning(Guide guide)
    {
        var plan = guide.Plan;
        RequireSite(plan);
        var reason = !plan.IsPerDatum ? "its rows share latents or stand in several plates, and the critic sees each row by itself"
            : plan.Covariates.Any() ? $"its rows follow from {plan.Covariates.First().Name} too, which the critic does not see"
            : plan.Latents.Any(latent => latent.Known is not null) ? "some rows of a latent are known, and a draw has no such rows"
            : plan.Sites.Any(s => s.MaskText is not null) ? "some data are missing by a mask, and a draw has none missing"
            : plan.Sites.Any(s => s.Kind == SiteKind.Factor) ? "a factor weighs its density, and draws lack that weight"
            : null;
        if (reason is not null) throw new PplArgumentException($"{this} compares draws of {plan.Model} with data: {reason}.");
        var own = ((Module)guide.Model).parameters().ToHashSet(ReferenceEqualityComparer.Instance);
        if (critic.parameters().Any(own.Contains))
            throw new PplArgumentException($"{this}: the critic has a parameter of {plan.Model}, and one goes down where the other goes up.");
        Judgement.RefuseSqueezed(critic, this, "the critic");
        RequireCritic();
    }

    internal override string NotFinite(Guide guide, Batch batch)
    {
        var drawn = Drawn(guide, batch);
        if (ValueCheck.Finite(drawn, "value", $"draws of {SiteOf(guide.Plan).Name} must be finite") is { } fault) return fault.Message;
        var (ofData, ofDraws) = (Judge(Data(guide, batch)), Judge(drawn));
        return ValueCheck.Finite(ofData, "value", "the critic's numbers for the data must be finite")?.Message
            ?? ValueCheck.Finite(ofDraws, "value", "the critic's numbers for the draws must be finite")?.Message
            ?? "the critic's numbers are finite, and their difference overflows";
    }

    protected override Tensor PerDatum(TermGroup group) => throw new NotSupportedException($"{Name} has no terms of sites.");

    /// <summary>The critic's number for each row, [B].</summary>
    protected Tensor Judge(Tensor rows) => Judgement.Of(critic, rows, this, "the critic", "rows");

    private Tensor Data(Guide guide, Batch batch) => batch[SiteOf(guide.Plan).Name];

    private Tensor Drawn(Guide guide, Batch batch)
    {
        var found = SiteOf(guide.Plan);
        var drawn = GuidedPass.Pathwise(guide.Model, batch.Sizes, []).Observed[found.Slot]?.Value
            ?? throw new PplArgumentException($"{this}: the run of {guide.Plan.Model} does not come to it.", found.Name);
        var data = batch[found.Name];
        if (!drawn.shape.AsSpan().SequenceEqual(data.shape))
        {
            throw new PplShapeException(
                $"a draw of {guide.Plan.Model} has shape {ShapeText.Of(drawn.shape)}, the data {ShapeText.Of(data.shape)}.", found.Name);
        }

        return drawn;
    }

    private static void Backward(Tensor loss, Module network, string name)
    {
        var trained = network.parameters().Where(parameter => parameter.requires_grad).ToList<Tensor>();
        if (!loss.requires_grad || trained.Count == 0)
        {
            throw new PplArgumentException(
                $"nothing is trained in this step: no parameter of {name} that the value depends on requires a gradient.");
        }

        loss.backward(inputs: trained);
    }

    private SiteInfo SiteOf(ModelPlan plan) => plan.Observations.First(observed => site is null || observed.Name == site);

    private void RequireSite(ModelPlan plan)
    {
        var names = plan.Observations.Select(observed => observed.Name).ToList();
        if (site is null ? names.Count == 1 : names.Contains(site)) return;
        throw new PplArgumentException(
            site is null
                ? $"{this} compares one observed site with its draws; {plan.Model} has {names.Count} ({string.Join(", ", names)}): name one by site."
                : $"{this}: there is no such observed site; {plan.Model} has {string.Join(", ", names)}.",
            site);
    }

    private protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
