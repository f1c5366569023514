using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A tree that joins again: z -> a, z -> b, x from both.</summary>
public sealed partial class Branches : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Branches", () => new Branches(), (n, t) => [Real(t, n, 4)], ["b <- x", "a <- x, b", "z <- a, b"], ["z"]);

    private readonly Module<Tensor, Tensor> toA = Linear(2, 3), toB = Linear(2, 2), decoder = Linear(5, 4);

    public Branches() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        var a = Sample(Normal(toA.call(z), 1));
        var b = Sample(Normal(toB.call(z), 0.5));
        Observe(x, Normal(decoder.call(cat([a, b], -1)), 1));
    }
}
