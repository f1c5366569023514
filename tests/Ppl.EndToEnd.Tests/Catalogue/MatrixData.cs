using Ppl.Transforms;
using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Observed vectors and matrices of all kinds: z -> t, a, s, v, c, e.</summary>
public sealed partial class MatrixData : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "MatrixData", () => new MatrixData(), Data, ["z <- t, a, s, v, c, e"], ["z"]);

    private readonly TorchSharp.Modules.Parameter pair = Parameter(eye(2));
    private readonly TorchSharp.Modules.Parameter triple = Parameter(eye(3));
    private readonly Module<Tensor, Tensor> numbers = Linear(3, 4);
    private readonly Module<Tensor, Tensor> vectors = Linear(3, 2);
    private readonly Module<Tensor, Tensor> matrices = Linear(3, 6);

    public MatrixData() => RegisterComponents();

    private static Tensor[] Data(long n, ScalarType t) =>
    [
        Real(t, n, 2), Real(t, n, 2, 3), BijectTo.Of(Distributions.Constraint.PositiveDefinite).Forward(Real(t, n, 3)),
        BijectTo.Of(Distributions.Constraint.PositiveDefinite).Forward(Real(t, n, 3)), CorrelationCholesky.Instance.Forward(Real(t, n, 3)),
        ZeroSum.Instance.Forward(Real(t, n, 3)),
    ];

    [Model]
    private void Generate(Tensor t, Tensor a, Tensor s, Tensor v, Tensor c, Tensor e)
    {
        using var data = Plate(t, a, s, v, c, e);
        var z = Sample(Normal(zeros(3), 1));
        var positive = numbers.call(z).exp();
        Observe(t, MultivariateStudentT(positive.select(-1, 0) + 3, vectors.call(z), pair.tril()));
        Observe(a, MatrixNormal(matrices.call(z).unflatten(-1, 2, 3), pair.tril(), triple.tril()));
        Observe(s, Wishart(positive.select(-1, 1) + 2, pair.tril()));
        Observe(v, InverseWishart(positive.select(-1, 2) + 2, pair.tril()));
        Observe(c, LKJCholesky(3, positive.select(-1, 3)));
        Observe(e, ZeroSumNormal(4, positive.select(-1, 3)));
    }
}
