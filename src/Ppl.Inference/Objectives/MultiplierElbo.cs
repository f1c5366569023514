using Ppl.Contracts;

namespace Ppl.Inference;

/// <summary>See <see cref="Objective.Constrained"/>.</summary>
internal sealed class ConstrainedElbo(double delta, double rate, double start, int particles, KlForm kl, double? multiplier = null)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    public override string Name => "constrained ELBO";

    public override ObjectiveState InitialState { get; } =
        new((ObjectiveState.Multiplier, start), (ObjectiveState.Divergence, 0), (ObjectiveState.Slackness, 0));

    private protected override string Title => FormattableString.Invariant(
        $"{(Particles == 1 ? Name : $"{Name}({Particles})")}, KL <= {delta}, multiplier from {start} at rate {rate}{KlText}");

    internal override bool LacksStep => multiplier is null;

    private double Now => multiplier ?? start;

    public override Objective At(long step, ObjectiveState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new ConstrainedElbo(delta, rate, start, Particles, Kl, state[ObjectiveState.Multiplier]);
    }

    public override ObjectiveState Next(ObjectiveState state, BoundValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var excess = value.Divergence - delta;
        return new(
            (ObjectiveState.Multiplier, Math.Max(0, Now + (rate * excess))),
            (ObjectiveState.Divergence, value.Divergence),
            (ObjectiveState.Slackness, Now * excess));
    }

    protected override ElboWeights WeightsOf(SiteTerms terms) => new(_ => Now, Constant: Now * delta);
}

/// <summary>See <see cref="Objective.Geco"/>.</summary>
internal sealed class GecoElbo(double reconstruction, double rate, double momentum, int particles, KlForm kl, double? multiplier = null)
    : WeightedElbo(particles, kl, GradientForm.Plain)
{
    /// <summary>Bounds of the multiplier, far from what a model's answer needs: beyond them its product with a term overflows.</summary>
    private const double Least = 1e-10, Most = 1e10;

    // Before the first step there is no average: the first step's number begins it.
    private const string Steps = "steps";

    private const double Start = 1;

    public override string Name => "GECO";

    public override ObjectiveState InitialState { get; } =
        new((ObjectiveState.Multiplier, Start), (ObjectiveState.MovingAverage, 0), (Steps, 0));

    private protected override string Title => FormattableString.Invariant(
        $"{(Particles == 1 ? Name : $"{Name}({Particles})")}, log p >= {reconstruction}, rate {rate}, momentum {momentum}{KlText}");

    internal override bool LacksStep => multiplier is null;

    private double Now => multiplier ?? Start;

    public override Objective At(long step, ObjectiveState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return new GecoElbo(reconstruction, rate, momentum, Particles, Kl, state[ObjectiveState.Multiplier]);
    }

    public override ObjectiveState Next(ObjectiveState state, BoundValue value)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(value);
        var missing = reconstruction - value.Reconstruction;
        var average = state[Steps] == 0 ? missing : (momentum * state[ObjectiveState.MovingAverage]) + ((1 - momentum) * missing);
        var next = Math.Clamp(Now * Math.Exp(rate * average), Least, Most);
        return new((ObjectiveState.Multiplier, next), (ObjectiveState.MovingAverage, average), (Steps, state[Steps] + 1));
    }

    protected override ElboWeights WeightsOf(SiteTerms terms) => new(_ => 1, Observed: Now, Constant: -Now * reconstruction);
}
