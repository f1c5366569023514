using System.Diagnostics.CodeAnalysis;
using Ppl.Shapes;
using static TorchSharp.torch;

namespace Ppl.Distributions;

/// <summary>Series of T values, each from the emission of a hidden state that moves as a Markov chain; the states are summed out.</summary>
/// <remarks>
/// p(x) = Σ_s initial(s₁) Πₜ transition(sₜ₋₁, sₜ) Πₜ emission(xₜ; sₜ), by the forward algorithm on logarithms (Rabiner 1989), in T K² operations.
/// The emission is any distribution whose last dimension before its own event is the K states, such as <c>Normal(loc, 1)</c> with K locations,
/// or <c>Independent(Normal(loc, 1), 1)</c> for vectors. The T values, with the emission's event, are one indivisible event.
/// </remarks>
[Family(Support.Inherited)]
public sealed class HiddenMarkov : Distribution
{
    private static readonly ParameterDeclaration InitialOf = new("initial", Constraint.Simplex);
    private static readonly ParameterDeclaration TransitionOf = new("transition", new VectorConstraint(Constraint.Simplex));

    private readonly long[] batch;

    // The rows that Expand was told; null where they are what the parameters say.
    private readonly long[]? expanded;

    /// <summary>Series from the emissions of a hidden Markov chain.</summary>
    /// <param name="steps">T: at least 1.</param>
    /// <param name="initial">The first state's probabilities: on the simplex, [..., K].</param>
    /// <param name="transition">The next state's probabilities, a row for each state: on the simplex, [..., K, K].</param>
    /// <param name="emission">The distribution of a value in each state: [..., K] before its own event.</param>
    /// <exception cref="PplArgumentException">There is no step.</exception>
    /// <exception cref="PplShapeException">The shapes do not agree.</exception>
    public HiddenMarkov(long steps, Tensor initial, Tensor transition, Distribution emission) : this(steps, initial, transition, emission, null)
    {
    }

    private HiddenMarkov(long steps, Tensor initial, Tensor transition, Distribution emission, long[]? expanded)
    {
        ArgumentNullException.ThrowIfNull(initial);
        ArgumentNullException.ThrowIfNull(transition);
        ArgumentNullException.ThrowIfNull(emission);
        if (steps < 1) throw new PplArgumentException($"HiddenMarkov needs at least 1 step; found {steps}.");
        var states = emission.Shape[..^emission.EventDimensions];
        var (first, next) = (initial.shape, transition.shape);
        if (states.Length < 1 || first.Length < 1 || next.Length < 2 || first[^1] != states[^1] || next[^1] != states[^1] || next[^2] != states[^1])
        {
            throw new PplShapeException(
                $"HiddenMarkov needs initial (..., K), transition (..., K, K) and an emission of shape (..., K) before its event; found "
                + $"{ShapeText.Of(first)}, {ShapeText.Of(next)} and {ShapeText.Of(states)}.");
        }

        (Steps, Initial, Transition, Emission) = (steps, initial, transition, emission);
        var chain = Broadcasting.Broadcast(first.AsSpan(..^1), next.AsSpan(..^2), "HiddenMarkov's initial (rows)", "its transition (rows)");
        this.expanded = expanded;
        batch = expanded ?? Broadcasting.Broadcast(chain, states.AsSpan(..^1), "HiddenMarkov's transition (rows)", "its emission (rows)");
    }

    /// <summary>T.</summary>
    public long Steps { get; }

    /// <summary>The first state's probabilities: [..., K].</summary>
    public Tensor Initial { get; }

    /// <summary>The next state's probabilities, a row for each state: [..., K, K].</summary>
    public Tensor Transition { get; }

    /// <summary>The distribution of a value in each state.</summary>
    public Distribution Emission { get; }

    /// <summary>K.</summary>
    public long States => Initial.shape[^1];

    /// <inheritdoc/>
    public override string Name => $"HiddenMarkov({Emission.Name})";

    /// <inheritdoc/>
    public override long[] Shape => [.. batch, Steps, .. OwnEvent];

    /// <inheritdoc/>
    public override int EventDimensions => 1 + Emission.EventDimensions;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [InitialOf.Of(Initial), TransitionOf.Of(Transition)];

    /// <inheritdoc/>
    public override Constraint ValueConstraint => RealRange.Hull(
        Emission.ValueConstraint,
        bound => bound.dim() > Emission.EventDimensions ? bound.amin([StateAxis], keepdim: true) : bound,
        bound => bound.dim() > Emission.EventDimensions ? bound.amax([StateAxis], keepdim: true) : bound);

    /// <inheritdoc/>
    public override bool IsReparameterized => false;

    /// <summary>The mean of the emissions' means by the states' probabilities at each step.</summary>
    public override Tensor Mean => Averaged(Emission.Mean);

    /// <summary>The mean of the emissions' variances, and the variance of their means.</summary>
    public override Tensor Variance
    {
        get
        {
            var mean = Emission.Mean;
            var deviation = mean.unsqueeze(StateAxis - 1) - Averaged(mean).unsqueeze(StateAxis);
            var spread = (deviation.square() * Probabilities()).sum(StateAxis);
            return Averaged(Emission.Variance) + spread;
        }
    }

    private long[] OwnEvent => Emission.Shape[^Emission.EventDimensions..];

    // Counted from the end, in a tensor of [..., T, K, event].
    private int StateAxis => -1 - Emission.EventDimensions;

    /// <inheritdoc/>
    public override Tensor Sample(long[] sampleShape, Generator? generator)
    {
        ArgumentNullException.ThrowIfNull(sampleShape);
        using var grad = no_grad();
        long[] rows = [.. sampleShape, .. batch];
        var path = new Tensor[Steps];
        for (var t = 0; t < Steps; t++)
        {
            var probabilities = Initial.expand([.. rows, States]);
            if (t > 0)
            {
                var from = path[t - 1].unsqueeze(-1).unsqueeze(-1).expand([.. rows, 1, States]);
                probabilities = Transition.expand([.. rows, States, States]).gather(-2, from).squeeze(-2);
            }

            path[t] = multinomial(probabilities.reshape(-1, States), 1, true, generator).reshape(rows);
        }

        // One emission in every state, of which the path's is taken.
        var each = Apart().Expand([.. batch, Steps, States]).Sample(sampleShape, generator);
        var index = stack(path, -1).reshape([.. rows, Steps, 1, .. OwnEvent.Select(_ => 1L)]).expand([.. rows, Steps, 1, .. OwnEvent]);
        return each.gather(each.dim() + StateAxis, index).squeeze(each.dim() + StateAxis);
    }

    /// <inheritdoc/>
    public override Tensor LogProb(Tensor value)
    {
        var (emitted, rows) = Emitted(value);
        var transition = Transition.LogOfProbability();
        var state = Initial.LogOfProbability() + emitted.select(-2, 0);
        for (var t = 1; t < Steps; t++) state = LogSumExp(state.unsqueeze(-1) + transition, -2) + emitted.select(-2, t);
        return Expanded(LogSumExp(state, -1), rows);
    }

    /// <summary>The most probable path of the hidden states given a series: Viterbi (1967).</summary>
    /// <param name="value">The series: [..., T, event].</param>
    /// <returns>States (int64): [..., T].</returns>
    public Tensor MostLikelyStates(Tensor value)
    {
        using var grad = no_grad();
        var (emitted, rows) = Emitted(value);
        var transition = Transition.LogOfProbability();
        var state = (Initial.LogOfProbability() + emitted.select(-2, 0)).expand([.. rows, States]);
        var before = new Tensor[Steps];
        for (var t = 1; t < Steps; t++)
        {
            var reached = state.unsqueeze(-1) + transition;
            before[t] = reached.argmax(-2);
            state = reached.amax([-2]) + emitted.select(-2, t);
        }

        var path = new Tensor[Steps];
        path[^1] = state.argmax(-1, keepdim: true);
        for (var t = Steps - 1; t > 0; t--) path[t - 1] = before[t].gather(-1, path[t]);
        return cat(path, -1);
    }

    /// <summary>None in closed form.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override Tensor Entropy() => throw new NotSupportedException($"{Name} has no entropy in closed form. Average -LogProb over draws.");

    /// <inheritdoc/>
    public override HiddenMarkov With(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new(Steps, map(Initial), map(Transition), Emission.With(map), expanded);
    }

    /// <inheritdoc/>
    public override HiddenMarkov Map(Func<Tensor, int, Tensor> map, long[]? batch = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var emission = Emission.Map((tensor, own) => map(tensor, own + 1), WithStates(batch));
        return new(Steps, map(Initial, 1), map(Transition, 2), emission, batch ?? expanded);
    }

    /// <inheritdoc/>
    public override HiddenMarkov Expand(params long[] sizes) =>
        new(Steps, Initial, Transition, Emission, Broadcasting.Expand(batch, sizes, $"{Name} (rows)"));

    /// <inheritdoc/>
    public override ValueFault? FindParameterFault()
    {
        foreach (var (declaration, value) in Parameters)
        {
            if (declaration.Constraint.Find(value, declaration.Name, Name) is { } fault) return fault;
        }

        return Emission.FindParameterFault();
    }

    /// <inheritdoc/>
    public override ValueFault? FindValueFault(Tensor value) => ValueConstraint.Find(value, "value", Name);

    /// <summary>The emission with a dimension for the steps before that of the states.</summary>
    private Distribution Apart()
    {
        var states = Emission.Shape[..^Emission.EventDimensions];
        return Emission.Map((tensor, own) => tensor.dim() > own + 1 ? tensor.unsqueeze(-own - 2) : tensor, [.. states[..^1], 1, states[^1]]);
    }

    // log emission(xₜ; s): [..., T, K].
    private (Tensor Emitted, long[] Rows) Emitted(Tensor value)
    {
        var full = FullShape(value);
        return (Apart().LogProb(value.expand(full).unsqueeze(StateAxis)), full[..^EventDimensions]);
    }

    // [..., T, K, 1, ...]: the states' probabilities at each step.
    private Tensor Probabilities()
    {
        var steps = new Tensor[Steps];
        steps[0] = Initial.unsqueeze(-2);
        for (var t = 1; t < Steps; t++) steps[t] = steps[t - 1].matmul(Transition);
        var rows = steps[^1].shape[..^2];
        var whole = cat(steps.Select(s => s.expand([.. rows, 1, States])).ToArray(), -2);
        return whole.reshape([.. whole.shape, .. OwnEvent.Select(_ => 1L)]);
    }

    private Tensor Averaged(Tensor each) => (each.unsqueeze(StateAxis - 1) * Probabilities()).sum(StateAxis).expand(Shape);

    [return: NotNullIfNotNull(nameof(rows))]
    private long[]? WithStates(long[]? rows) => rows is null ? null : [.. rows, States];

    // Where everything is impossible, libtorch's own has no gradient.
    private static Tensor LogSumExp(Tensor logarithms, long dimension)
    {
        var largest = logarithms.detach().amax([dimension], true);
        var shift = largest.masked_fill(largest.eq(double.NegativeInfinity), 0);
        var sum = (logarithms - shift).exp().sum(dimension);
        return sum.LogOfProbability() + shift.squeeze(dimension);
    }
}
