using Ppl.Distributions;

namespace Ppl.Networks;

/// <content>Factors that the model's own distribution multiplies: <see cref="Posterior.MergedWithPrior"/>.</content>
public sealed partial class Encoder
{
    /// <summary>N(m, s²) N(μ, σ²), normalized: precisions add up, and means are weighed by them.</summary>
    /// <param name="factor">What the encoder says, over as many rows as the prior has.</param>
    /// <param name="prior">The model's distribution, of an event or of rows.</param>
    internal static Normal Merge(Normal factor, Normal prior)
    {
        // With a = log s⁻² and b = log σ⁻², log (e^a + e^b) = b + softplus(a − b), and the data's share of the mean is sigmoid(a − b).
        var ofPrior = prior.LogScale.Times(-2);
        var odds = factor.LogScale.Times(-2).Minus(ofPrior).Tensor!;
        var away = factor.Loc.Minus(prior.Loc).Tensor!;
        return Normal.FromLogScale(
            (odds.sigmoid() * away).PlusParameter(prior.Loc), odds.softplus().PlusParameter(ofPrior) * -0.5);
    }

    /// <summary>Refuses to merge anything but normals.</summary>
    /// <param name="prior">The model's distribution of the latent.</param>
    /// <exception cref="PplArgumentException">The message names both families.</exception>
    internal void RequireMergeable(Distribution prior)
    {
        if (prior is Normal && Head is NormalHead) return;
        throw new PplArgumentException(
            $"MergedWithPrior() multiplies normals of independent coordinates; the model's distribution is {prior.Name} and the factor's head "
            + $"{Head.GetName()}. Leave it out.",
            Site);
    }

    /// <summary>Whether an input of the step enters the network: of a merged factor what is no latent.</summary>
    private bool SeesInput(int input) => !Posterior.IsMerged || areLatents?[input] != true;

    private void CheckMerging(int count)
    {
        if (!Posterior.IsMerged) return;
        if (isOuter)
        {
            throw new PplArgumentException(
                "it is outside the data's rows, so that its parameters are free, and no data are there to merge with. Leave MergedWithPrior out.",
                Site);
        }

        if (count > 0 && areLatents?.All(isLatent => isLatent) != true) return;
        throw new PplArgumentException(
            "its factor sees no data that could be merged with the prior. Leave MergedWithPrior out, or let the guide draw in the model's order: "
            + "[Model(Guide = GuideStructure.TopDown)].",
            Site);
    }

    private void RequireUnmerged()
    {
        if (!Posterior.IsMerged) return;
        throw new PplArgumentException(
            "its factor is merged with the prior, which the encoder alone does not know: the guide's Draw gives its distribution.", Site);
    }
}
