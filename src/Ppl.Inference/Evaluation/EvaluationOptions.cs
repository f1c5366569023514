namespace Ppl.Inference;

/// <summary>Options that evaluations share.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Noise is a pure function of this seed, the batch size and the memory budget.</summary>
    public long Seed { get; init; }

    /// <summary>The most rows of the data taken at a time.</summary>
    public int BatchSize { get; init; } = 500;

    /// <summary>
    /// The bytes of the largest tensor of a pass, about: particles and rows are taken in chunks so that (particles · rows · bytes of the
    /// largest layer's output for one row) stays below it. A pass holds a few such tensors, whatever the number of samples.
    /// </summary>
    public long MemoryBudget { get; init; } = 1L << 23;

    /// <summary>The tensors of the model's parameters that have no rows, in their order: the columns of the data are the others'.</summary>
    public IReadOnlyList<TorchSharp.torch.Tensor> Shared { get; init; } = [];

    /// <summary>Told the fraction done, from 0 to 1, after each chunk.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Stops the evaluation with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
