using Ppl.Contracts;
using Ppl.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Refuses objectives that mean nothing for the networks at hand, as far as the types of their layers tell. <see cref="NetworkProbe"/> finds
/// at the first step what they do not.
/// </summary>
internal static class ObjectiveCheck
{
    /// <exception cref="PplArgumentException">The message names the network and says why.</exception>
    public static void Run(Objective objective, nn.Module model, Guide guide)
    {
        RefuseParticles(objective, guide.Plan);
        if (objective.Particles > 1) RefuseBatchStatistics(objective, model, guide);
        if (objective.Gradient != GradientForm.Plain) RefuseDropout(objective, guide);
        OfGuide(objective, guide);
    }

    /// <summary>Refuses a guide for which the objective, or a measure that weighs as it does, means nothing.</summary>
    /// <exception cref="PplArgumentException">The message names the latent and says why.</exception>
    public static void OfGuide(Objective objective, Guide guide)
    {
        objective.RequireMeaning(guide);
        if (objective.NeedsLogQ) RefusePoints(objective, guide);
        RefuseQuantizers(objective, guide);
    }

    // Every draw is the same code: the weights see no other, and a mean of them is the ELBO whatever their number.
    private static void RefuseQuantizers(Objective objective, Guide guide)
    {
        var isAlongPath = objective.Gradient != GradientForm.Plain;
        if (!objective.NeedsLogQ && !isAlongPath) return;
        var rounded = guide.modules().OfType<Encoder>().FirstOrDefault(encoder => encoder is { IsPrepared: true, Head: QuantizerHead });
        if (rounded is null) return;
        if (isAlongPath && !objective.NeedsLogQ)
        {
            throw new PplArgumentException(
                $"{objective}: its family in the guide is one code of the codebook, Quantized, whose log q is 0: there is no direct gradient of it "
                + "to drop. Use GradientForm.Plain, or Objective.VectorQuantized(), which trains the codebook too.",
                rounded.Site);
        }

        throw new PplArgumentException(
            $"{objective}: its family in the guide is one code of the codebook, Quantized, so that all draws and their weights are equal: they see "
            + "no other code, and their mean is the ELBO. Use Objective.VectorQuantized(), and Evaluate.Bound to measure.",
            rounded.Site);
    }

    private static void RefusePoints(Objective objective, Guide guide)
    {
        if (guide.modules().OfType<Encoder>().FirstOrDefault(encoder => encoder.IsPoint) is not { } point) return;
        throw new PplArgumentException(
            $"{objective}: its family in the guide is a point, Posterior.Delta, and importance weights need log q, which a point has not. "
            + "Use Objective.Elbo, which leaves log q out, or another family.",
            point.Site);
    }

    /// <summary>Particles that nothing is drawn for, and one weight of everything where each datum has its own.</summary>
    private static void RefuseParticles(Objective objective, ModelPlan plan)
    {
        if (!plan.Latents.Any() && (objective.IsJoint || objective.Particles > 1 || objective.Gradient != GradientForm.Plain))
        {
            throw new PplArgumentException(
                $"{objective}: {plan.Model} has no latents, so that nothing is drawn: its bound is log p of the data itself, for which every "
                + "particle would be the same and no gradient goes along a draw. Use Objective.Elbo().");
        }

        if (objective.IsJoint && !plan.HasOuterLatents)
        {
            throw new PplArgumentException(
                $"{objective}: every latent of {plan.Model} belongs to a row, which has a weight of its own. One weight of all rows together would "
                + "be a looser bound: leave out 'joint'.");
        }

        if (objective.Scope == ParticleScope.Joint || objective.Particles == 1 || plan.Latents.Any(site => site.IsLocal)) return;
        throw new PplArgumentException(
            $"{objective}: its {objective.Particles} draws are of the latents that each row has, and {plan.Model} has none. "
            + $"For one weight of everything together take Objective.Iwae({objective.Particles}, joint: true).");
    }

    /// <summary>
    /// Statistics over K·B folded rows make one particle depend on the others, so that the weights are not those of any model. Instance norm
    /// is free of this: in training it takes each row's own statistics, whether it keeps running ones or not.
    /// </summary>
    private static void RefuseBatchStatistics(Objective objective, nn.Module model, Guide guide)
    {
        var folded = TrainingMode.Trained(model).Select(m => ("the model", m.Name, m.Module))
            .Concat(TrainingMode.Trained(guide).Where(m => FollowsLatents(guide, m.Name)).Select(m => ("the guide", m.Name, m.Module)));
        foreach (var (owner, name, module) in folded)
        {
            if (module is not (BatchNorm or Flows.BatchNormalization)) continue;
            throw new PplArgumentException(
                $"{objective}: '{name}' of {owner} is a {module.GetType().Name}. With {objective.Particles} particles its statistics run over "
                + "all particles of all rows, so that a particle's weight depends on the others. Use LayerNorm or GroupNorm, or one particle, "
                + "or keep its statistics fixed by eval().");
        }
    }

    /// <summary>The guide's distributions are computed a second time at the draws; another mask would make them those of another guide.</summary>
    private static void RefuseDropout(Objective objective, Guide guide)
    {
        foreach (var (name, module) in TrainingMode.Trained(guide))
        {
            if (!DrawsMasks(module)) continue;
            throw new PplArgumentException(
                $"{objective}: '{name}' of the guide is a {module.GetType().Name}. The gradient along the path computes the guide's "
                + "distributions a second time at the draws, and dropout would draw another mask. Use GradientForm.Plain, or no dropout in the "
                + "guide.");
        }
    }

    private static bool DrawsMasks(nn.Module module) => module
        is Dropout { p: > 0 } or Dropout1d { p: > 0 } or Dropout2d { p: > 0 } or Dropout3d { p: > 0 }
        or AlphaDropout { p: > 0 } or FeatureAlphaDropout { p: > 0 };

    /// <summary>Whether a guide's network, named <c>h2.network.0</c> or <c>h.1.network.0</c>, belongs to an encoder that sees latents.</summary>
    private static bool FollowsLatents(Guide guide, string name)
    {
        var path = name.Split('.');
        var indexed = path.Length > 1 ? $"{path[0]}[{path[1]}]" : path[0];
        var step = guide.Steps.FirstOrDefault(s => s.Latent == path[0] || s.Latent == indexed);
        return step is not null && step.Inputs.Any(input => guide.Plan.Inputs.All(data => data.Name != input));
    }
}
