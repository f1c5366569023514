using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A loop of constant length with two sites in each round: a chain a, and a chain b that reads it.</summary>
public sealed partial class Pairs : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Pairs",
        () => new Pairs(),
        (n, t) => [Real(t, n, 4)],
        ["b[2] <- x", "a[2] <- b[2]", "b[1] <- a[2], b[2]", "a[1] <- b[1], a[2]", "b[0] <- a[1], b[1]", "a[0] <- b[0], a[1]"],
        ["a[0]"]);

    private readonly Module<Tensor, Tensor> forA = Linear(2, 2), forB = Linear(2, 3), decoder = Linear(3, 4);

    public Pairs() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = new Tensor[3];
        var b = new Tensor[3];
        a[0] = Sample(Normal(0, 1).Expand(2));
        b[0] = Sample(Normal(forB.call(a[0]), 1));
        for (var i = 1; i < 3; i++)
        {
            a[i] = Sample(Normal(forA.call(a[i - 1]), 0.5));
            b[i] = Sample(Normal(forB.call(a[i]) + b[i - 1], 0.8));
        }

        Observe(x, Normal(decoder.call(b[2]), 1));
    }
}
