using Ppl.Contracts;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.FactorVae"/>.</summary>
internal sealed class FactorVaeObjective(
    Module<Tensor, Tensor> discriminator, double gamma, IReadOnlyList<string>? latents, int particles, KlForm kl)
    : DiscriminatorObjective(
        discriminator, ObjectiveNetworks.Of(nameof(discriminator), discriminator), new LatentCodes(latents), particles, kl)
{
    public override string Name => "FactorVAE";

    protected override string Settings => $", gamma {Text(gamma)}";

    internal override string OfOneRow => "the coordinates of its code stay together in any order";

    protected override Tensor PerDatum(TermGroup group) => group.LogWeight.mean([0]);

    protected override Tensor Added(Tensor judged) => -gamma * judged.mean();

    /// <summary>Each coordinate in an order of its own: draws of the product of the marginals.</summary>
    protected override Tensor Others(Tensor codes, BatchDraws draws)
    {
        if (codes.shape[1] == 1)
        {
            throw new PplArgumentException(
                $"{this}: its code has one coordinate, whose total correlation with others is 0. Name several latents, or use Objective.Elbo().",
                Chosen(draws)[0].Site.Name);
        }

        if (Chosen(draws)[0].Value.shape[1] > 1) return codes.gather(0, rand_like(codes).argsort(0));
        throw new PplArgumentException(
            $"{this}: this batch has one row, and {OfOneRow}. Take larger batches, or leave out a short last one (FitOptions.DropLast).");
    }
}

/// <summary>See <see cref="Objective.AdversarialAutoencoder"/>.</summary>
internal sealed class AdversarialAutoencoderObjective(
    Module<Tensor, Tensor> discriminator, double weight, IReadOnlyList<string>? latents, int particles)
    : DiscriminatorObjective(
        discriminator, ObjectiveNetworks.Of(nameof(discriminator), discriminator), new LatentCodes(latents), particles, KlForm.ClosedForm)
{
    public override string Name => "AAE";

    protected override string Settings => $", weight {Text(weight)}";

    /// <summary>log p of data and factors alone: what the latents' own terms would do is the discriminator's.</summary>
    protected override Tensor PerDatum(TermGroup group) => group.Terms.Where(term => term.Site.Kind != SiteKind.Latent)
        .Select(term => term.LogP!).Aggregate((sum, part) => sum + part).mean([0]);

    protected override Tensor Added(Tensor judged) => weight * (-judged).log_sigmoid().mean();

    /// <summary>Draws of the prior, as many as there are codes.</summary>
    protected override Tensor Others(Tensor codes, BatchDraws draws) => cat([.. Chosen(draws).Select(Prior)], 1);

    protected override void RequireDraws(LatentDraw latent)
    {
        base.RequireDraws(latent);
        RequireOneDraw(latent);
        if (!latent.Prior.IsDifferentiated) return;
        throw new PplArgumentException(
            $"{this}: its prior has parameters to train, or follows from other latents. The discriminator brings codes to the prior, and nothing "
            + "would train the prior: take one that is fixed.",
            latent.Site.Name);
    }

    /// <summary>Refuses a prior of rows that has fewer numbers than their codes: its draws would not fall to the rows that they are of.</summary>
    private void RequireOneDraw(LatentDraw latent)
    {
        var (prior, rows) = (latent.Prior.Shape, latent.Value.shape[1..]);
        long[] folded = [latent.Value.shape[0] * rows[0], .. rows[1..]];
        if (!latent.Site.IsPlated || prior.SequenceEqual(rows) || prior.SequenceEqual(folded)) return;
        throw new PplArgumentException(
            $"{this}: its prior follows the row, and has shape {Shapes.ShapeText.Of(prior)} for codes of shape {Shapes.ShapeText.Of(rows)}: "
            + "expand it to that shape, so that each number of a code has its own.",
            latent.Site.Name);
    }

    private static Tensor Prior(LatentDraw latent)
    {
        var rows = latent.Value.shape[0] * latent.Value.shape[1];
        var copies = latent.Value.numel() / latent.Prior.Shape.Aggregate(1L, (product, size) => product * size);
        return latent.Prior.Sample(copies).reshape(rows, -1).to(latent.Value.dtype, latent.Value.device);
    }
}
