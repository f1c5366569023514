using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>y = L U x + b, L lower triangular with 1 on the diagonal, U upper triangular with a positive one: mixes the coordinates.</summary>
/// <remarks>
/// log |det| = Σᵢ log Uᵢᵢ. Over the channels of an image, the last dimension, it is an invertible 1 × 1 convolution. Source: Kingma and Dhariwal
/// 2018, arXiv:1807.03039, section 3.2, without its fixed permutation. Parameters: <c>numbers.free</c> holds a D × D matrix, with L below the
/// diagonal, U above it and log Uᵢᵢ on it; then b.
/// </remarks>
public sealed class InvertibleLinear : Flow
{
    private readonly ContextParameters numbers;

    /// <summary>A flow with new weights, in the default type, near the identity.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context, on which everything depends linearly; 0 for none.</param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public InvertibleLinear(long size, long context = 0) : base(nameof(InvertibleLinear), size, context)
    {
        numbers = new(cat([randn(size * size) * 0.01, zeros(size)]), context);
        register_module("numbers", numbers);
    }

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (lower, upper, logDiagonal, shift) = Read(context);
        var y = lower.matmul(upper.matmul(x.unsqueeze(-1))).squeeze(-1) + shift;
        return (y, logDiagonal.sum(-1).expand(x.shape[..^1]));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (lower, upper, logDiagonal, shift) = Read(context);
        var between = linalg.solve_triangular(lower, (y - shift).unsqueeze(-1), upper: false, unitriangular: true);
        return (linalg.solve_triangular(upper, between, upper: true).squeeze(-1), logDiagonal.sum(-1).expand(y.shape[..^1]));
    }

    private (Tensor Lower, Tensor Upper, Tensor LogDiagonal, Tensor Shift) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        var matrix = all.narrow(-1, 0, Size * Size).reshape([.. all.shape[..^1], Size, Size]);
        var logDiagonal = matrix.diagonal(0, -2, -1);
        var lower = matrix.tril(-1) + eye(Size, dtype: matrix.dtype, device: matrix.device);
        return (lower, matrix.triu(1) + logDiagonal.exp().diag_embed(), logDiagonal, all.narrow(-1, Size * Size, Size));
    }
}
