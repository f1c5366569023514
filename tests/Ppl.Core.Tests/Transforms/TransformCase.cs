using Ppl.Distributions;
using Ppl.Transforms;
using static TorchSharp.torch;

namespace Ppl.Core.Tests.Transforms;

/// <summary>One row of the table of transforms. An argument is made of free real numbers, and a result is read as free ones.</summary>
/// <param name="Name">The name.</param>
/// <param name="Transform">The map.</param>
/// <param name="Free">How many free numbers an argument has.</param>
internal sealed record TransformCase(string Name, Transform Transform, int Free)
{
    private static readonly Tensor Shift = tensor(new[] { 0.5, -1.0, 2.0 }, ScalarType.Float64);
    private static readonly Tensor Stretch = tensor(new[] { 0.1, -2.0, 30.0 }, ScalarType.Float64);

    public static readonly IReadOnlyList<TransformCase> All =
    [
        new("Identity", Identity.Instance, 3),
        new("Exp", Exp.Instance, 3),
        new("Softplus", Softplus.Instance, 3),
        new("Sigmoid", Sigmoid.Instance, 3),
        new("Affine(numbers)", new Affine(-1, 2.5), 3),
        new("Affine(tensors)", new Affine(Shift, Stretch), 3),
        new("SoftmaxCentred", SoftmaxCentred.Instance, 3) { ToFree = y => y.narrow(-1, 0, y.shape[^1] - 1) },
        new("SoftmaxCentred(1)", SoftmaxCentred.Instance, 1) { ToFree = y => y.narrow(-1, 0, y.shape[^1] - 1) },
        new("LowerCholesky", LowerCholesky.Instance, 6) { ToFree = Lower },
        new("CholeskyProduct", CholeskyProduct.Instance, 6)
        {
            FromFree = LowerCholesky.Instance.Forward, ToFree = Lower, HasTails = false,
        },
        new("PositiveDefinite", LowerCholesky.Instance.Then(CholeskyProduct.Instance), 6) { ToFree = Lower, HasTails = false },
        new("Tanh", Tanh.Instance, 3),
        new("Power(number)", new Power(-1.5), 3) { FromFree = u => (u * 0.1).exp() },
        new("Power(tensor)", new Power(Stretch), 3) { FromFree = u => (u * 0.01).exp() },
        new("Ordered", Ordered.Instance, 4),
        new("Ordered(1)", Ordered.Instance, 1),
        new("StickBreaking", StickBreaking.Instance, 3) { ToFree = y => y.narrow(-1, 0, y.shape[^1] - 1) },
        new("CorrelationCholesky", CorrelationCholesky.Instance, 6) { ToFree = y => Below(y) },
        new("CorrelationCholesky(2)", CorrelationCholesky.Instance, 1) { ToFree = y => Below(y) },
        new("ZeroSum", ZeroSum.Instance, 3) { ToFree = OnHyperplane },
        new("Permute", new Permute(2, 0, 3, 1), 4),
        new("inverse of Permute", new Permute(2, 0, 3, 1).Inverted, 4),
        new("ReshapeEvent", new ReshapeEvent([6], [2, 3]), 6) { ToFree = y => y.flatten() },
        new("Tanh then Permute", Tanh.Instance.Then(new Permute(1, 0)), 2),
        new("LessThan", BijectTo.Of(Constraint.LessThan(Shift)), 3),
        new("Interval", BijectTo.Of(Constraint.Interval(-2, 3)), 3),
        new("GreaterThan", BijectTo.Of(Constraint.GreaterThan(Shift)), 3),
        new("Exp then SoftmaxCentred", Exp.Instance.Then(SoftmaxCentred.Instance), 3)
        {
            ToFree = y => y.narrow(-1, 0, y.shape[^1] - 1), HasTails = false,
        },
        new("inverse of Exp", Exp.Instance.Inverted, 3) { FromFree = u => u.exp() },
        new("inverse of Softplus then Affine", Softplus.Instance.Then(new Affine(1, 2)).Inverted, 3) { FromFree = u => u.exp() + 1 },
    ];

    /// <summary>An argument from free real numbers (the last dimension).</summary>
    public Func<Tensor, Tensor> FromFree { get; init; } = u => u;

    /// <summary>The free coordinates of a result: those that its measure counts.</summary>
    public Func<Tensor, Tensor> ToFree { get; init; } = y => y;

    /// <summary>
    /// Whether float32 knows the inverse of a result far out, which it does not for the square of a triangular matrix, nor
    /// for a logarithm of what rounding made negative.
    /// </summary>
    public bool HasTails { get; init; } = true;

    public static Tensor Lower(Tensor matrix) => Triangle(matrix, 0);

    private static Tensor Below(Tensor matrix) => Triangle(matrix, -1);

    // The coordinates in an orthonormal basis of the hyperplane that QR finds.
    private static Tensor OnHyperplane(Tensor vector)
    {
        var size = vector.shape[^1];
        var projection = eye(size, dtype: vector.dtype) - 1.0 / size;
        return vector.matmul(linalg.qr(projection.narrow(1, 0, size - 1)).Item1);
    }

    private static Tensor Triangle(Tensor matrix, long offset)
    {
        var places = tril_indices(matrix.shape[^1], matrix.shape[^1], offset);
        return matrix.reshape([.. matrix.shape[..^2], -1]).index_select(-1, (places[0] * matrix.shape[^1]) + places[1]);
    }

    public override string ToString() => Name;
}
