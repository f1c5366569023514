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
        new("CholeskyProduct", CholeskyProduct.Instance, 6) { FromFree = LowerCholesky.Instance.Forward, ToFree = Lower },
        new("PositiveDefinite", LowerCholesky.Instance.Then(CholeskyProduct.Instance), 6) { ToFree = Lower },
        new("Interval", BijectTo.Of(Constraint.Interval(-2, 3)), 3),
        new("GreaterThan", BijectTo.Of(Constraint.GreaterThan(Shift)), 3),
        new("Exp then SoftmaxCentred", Exp.Instance.Then(SoftmaxCentred.Instance), 3) { ToFree = y => y.narrow(-1, 0, y.shape[^1] - 1) },
        new("inverse of Exp", Exp.Instance.Inverted, 3) { FromFree = u => u.exp() },
        new("inverse of Softplus then Affine", Softplus.Instance.Then(new Affine(1, 2)).Inverted, 3) { FromFree = u => u.exp() + 1 },
    ];

    /// <summary>An argument from free real numbers (the last dimension).</summary>
    public Func<Tensor, Tensor> FromFree { get; init; } = u => u;

    /// <summary>The free coordinates of a result: those that its measure counts.</summary>
    public Func<Tensor, Tensor> ToFree { get; init; } = y => y;

    public static Tensor Lower(Tensor matrix)
    {
        var places = tril_indices(matrix.shape[^1], matrix.shape[^1]);
        return matrix.reshape([.. matrix.shape[..^2], -1]).index_select(-1, (places[0] * matrix.shape[^1]) + places[1]);
    }

    public override string ToString() => Name;
}
