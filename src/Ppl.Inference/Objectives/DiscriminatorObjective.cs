using System.Globalization;
using Ppl.Contracts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference;

/// <summary>
/// A bound with a term of the codes of a batch, which a discriminator computes: the log odds that codes are the guide's and not those of another
/// distribution. In each step model and guide go up the bound with the discriminator held, and the discriminator down its cross-entropy with
/// the codes held, both from where they stood before it.
/// </summary>
/// <param name="discriminator">The discriminator.</param>
/// <param name="networks">It, as the engine knows it.</param>
/// <param name="latents">The latents whose coordinates are the codes, side by side.</param>
/// <param name="particles">K.</param>
/// <param name="kl">How divergences are computed.</param>
internal abstract class DiscriminatorObjective(
    Module<Tensor, Tensor> discriminator, ObjectiveNetworks networks, LatentCodes latents, int particles, KlForm kl) : Objective(particles)
{
    public override Module? Networks => networks;

    public override TermForm Form => kl == KlForm.ClosedForm ? TermForm.ClosedFormWhereLegal : TermForm.Sampled;

    public override ParticleScope Scope => ParticleScope.Joint;

    public override Objective Measured => new ElboObjective(Particles, kl, GradientForm.Plain);

    protected internal override bool HasPenalty => true;

    internal override bool HasTwoGradients => true;

    private protected override string Title => $"{(Particles == 1 ? Name : $"{Name}({Particles})")}{Settings}"
        + (latents.Text is "" ? "" : $",{latents.Text}") + (kl == KlForm.ClosedForm ? "" : ", sampled KL");

    /// <summary>What its title says of the settings of its own.</summary>
    protected abstract string Settings { get; }

    /// <summary>What the codes add to the bound, from the discriminator's numbers for them.</summary>
    /// <param name="judged">Log odds, [K·B].</param>
    protected abstract Tensor Added(Tensor judged);

    /// <summary>Draws of the other distribution, without a graph: [K·B, D].</summary>
    /// <param name="codes">The codes, without a graph: [K·B, D].</param>
    /// <param name="draws">The draws that they are of.</param>
    protected abstract Tensor Others(Tensor codes, BatchDraws draws);

    protected override Tensor? OfBatch(BatchDraws draws) => Added(Judge(Codes(draws)));

    /// <summary>
    /// The discriminator's cross-entropy, −½ mean log σ(D(codes)) − ½ mean log σ(−D(others)): log 2 where it cannot tell them apart.
    /// </summary>
    /// <param name="codes">[K·B, D].</param>
    /// <param name="others">[K·B, D].</param>
    internal Tensor CrossEntropy(Tensor codes, Tensor others) =>
        -0.5 * (Judge(codes).log_sigmoid().mean() + (-Judge(others)).log_sigmoid().mean());

    internal sealed override ObjectiveResult Differentiate(Draws draws)
    {
        var terms = draws.Guide.Terms(draws, Form);
        var batch = new BatchDraws(terms, draws);
        foreach (var latent in latents.In(batch)) RequireDraws(latent);
        var result = Result(terms);
        var own = Trained(networks);
        var others = Trained((Module)draws.Guide.Model).Concat(Trained(draws.Guide)).ToList();
        if (own.Count + others.Count == 0) throw NothingTrained(draws.Guide);
        if (others.Count > 0 && result.Value.requires_grad) result.Value.neg().backward(inputs: others);
        if (own.Count == 0) return result;
        var codes = Codes(batch).detach();
        Tensor different;
        using (no_grad()) different = Others(codes, batch);
        CrossEntropy(codes, different).backward(inputs: own);
        return result;
    }

    internal override void RequireMeaning(Guide guide)
    {
        var plan = guide.Plan;
        if (!plan.IsPerDatum || !plan.Latents.Any())
        {
            throw new PplArgumentException(
                $"{this} compares the codes of the rows; {plan.Model} has "
                + $"{(plan.Latents.Any() ? "sites outside its one plate of rows" : "no latents")}.");
        }

        Judgement.RefuseSqueezed(discriminator, this, "the discriminator");
        latents.RequireNames(this, guide);
        if (plan.Latents.FirstOrDefault(site => site.Known is not null) is { } known)
            throw new PplArgumentException($"{this}: it is known in some rows, where there is no code.", known.Name);
        var parameters = ((Module)guide.Model).parameters().Concat(guide.parameters()).ToHashSet(ReferenceEqualityComparer.Instance);
        if (discriminator.parameters().Any(parameters.Contains))
        {
            throw new PplArgumentException(
                $"{this}: the discriminator has a parameter of {plan.Model} or its guide: one goes up where the other goes down.");
        }
    }

    /// <summary>Refuses latents along whose draws, or to whose prior, no gradient would go.</summary>
    protected virtual void RequireDraws(LatentDraw latent)
    {
        if (latent.Guide.IsReparameterized) return;
        throw new PplArgumentException(
            $"{this}: the guide's {latent.Guide.Name} is not reparameterized, so that no gradient runs from the discriminator along its draw.",
            latent.Site.Name);
    }

    /// <summary>The latents that are meant, in the order of the model.</summary>
    protected IReadOnlyList<LatentDraw> Chosen(BatchDraws draws) => latents.In(draws);

    protected static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The codes with their graph: [K·B, D].</summary>
    private Tensor Codes(BatchDraws draws) => cat(
        [.. Chosen(draws).Select(latent => latent.Value is var z ? z.reshape(z.shape[0] * z.shape[1], -1) : z)], 1);

    private Tensor Judge(Tensor codes) => Judgement.Of(discriminator, codes, this, "the discriminator", "codes");

    private static List<Tensor> Trained(Module network) => [.. network.parameters().Where(parameter => parameter.requires_grad)];
}
