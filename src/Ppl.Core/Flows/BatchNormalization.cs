using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// x = γ (y − mean) / √(variance + ε) + β, by the statistics of the values y: between the flows of a deep sequence it keeps their inputs at scale.
/// </summary>
/// <remarks>
/// In training, the density of values takes the mean and the variance of these values, over all leading dimensions, and moves the running ones; in
/// evaluation, and for draws in both, it takes the running ones. So a draw's density is exact, and the density of a batch in training is an
/// estimate, as in Dinh et al. 2017, arXiv:1605.08803, appendix E. It belongs in density estimation: in a guide, which is trained by its
/// own draws, the statistics never move. Parameters: <c>numbers.free</c> holds log γ and β; buffers <c>running_mean</c>, <c>running_var</c>.
/// </remarks>
public sealed class BatchNormalization : Flow
{
    private readonly ContextParameters numbers;
    private readonly double momentum;
    private readonly double epsilon;

    /// <summary>A flow that is near the identity, in the default type.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context, on which γ and β depend; 0 for none.</param>
    /// <param name="momentum">The share of a new batch in the running statistics: in (0, 1].</param>
    /// <param name="epsilon">ε, what a variance has at least: above 0.</param>
    /// <exception cref="PplArgumentException">An argument is not in its domain.</exception>
    public BatchNormalization(long size, long context = 0, double momentum = 0.1, double epsilon = 1e-5)
        : base(nameof(BatchNormalization), size, context)
    {
        if (!(momentum is > 0 and <= 1)) throw new PplArgumentException($"a momentum is in (0, 1]; {momentum} is not.");
        if (!(epsilon > 0)) throw new PplArgumentException($"epsilon is above 0; {epsilon} is not.");
        (this.momentum, this.epsilon) = (momentum, epsilon);
        numbers = new(zeros(2 * size), context);
        register_module("numbers", numbers);
        register_buffer("running_mean", zeros(size));
        register_buffer("running_var", ones(size));
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (logGamma, beta) = Read(context);
        var (mean, variance) = Running();
        var y = ((x - beta) * (-logGamma).exp() * variance.sqrt()) + mean;
        return (y, LogVolume(logGamma, variance, x));
    }

    /// <inheritdoc/>
    /// <exception cref="PplShapeException">The flow is in training, and one vector has no variance.</exception>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (logGamma, beta) = Read(context);
        var (mean, variance) = training ? OfBatch(y) : Running();
        var x = ((y - mean) / variance.sqrt() * logGamma.exp()) + beta;
        return (x, LogVolume(logGamma, variance, y));
    }

    private static Tensor LogVolume(Tensor logGamma, Tensor variance, Tensor like) =>
        ((variance.log() / 2) - logGamma).sum(-1).expand(like.shape[..^1]);

    private (Tensor LogGamma, Tensor Beta) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        return (all.narrow(-1, 0, Size), all.narrow(-1, Size, Size));
    }

    private (Tensor Mean, Tensor Variance) Running() => (get_buffer("running_mean")!.clone(), get_buffer("running_var")! + epsilon);

    private (Tensor Mean, Tensor Variance) OfBatch(Tensor y)
    {
        var rows = y.reshape(-1, Size);
        if (rows.shape[0] < 2)
            throw new PplShapeException($"{GetName()} is in training, and one vector has no variance: give several, or call eval().");
        var mean = rows.mean([0]);
        var variance = (rows - mean).square().mean([0]);
        using (no_grad())
        {
            var unbiased = variance * (rows.shape[0] / (rows.shape[0] - 1.0));
            get_buffer("running_mean")!.mul_(1 - momentum).add_(mean * momentum);
            get_buffer("running_var")!.mul_(1 - momentum).add_(unbiased * momentum);
        }

        return (mean, variance + epsilon);
    }
}
