using Ppl.Contracts;
using static TorchSharp.torch;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Miwae"/>.</summary>
internal sealed class MiwaeObjective(int outer, int inner, GradientForm gradient) : Objective(outer * inner, gradient)
{
    public override string Name => "MIWAE";

    internal override bool NeedsLogQ => true;

    private protected override string Title => $"MIWAE({outer}, {inner})";

    protected override Tensor PerDatum(TermGroup group) => Apart(group.LogWeight) is { } apart
        ? (apart.logsumexp(1) - Math.Log(inner)).mean([0])
        : group.LogWeight[0];

    internal override Tensor PathWeights(Tensor logWeights) => SecondWeights(logWeights) / outer;

    internal override Tensor SecondWeights(Tensor logWeights) =>
        Apart(logWeights) is { } apart ? apart.softmax(1).flatten(0, 1) : ones_like(logWeights);

    /// <summary>[M·K, B] to [M, K, B]; null where nothing depends on the particle.</summary>
    private Tensor? Apart(Tensor logWeights) => logWeights.shape[0] == Particles ? logWeights.reshape(outer, inner, -1) : null;
}

/// <summary>See <see cref="Objective.Ciwae"/>.</summary>
internal sealed class CiwaeObjective(double beta, int particles, GradientForm gradient) : Objective(particles, gradient)
{
    public override string Name => "CIWAE";

    internal override bool NeedsLogQ => true;

    private protected override string Title => FormattableString.Invariant($"CIWAE({Particles}), beta {beta}");

    protected override Tensor PerDatum(TermGroup group)
    {
        var logWeights = group.LogWeight;
        return (beta * logWeights.mean([0])) + ((1 - beta) * (logWeights.logsumexp(0) - Math.Log(logWeights.shape[0])));
    }

    internal override Tensor PathWeights(Tensor logWeights) => Weights(logWeights.softmax(0));

    // The ELBO's part is weighed once, that of IWAE twice. Without the former the ratio is the weight itself, also where that rounds to 0.
    internal override Tensor SecondWeights(Tensor logWeights)
    {
        var normalized = logWeights.softmax(0);
        if (beta == 0) return normalized;
        return ((beta / logWeights.shape[0]) + ((1 - beta) * normalized.square())) / Weights(normalized);
    }

    private Tensor Weights(Tensor normalized) => (beta / normalized.shape[0]) + ((1 - beta) * normalized);
}

/// <summary>See <see cref="Objective.Renyi"/>.</summary>
internal sealed class RenyiObjective(double alpha, int particles, GradientForm gradient) : Objective(particles, gradient)
{
    public override string Name => "Renyi";

    internal override bool NeedsLogQ => true;

    private protected override string Title => FormattableString.Invariant($"Renyi({Particles}), alpha {alpha}");

    protected override Tensor PerDatum(TermGroup group) => alpha == 1
        ? group.LogWeight.mean([0])
        : PowerMean(group.LogWeight);

    // log of the mean power, over 1 − α, from the weight that no exponential exceeds: exact where α is next to 1, and the division next to 0 / 0.
    private Tensor PowerMean(Tensor logWeights)
    {
        using var most = logWeights.detach().amax(0);
        using var least = logWeights.detach().amin(0);
        var from = alpha < 1 ? most : least;
        var start = where(from.isfinite(), from, zeros_like(from));
        return start + (((logWeights - start) * (1 - alpha)).expm1().mean([0]).log1p() / (1 - alpha));
    }

    internal override Tensor PathWeights(Tensor logWeights) => (logWeights * (1 - alpha)).softmax(0);

    // The direct part has the mean of ∂w̃/∂z along the path, and ∂w̃_k/∂log w_k = (1 − α)(w̃_k − w̃_k²).
    internal override Tensor SecondWeights(Tensor logWeights) => alpha + ((1 - alpha) * PathWeights(logWeights));
}

/// <summary>See <see cref="Objective.RenyiMax"/>.</summary>
internal sealed class RenyiMaxObjective(int particles) : Objective(particles, GradientForm.Plain)
{
    public override string Name => "VR-max";

    internal override bool NeedsLogQ => true;

    protected override Tensor PerDatum(TermGroup group) => group.LogWeight.max(0).Item1;
}

/// <summary>See <see cref="Objective.Piwae"/>.</summary>
internal sealed class PiwaeObjective(int outer, int inner) : Objective(outer * inner, GradientForm.Plain)
{
    private readonly Objective whole = Iwae(outer * inner);
    private readonly Objective parts = Miwae(outer, inner);

    public override string Name => "PIWAE";

    public override Objective Measured => whole;

    internal override bool NeedsLogQ => true;

    internal override bool HasTwoGradients => true;

    private protected override string Title => $"PIWAE({outer}, {inner})";

    protected override Tensor PerDatum(TermGroup group) => whole.BoundOf(group);

    internal override ObjectiveResult Differentiate(Draws draws)
    {
        var (guide, terms) = (draws.Guide, draws.Guide.Terms(draws, Form));
        var model = PathGradient.ModelParameters(
            guide, "the model is trained by one bound and the guide by another, and a shared one has no gradient. Use Objective.Miwae.");
        var encoders = guide.parameters().Where(parameter => parameter.requires_grad).ToList();
        var result = Result(terms);
        var ofParts = parts.Combine(terms).Bound;
        if (!result.Value.requires_grad) throw NothingTrained(guide);
        if (model.Count > 0) result.Value.neg().backward(retain_graph: true, inputs: [.. model]);
        if (encoders.Count > 0) ofParts.neg().backward(inputs: [.. encoders]);
        return result;
    }
}
