using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A submodel with rows of an open length, in a model that has met another length before.</summary>
public sealed partial class GridCalls : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "GridCalls", () => new GridCalls(), (n, t) => [Real(t, n, 2)],
        [
            "a.h[5] <- x", "a.h[4] <- a.h[5]", "a.h[3] <- a.h[4]", "a.h[2] <- x, a.h[5]", "a.h[1] <- a.h[2]", "a.h[0] <- a.h[1]",
            "z[1] <- x, a.h[2], a.h[5]", "z[0] <- z[1]",
        ],
        ["z[0]", "a.h[0]", "a.h[3]"]);

    private readonly int count = 2, steps = 3;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public GridCalls() => RegisterComponents();

    [Model]
    private Tensor Draw()
    {
        var h = new Tensor[2, steps];
        for (var l = 0; l < 2; l++)
        {
            h[l, 0] = Sample(Normal(0, 1).Expand(2));
            for (var t = 1; t < steps; t++) h[l, t] = Sample(Normal(h[l, t - 1], 1));
        }

        return h[0, steps - 1] + h[1, steps - 1];
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = new Tensor[count];
        z[0] = Sample(Normal(0, 1).Expand(2));
        for (var i = 1; i < count; i++) z[i] = Sample(Normal(z[i - 1], 1));
        var a = Draw();
        Observe(x, Normal(net.call(z[count - 1] + a), 1));
    }
}
