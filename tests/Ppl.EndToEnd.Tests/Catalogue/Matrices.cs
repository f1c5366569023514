using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Latent vectors and matrices of all kinds, whose guides are normals pushed to where they lie: t, a, s, v, c, e -> x.</summary>
public sealed partial class Matrices : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Matrices",
        () => new Matrices(),
        (n, t) => [Real(t, n, 4)],
        ["e <- x", "c <- x, e", "v <- x, c, e", "s <- x, v, c, e", "a <- x, s, v, c, e", "t <- x, a, s, v, c, e"],
        []);

    private readonly TorchSharp.Modules.Parameter pair = Parameter(eye(2));
    private readonly TorchSharp.Modules.Parameter triple = Parameter(eye(3));
    private readonly Module<Tensor, Tensor> decoder = Linear(28, 4);

    public Matrices() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var t = Sample(MultivariateStudentT(5, 0, pair.tril()));
        var a = Sample(MatrixNormal(0, pair.tril(), triple.tril()));
        var s = Sample(Wishart(4, pair.tril()));
        var v = Sample(InverseWishart(5, pair.tril()));
        var c = Sample(LKJCholesky(3, 2));
        var e = Sample(ZeroSumNormal(3, 0.5));
        Observe(x, Normal(decoder.call(cat([t, a.flatten(-2), s.flatten(-2), v.flatten(-2), c.flatten(-2), e], -1)), 1));
    }
}
