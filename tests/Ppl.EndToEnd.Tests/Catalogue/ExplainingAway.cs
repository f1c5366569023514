using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two causes of one effect: a and b are independent until x is seen. A guide that left out the edge between them would be wrong.</summary>
public sealed partial class ExplainingAway : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ExplainingAway", () => new ExplainingAway(), (n, t) => [Real(t, n, 3)], ["b <- x", "a <- x, b"], ["a", "b"]);

    private readonly Module<Tensor, Tensor> fromA = Linear(2, 3), fromB = Linear(2, 3);

    public ExplainingAway() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = Sample(Normal(0, 1).Expand(2));
        var b = Sample(Normal(0, 2).Expand(2));
        Observe(x, Normal(fromA.call(a) + fromB.call(b), 0.3));
    }
}
