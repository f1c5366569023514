namespace Ppl.Inference;

/// <summary>Options that evaluations share.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Noise is a pure function of this seed, the batch size and the element budget.</summary>
    public long Seed { get; init; }

    /// <summary>The most rows of the data taken at a time.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>
    /// The most numbers in one tensor of a pass, about: particles and rows are taken in chunks so that (particles · rows · widest layer)
    /// stays below it. It bounds the memory used, whatever the number of samples.
    /// </summary>
    public long ElementBudget { get; init; } = 1L << 21;

    /// <summary>Told the fraction done, from 0 to 1, after each chunk.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Stops the evaluation with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
