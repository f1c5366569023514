using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Three chains that step together, for as long as a field says: the inner index is the chain. Each step observes their mean.</summary>
public sealed partial class Chains : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Chains", () => new Chains(2), (n, t) => [Real(t, n, 2, 2)],
        [
            "h[5] <- x", "h[4] <- x, h[5]", "h[3] <- x, h[4], h[5]", "h[2] <- x[..1], h[3], h[4], h[5]", "h[1] <- x[..1], h[2], h[3], h[4]",
            "h[0] <- x[..1], h[1], h[2], h[3]",
        ],
        ["h[0]", "h[1]", "h[2]"]);

    private const int Count = 3;
    private readonly int steps;
    private readonly Module<Tensor, Tensor> next = Linear(2, 2);

    public Chains(int steps)
    {
        this.steps = steps;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[steps, Count];
        for (var c = 0; c < Count; c++) h[0, c] = Sample(Normal(0, 1).Expand(2));
        Observe(x[.., 0], Normal((h[0, 0] + h[0, 1] + h[0, 2]) / Count, 0.5));
        for (var t = 1; t < steps; t++)
        {
            for (var c = 0; c < Count; c++) h[t, c] = Sample(Normal(next.call(h[t - 1, c]), 1));
            Observe(x[.., t], Normal((h[t, 0] + h[t, 1] + h[t, 2]) / Count, 0.5));
        }
    }
}
