using static TorchSharp.torch;

namespace Ppl.Flows;

/// <summary>
/// y = P L U x + b, P a fixed permutation, L lower triangular with 1 on the diagonal, U upper triangular with a diagonal of fixed signs: mixes the
/// coordinates.
/// </summary>
/// <remarks>
/// log |det| = Σᵢ log |Uᵢᵢ|. Over the channels of an image, the last dimension, it is an invertible 1 × 1 convolution. Source: Kingma and Dhariwal
/// 2018, arXiv:1807.03039, section 3.2. Parameters: <c>numbers.free</c> holds a D × D matrix, with L below the diagonal, U above it and log |Uᵢᵢ|
/// on it; then b. Buffers: <c>permutation</c>, whose entry i is the row of L U x that is yᵢ, and <c>signs</c>, those of Uᵢᵢ.
/// </remarks>
public sealed class InvertibleLinear : Flow
{
    private readonly ContextParameters numbers;

    /// <summary>A flow with new weights, in the default type.</summary>
    /// <param name="size">D, the numbers of a vector: at least 1.</param>
    /// <param name="context">C, the numbers of a context, on which everything but P and the signs depends linearly; 0 for none.</param>
    /// <param name="isRotated">
    /// Whether it begins at a random rotation or reflection, as in the paper, whose P and signs stay; else it begins near the identity, without a
    /// permutation and with positive signs.
    /// </param>
    /// <exception cref="PplArgumentException">A size is not in its domain.</exception>
    public InvertibleLinear(long size, long context = 0, bool isRotated = false) : base(nameof(InvertibleLinear), size, context)
    {
        var (matrix, permutation, signs) = isRotated
            ? Rotation(size) : (randn(size, size) * 0.01, arange(size, ScalarType.Int64), ones(size));
        numbers = new(cat([matrix.flatten(), zeros(size)]), context);
        register_module("numbers", numbers);
        register_buffer("permutation", permutation);
        register_buffer("signs", signs);
    }

    // Rows in the order of P, as indices whatever type the flow was made.
    private Tensor Rows => get_buffer("permutation")!.to(ScalarType.Int64);

    /// <inheritdoc/>
    public override (Tensor Y, Tensor LogAbsDet) Forward(Tensor x, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (lower, upper, logDiagonal, shift) = Read(context);
        var y = lower.index_select(-2, Rows).matmul(upper.matmul(x.unsqueeze(-1))).squeeze(-1) + shift;
        return (y, logDiagonal.sum(-1).expand(x.shape[..^1]));
    }

    /// <inheritdoc/>
    public override (Tensor X, Tensor LogAbsDet) Inverse(Tensor y, Tensor? context)
    {
        ArgumentNullException.ThrowIfNull(y);
        var (lower, upper, logDiagonal, shift) = Read(context);
        var placed = (y - shift).index_select(-1, Rows.argsort());
        var between = linalg.solve_triangular(lower, placed.unsqueeze(-1), upper: false, unitriangular: true);
        return (linalg.solve_triangular(upper, between, upper: true).squeeze(-1), logDiagonal.sum(-1).expand(y.shape[..^1]));
    }

    /// <summary>The parts of an orthogonal matrix that is uniform over all of them: the factor Q of a normal one, with R's signs.</summary>
    private static (Tensor Matrix, Tensor Permutation, Tensor Signs) Rotation(long size)
    {
        var (q, r) = linalg.qr(randn(size, size, ScalarType.Float64));
        var (p, lower, upper) = linalg.lu(q * r.diagonal().sign());
        var diagonal = upper.diagonal();
        var matrix = lower.tril(-1) + upper.triu(1) + diagonal.abs().log().diag();
        var type = get_default_dtype();
        return (matrix.to(type), p.argmax(-1), diagonal.sign().to(type));
    }

    private (Tensor Lower, Tensor Upper, Tensor LogDiagonal, Tensor Shift) Read(Tensor? context)
    {
        var all = numbers.Given(context);
        var matrix = all.narrow(-1, 0, Size * Size).reshape([.. all.shape[..^1], Size, Size]);
        var logDiagonal = matrix.diagonal(0, -2, -1);
        var diagonal = logDiagonal.exp() * get_buffer("signs")!;
        var lower = matrix.tril(-1) + eye(Size, dtype: matrix.dtype, device: matrix.device);
        return (lower, matrix.triu(1) + diagonal.diag_embed(), logDiagonal, all.narrow(-1, Size * Size, Size));
    }
}
