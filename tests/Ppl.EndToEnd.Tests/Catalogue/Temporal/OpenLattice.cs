using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Layers of states over a time whose length the data tell: each follows the one before it and the one of the layer above.</summary>
public sealed partial class OpenLattice : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "OpenLattice", () => new OpenLattice(), (n, t) => [Real(t, n, 4, 2)],
        [
            "h[11] <- x", "h[10] <- x[..3], h[11]", "h[7] <- x[..2], h[10], h[11]", "h[9] <- x[..2], h[7], h[10]",
            "h[6] <- x[..1], h[7], h[9], h[10]", "h[3] <- x[..1], h[6], h[7], h[9]", "h[2] <- x[..1], h[3], h[6], h[9]",
            "h[5] <- x[..1], h[2], h[6], h[9]", "h[8] <- x[..1], h[2], h[5], h[9]", "h[4] <- h[2], h[5], h[8]", "h[1] <- h[2], h[4], h[5]",
            "h[0] <- h[1], h[4]",
        ],
        ["h[0]"]);

    private const int Layers = 3;
    private readonly Module<Tensor, Tensor> up = Linear(2, 2), next = Linear(2, 2);

    public OpenLattice() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var steps = (int)x.shape[1];
        var h = new Tensor[Layers, steps];
        for (var l = 0; l < Layers; l++)
        {
            for (var t = 0; t < steps; t++)
            {
                if (l == 0 && t == 0) h[l, t] = Sample(Normal(0, 1).Expand(2));
                else if (l == 0) h[l, t] = Sample(Normal(next.call(h[l, t - 1]), 1));
                else if (t == 0) h[l, t] = Sample(Normal(up.call(h[l - 1, t]), 1));
                else h[l, t] = Sample(Normal(up.call(h[l - 1, t]) + next.call(h[l, t - 1]), 1));
            }
        }

        for (var t = 0; t < steps; t++) Observe(x[.., t], Normal(h[Layers - 1, t], 0.5));
    }
}
