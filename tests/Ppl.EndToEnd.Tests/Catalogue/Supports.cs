using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Latents that are positive, in the unit interval and on the simplex, whose guides are normals pushed there: s, p, w -> x.</summary>
public sealed partial class Supports : GenerativeModel
{
    public static readonly CatalogueEntry Entry =
        new("Supports", () => new Supports(), (n, t) => [Real(t, n, 4)], ["w <- x", "p <- x, w", "s <- x, p, w"], ["s"]);

    private readonly Module<Tensor, Tensor> decoder = Linear(6, 4);

    public Supports() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var s = Sample(LogNormal(0, 0.5).Expand(2));
        var p = Sample(Beta(2, 3));
        var w = Sample(Dirichlet(2 * ones(3)));
        Observe(x, Normal(decoder.call(cat([s, p.unsqueeze(-1), w], -1)), 1));
    }
}
