using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two layers whose top reaches the data directly as well: h2 -> h1 -> x and h2 -> x.</summary>
public sealed partial class SkipConnection : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "SkipConnection", () => new SkipConnection(), (n, t) => [Real(t, n, 5)], ["h1 <- x", "h2 <- x, h1"], ["h2"]);

    private readonly Module<Tensor, Tensor> down = Linear(2, 3), decoder = Linear(5, 5);

    public SkipConnection() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h2 = Sample(Normal(0, 1).Expand(2));
        var h1 = Sample(Normal(down.call(h2), 1));
        Observe(x, Normal(decoder.call(cat([h1, h2], -1)), 1));
    }
}
