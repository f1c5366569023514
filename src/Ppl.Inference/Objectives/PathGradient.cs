using Ppl.Contracts;
using Ppl.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>
/// Gradients along the path: sticking the landing and the doubly reparameterized form. Both weigh ∂log w/∂z, with the guide's
/// parameters held fixed, and carry it to the guide through the draws.
/// </summary>
/// <remarks>
/// <para>
/// The latents are cut into leaves, so that the derivative at one of them holds every other fixed; the draws' own graph then brings in
/// how a later latent depends on an earlier one. With g_i = c · ∂log w/∂z_i at the leaves, the gradient of Σ_i g_i · z_i by the guide's
/// parameters is Σ_i c · ∂log w/∂z_i · dz_i/dφ with total derivatives dz_i/dφ: exact for hierarchies.
/// </para>
/// <para>
/// The doubly reparameterized form squares the weights of the latents that have K draws. A latent u outside every rows plate has one draw,
/// which they share: to them it is as a parameter of the model and of their proposals, and the bound is an expectation over it. Its own
/// encoder gets the path of every latent, those through q(z | u) included, weighed once; the encoders of the others get theirs squared.
/// </para>
/// </remarks>
internal static class PathGradient
{
    /// <summary>Adds to <c>.grad</c> of the model and the guide; returns the terms at the leaves.</summary>
    /// <param name="objective">Says how particles weigh.</param>
    /// <param name="draws">The guide's draws, with their graph.</param>
    public static SiteTerms Accumulate(Objective objective, Draws draws)
    {
        var model = ModelParameters(
            draws.Guide,
            "a gradient along the path holds the guide's parameters fixed where the model's are not, which cannot be told apart for a shared one. "
            + "Use GradientForm.Plain.");
        var leaves = draws.AtLeaves();
        var terms = draws.Guide.Terms(leaves, TermForm.Sampled);
        var given = objective.For(terms);
        var groups = objective.IsJoint ? [terms.Whole()] : terms.Groups;
        var weights = groups.Select(group => Weights(given, group)).ToList();

        // One backward pass serves the model's parameters and the leaves; those of the guide stay out of it.
        var loss = Loss(given, terms.Layout.Plan, groups, weights);
        loss.backward(inputs: [.. leaves.Parts.SelectMany(part => part.Latents), .. model]);
        Carry(objective, draws, leaves, Squares(objective, draws, groups));
        return terms;
    }

    private static Tensor Weights(Objective objective, TermGroup group)
    {
        var logWeight = group.LogWeight.detach();
        return group.Plate is null && !objective.IsJoint ? full_like(logWeight, 1.0 / logWeight.shape[0]) : objective.PathWeights(logWeight);
    }

    private static Tensor Loss(Objective objective, ModelPlan plan, IReadOnlyList<TermGroup> groups, List<Tensor> weights)
    {
        if (plan.IsPerDatum) return -(weights[0] * objective.LogWeightOf(groups[0])).sum() / groups[0].Count;
        Tensor? sum = null;
        for (var i = 0; i < groups.Count; i++)
        {
            var part = -(weights[i] * objective.LogWeightOf(groups[i])).sum() * groups[i].Scale;
            sum = sum is null ? part : sum + part;
        }

        return sum!;
    }

    /// <summary>For each latent the second weight, [K, B] or [K, 1]; null where it has none.</summary>
    private static Tensor?[] Squares(Objective objective, Draws draws, IReadOnlyList<TermGroup> groups)
    {
        var sites = draws.Guide.LatentSites;
        if (objective.Gradient != GradientForm.DoublyReparameterized) return new Tensor?[sites.Count];
        if (objective.IsJoint)
        {
            var joint = objective.SecondWeights(groups[0].LogWeight.detach());
            return [.. sites.Select(_ => joint)];
        }

        var second = groups.Select(group => group.Plate is null ? null : objective.SecondWeights(group.LogWeight.detach())).ToList();
        return [.. sites.Select(site => site.IsLocal ? second[Group(site)] : null)];

        int Group(SiteInfo site) => groups.Select(group => group.Plate?.Index).ToList().IndexOf(site.Plates[0].Index);
    }

    /// <summary>Carries the derivatives at the leaves to the guide's parameters, through the draws.</summary>
    private static void Carry(Objective objective, Draws draws, Draws leaves, Tensor?[] squares)
    {
        var outer = OuterParameters(draws.Guide);
        if (objective.Gradient != GradientForm.DoublyReparameterized || objective.IsJoint || outer.Count == 0)
        {
            if (Surrogate(draws, leaves, squares) is { requires_grad: true } surrogate) surrogate.backward();
            return;
        }

        var others = draws.Guide.parameters().Where(p => p.requires_grad && !outer.Contains(p)).ToList();
        if (outer.Count > 0 && Surrogate(draws, leaves, new Tensor?[squares.Length]) is { requires_grad: true } once)
            once.backward(retain_graph: true, inputs: [.. outer]);
        if (others.Count > 0 && Surrogate(draws, leaves, squares) is { requires_grad: true } twice) twice.backward(inputs: [.. others]);
    }

    private static Tensor? Surrogate(Draws draws, Draws leaves, Tensor?[] squares)
    {
        Tensor? sum = null;
        for (var k = 0; k < draws.Parts.Count; k++)
        {
            var (values, cut) = (draws.Parts[k].Latents, leaves.Parts[k].Latents);
            for (var i = 0; i < values.Count; i++)
            {
                // A latent that no term depends on has no gradient.
                if (cut[i].grad is not { } gradient) continue;
                if (squares[i] is { } weights) gradient = gradient * ByRow(draws.Parts.Count > 1 ? weights[k].unsqueeze(0) : weights, gradient);
                var part = (gradient * values[i]).sum();
                sum = sum is null ? part : sum + part;
            }
        }

        return sum;
    }

    // [K, B] to [K·B, 1, ...]: the particle-major order of folded rows. [1, 1], of a joint particle, to [1, ...].
    private static Tensor ByRow(Tensor weights, Tensor folded)
    {
        if (weights.numel() == 1) return weights.reshape([]);
        var shape = new long[folded.dim()];
        Array.Fill(shape, 1);
        shape[0] = folded.shape[0];
        return weights.reshape(shape);
    }

    /// <summary>The parameters of the encoders of latents outside every rows plate.</summary>
    private static HashSet<Tensor> OuterParameters(Guide guide)
    {
        var sites = guide.Plan.Latents.Where(site => !site.IsLocal).Select(site => site.Name).ToHashSet();
        var parameters = guide.named_children().Where(child => sites.Contains(child.name)).SelectMany(child => child.module.parameters());
        return new HashSet<Tensor>(parameters.Where(p => p.requires_grad), ReferenceEqualityComparer.Instance);
    }

    /// <summary>The parameters of the model that a gradient is taken by.</summary>
    /// <param name="guide">The guide, with its model.</param>
    /// <param name="reason">Why none may be the guide's too, and what to do instead.</param>
    public static List<Parameter> ModelParameters(Guide guide, string reason)
    {
        if (guide.modules().OfType<Encoder>().FirstOrDefault(encoder => encoder.Posterior.IsMerged) is { } merged)
            throw new PplArgumentException($"its factor is merged with the prior, and so follows the model's parameters: {reason}", merged.Site);
        var own = guide.parameters().ToHashSet(ReferenceEqualityComparer.Instance);
        var parameters = new List<Parameter>();
        foreach (var (name, parameter) in ((nn.Module)guide.Model).named_parameters())
        {
            if (own.Contains(parameter)) throw new PplArgumentException($"parameter '{name}' belongs to both the model and the guide: {reason}");

            if (parameter.requires_grad) parameters.Add(parameter);
        }

        return parameters;
    }

    /// <summary>
    /// The draws. Refuses a factor with parameters to train whose draw carries no gradient to them: what follows the draw would be left out of
    /// theirs.
    /// </summary>
    public static Draws WithPath(Objective objective, Draws draws)
    {
        var distributions = draws.Parts[0].Distributions;
        for (var i = 0; objective.NeedsPath && i < distributions.Count; i++)
        {
            if (distributions[i].IsReparameterized || !distributions[i].IsDifferentiated) continue;
            throw new PplArgumentException(
                $"{objective}: the guide's {distributions[i].Name} is not reparameterized, so that no gradient runs along its draw to its "
                + "parameters. Use another family, or Objective.WakeSleep, which needs none.",
                draws.Guide.LatentNames[i]);
        }

        return draws;
    }
}
