using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A grid of latents, layers by time: each is drawn from the one below it and the one before it. The guide is unrolled.</summary>
public sealed partial class Lattice : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Lattice", () => new Lattice(), (n, t) => [Real(t, n, 3, 2)],
        [
            "h[5] <- x", "h[4] <- x[..2], h[5]", "h[3] <- x[0], h[4], h[5]",
            "h[2] <- h[3], h[4], h[5]", "h[1] <- h[2], h[3], h[4]", "h[0] <- h[1], h[3]",
        ],
        ["h[0]"]);

    private const int Layers = 2, Steps = 3;
    private readonly Module<Tensor, Tensor> up = Linear(2, 2), next = Linear(2, 2);

    public Lattice() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[Layers, Steps];
        for (var l = 0; l < Layers; l++)
        {
            for (var t = 0; t < Steps; t++)
            {
                if (l == 0 && t == 0) h[l, t] = Sample(Normal(0, 1).Expand(2));
                else if (l == 0) h[l, t] = Sample(Normal(next.call(h[l, t - 1]), 1));
                else if (t == 0) h[l, t] = Sample(Normal(up.call(h[l - 1, t]), 1));
                else h[l, t] = Sample(Normal(up.call(h[l - 1, t]) + next.call(h[l, t - 1]), 1));
            }
        }

        for (var t = 0; t < Steps; t++) Observe(x[.., t], Normal(h[Layers - 1, t], 0.5));
    }
}
