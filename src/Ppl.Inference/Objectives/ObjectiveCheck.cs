using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>Refuses objectives that mean nothing for the networks at hand.</summary>
internal static class ObjectiveCheck
{
    /// <exception cref="PplArgumentException">The message names the network and says why.</exception>
    public static void Run(Objective objective, nn.Module model, Guide guide)
    {
        if (objective.Particles > 1) RefuseBatchStatistics(objective, model, guide);
        if (objective.Gradient != GradientForm.Plain) RefuseDropout(objective, guide);
    }

    /// <summary>Statistics over K·B folded rows make one particle depend on the others, so that the weights are not those of any model.</summary>
    private static void RefuseBatchStatistics(Objective objective, nn.Module model, Guide guide)
    {
        var folded = model.named_modules().Select(m => ("the model", m.Item1, m.Item2))
            .Concat(guide.named_modules().Where(m => FollowsLatents(guide, m.Item1)).Select(m => ("the guide", m.Item1, m.Item2)));
        foreach (var (owner, name, module) in folded)
        {
            if (module is not BatchNorm) continue;
            throw new PplArgumentException(
                $"{objective}: '{name}' of {owner} is a {module.GetType().Name}. With {objective.Particles} particles its statistics run over "
                + "all particles of all rows, so that a particle's weight depends on the others. Use LayerNorm or GroupNorm, or one particle.");
        }
    }

    /// <summary>The guide's distributions are computed a second time at the draws; another mask would make them those of another guide.</summary>
    private static void RefuseDropout(Objective objective, Guide guide)
    {
        foreach (var (name, module) in guide.named_modules())
        {
            if (module is not (Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout)) continue;
            throw new PplArgumentException(
                $"{objective}: '{name}' of the guide is a {module.GetType().Name}. The gradient along the path computes the guide's "
                + "distributions a second time at the draws, and dropout would draw another mask. Use GradientForm.Plain, or no dropout in the guide.");
        }
    }

    /// <summary>Whether a guide's network, named <c>h2.network.0</c> or <c>h.1.network.0</c>, belongs to an encoder that sees latents.</summary>
    private static bool FollowsLatents(Guide guide, string name)
    {
        var path = name.Split('.');
        var indexed = path.Length > 1 ? $"{path[0]}[{path[1]}]" : path[0];
        var step = guide.Steps.FirstOrDefault(s => s.Latent == path[0] || s.Latent == indexed);
        return step is not null && step.Inputs.Any(input => guide.Plan.Inputs.All(data => data.Name != input));
    }
}
