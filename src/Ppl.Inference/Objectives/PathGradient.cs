using Ppl.Contracts;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Gradients along the path: sticking the landing and the doubly reparameterized form. Both weigh ∂log w/∂z, with the guide's
/// parameters held fixed, and carry it to the guide through the draws.
/// </summary>
/// <remarks>
/// The latents are cut into leaves, so that the derivative at one of them holds every other fixed; the draws' own graph then brings in
/// how a later latent depends on an earlier one. With g_i = c · ∂log w/∂z_i at the leaves, the gradient of Σ_i g_i · z_i by the guide's
/// parameters is Σ_i c · ∂log w/∂z_i · dz_i/dφ with total derivatives dz_i/dφ: exact for hierarchies.
/// </remarks>
internal static class PathGradient
{
    /// <summary>Adds to <c>.grad</c> of the model and the guide; returns the terms at the leaves.</summary>
    /// <param name="objective">Says how particles weigh.</param>
    /// <param name="draws">The guide's draws, with their graph.</param>
    public static SiteTerms Accumulate(Objective objective, Draws draws)
    {
        RequireReparameterized(draws);
        var model = ModelParameters(draws.Guide);
        var leaves = draws.AtLeaves();
        var terms = draws.Guide.Terms(leaves, TermForm.Sampled);
        var logWeights = LogWeight.Of(terms);
        var weights = objective.PathWeights(logWeights.detach());

        // One backward pass serves the model's parameters and the leaves; those of the guide stay out of it.
        var loss = -(weights * logWeights).sum() / draws.Batch.Count;
        loss.backward(inputs: [.. leaves.Latents, .. model]);

        var surrogate = Surrogate(objective, draws, leaves, weights);
        if (surrogate is not null && surrogate.requires_grad) surrogate.backward();
        return terms;
    }

    private static Tensor? Surrogate(Objective objective, Draws draws, Draws leaves, Tensor weights)
    {
        Tensor? sum = null;
        for (var i = 0; i < leaves.Latents.Count; i++)
        {
            // A latent that no term depends on has no gradient.
            if (leaves.Latents[i].grad is not { } gradient) continue;
            if (objective.Gradient == GradientForm.DoublyReparameterized) gradient = gradient * ByRow(weights, gradient);
            var part = (gradient * draws.Latents[i]).sum();
            sum = sum is null ? part : sum + part;
        }

        return sum;
    }

    // [K, B] to [K·B, 1, ...]: the particle-major order of folded rows.
    private static Tensor ByRow(Tensor weights, Tensor folded)
    {
        var shape = new long[folded.dim()];
        Array.Fill(shape, 1);
        shape[0] = folded.shape[0];
        return weights.reshape(shape);
    }

    private static IEnumerable<Parameter> ModelParameters(Guide guide)
    {
        var own = guide.parameters().ToHashSet(ReferenceEqualityComparer.Instance);
        foreach (var (name, parameter) in ((nn.Module)guide.Model).named_parameters())
        {
            if (own.Contains(parameter))
            {
                throw new PplArgumentException(
                    $"parameter '{name}' belongs to both the model and the guide: a gradient along the path holds the guide's parameters fixed "
                    + "where the model's are not, which cannot be told apart for a shared one. Use GradientForm.Plain.");
            }

            if (parameter.requires_grad) yield return parameter;
        }
    }

    private static void RequireReparameterized(Draws draws)
    {
        for (var i = 0; i < draws.Distributions.Count; i++)
        {
            var distribution = draws.Distributions[i];
            if (distribution.IsReparameterized) continue;
            throw new PplArgumentException(
                $"the guide's {distribution.Name} is not reparameterized, so that no gradient runs along its draw; use GradientForm.Plain.",
                draws.Guide.Model.LatentNames[i]);
        }
    }
}
