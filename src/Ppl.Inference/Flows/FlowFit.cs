using System.Globalization;

namespace Ppl.Inference;

/// <summary>Options of <c>flow.Fit</c>.</summary>
public sealed record FlowFitOptions
{
    /// <summary>The rows of a step, at least 2.</summary>
    public int BatchSize { get; init; } = 200;

    /// <summary>The rate of Adam at the start, above 0; it falls along half a cosine to a hundredth.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>What the norm of a step's gradient is at most, above 0.</summary>
    public double MaxGradientNorm { get; init; } = 5;

    /// <summary>The seed of the rows' order.</summary>
    public long Seed { get; init; }

    /// <summary>Called after each epoch; nothing when null.</summary>
    public Action<FlowEpoch>? OnEpoch { get; init; }

    /// <summary>Ends the fit after the step in progress.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The batch size, the rate and the seed.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"batches of {BatchSize}, rate {LearningRate}, seed {Seed}");
}

/// <summary>What one epoch of <c>flow.Fit</c> reached, in nats for each row.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="LogLikelihood">The mean over the epoch's steps, while weights moved.</param>
/// <param name="HeldOut">The mean over the held-out rows after it; null where there are none.</param>
public sealed record FlowEpoch(int Epoch, double LogLikelihood, double? HeldOut)
{
    /// <summary>The epoch and its numbers.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"epoch {Epoch}: {LogLikelihood:F4}{(HeldOut is { } heldOut ? $", held out {heldOut:F4}" : "")}");
}

/// <summary>What <c>flow.Fit</c> did.</summary>
/// <param name="Epochs">Each epoch.</param>
/// <param name="Best">The epoch whose weights the flow has: the one of the highest held-out log-likelihood, or the last.</param>
public sealed record FlowFit(IReadOnlyList<FlowEpoch> Epochs, FlowEpoch Best)
{
    /// <summary>The number of epochs and the best one.</summary>
    public override string ToString() => $"{Epochs.Count} epochs; the weights are those of {Best}";
}
