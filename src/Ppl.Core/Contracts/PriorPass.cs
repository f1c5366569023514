using Ppl.Distributions;
using static TorchSharp.torch;

namespace Ppl.Contracts;

/// <summary>Runs the model's statements at values of the guide's as far as one latent, for the model's distribution of it.</summary>
internal sealed class PriorPass : Pass
{
    private readonly Guide guide;
    private readonly SiteInfo latent;
    private readonly IReadOnlyList<Tensor?> drawn;

    private PriorPass(Guide guide, Layout layout, SiteInfo latent, IReadOnlyList<Tensor?> drawn) : base(layout) =>
        (this.guide, this.latent, this.drawn) = (guide, latent, drawn);

    /// <summary>p(latent | the values that it follows).</summary>
    /// <param name="guide">The guide.</param>
    /// <param name="batch">The data.</param>
    /// <param name="layout">The particles and plates.</param>
    /// <param name="latent">The latent.</param>
    /// <param name="drawn">The values so far, by the latents' slots.</param>
    /// <exception cref="PplArgumentException">The model draws a latent before this one that the guide draws after it.</exception>
    public static Distribution Find(Guide guide, Batch batch, Layout layout, SiteInfo latent, IReadOnlyList<Tensor?> drawn)
    {
        try
        {
            guide.Model.Run(new PriorPass(guide, layout, latent, drawn), batch.Tensors);
        }
        catch (Reached reached)
        {
            return reached.Distribution;
        }

        throw new PplArgumentException("the model's run did not come to this latent, with whose distribution its factor is merged.", latent.Name);
    }

    public override Tensor Latent(SiteInfo site, Distribution distribution)
    {
        var slot = guide.Slots.Of(site);
        if (slot == guide.Slots.Of(latent)) throw new Reached(distribution);
        return drawn[slot] ?? throw new PplArgumentException(
            $"its factor is merged with the prior, before which the model draws {site.Name}, and the guide draws that later. Let the guide draw in "
            + "the model's order: [Model(Guide = GuideStructure.TopDown)].",
            latent.Name);
    }

    public override Tensor Observed(SiteInfo site, Distribution distribution, Tensor? value) => value!;

    public override void ObservedSlice(SiteInfo site, Distribution distribution, Tensor? data)
    {
        // Statements that follow read the data themselves.
    }

    public override void Factor(SiteInfo site, Tensor logWeight)
    {
        // No density is asked for.
    }

    /// <summary>Ends the run: what comes after the latent, the decoder of the data above all, is not needed.</summary>
    private sealed class Reached(Distribution distribution) : Exception
    {
        public Distribution Distribution { get; } = distribution;
    }
}
