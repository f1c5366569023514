using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Factor analysis under loadings that are data: one matrix for all rows, beside a covariate with rows.</summary>
public sealed partial class SharedMatrix : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "SharedMatrix",
        () => new SharedMatrix(),
        (n, t) => [Real(t, 2, 5), Real(t, n, 5), Real(t, n, 3)],
        ["z <- x, c", "top <- c, z"],
        ["top"]);

    private readonly Module<Tensor, Tensor> shift = Linear(3, 2);

    public SharedMatrix() => RegisterComponents();

    [Model]
    private void Generate(Tensor loadings, Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var top = Sample(Normal(loadings.mean([1L]), 1));
        var z = Sample(Normal(shift.call(c) + top, 1));
        Observe(x, Normal(matmul(z, loadings), 0.5));
    }
}
