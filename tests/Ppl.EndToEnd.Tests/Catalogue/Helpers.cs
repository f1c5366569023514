using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Local functions, tuples and lambdas around sites, which compute what distributions need and hold no site themselves.</summary>
public sealed partial class Helpers : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Helpers", () => new Helpers(), (n, t) => [Real(t, n, 4)], ["h <- x", "top <- x, h"], ["top"]);

    private readonly Module<Tensor, Tensor> up = Linear(2, 6), decoder = Linear(3, 8);

    public Helpers() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var top = Sample(Normal(0, 1).Expand(2));
        var (loc, scale) = Halves(up.call(top));
        var h = Sample(Normal(loc, scale));
        (Tensor Mean, Tensor Scale) observed = Halves(decoder.call(h));
        var (first, _) = (top.sum(-1, keepdim: true), 0);
        Func<Tensor, Tensor> shift = value => value + first;
        Observe(x, Normal(shift(observed.Mean), observed.Scale));

        (Tensor, Tensor) Halves(Tensor features)
        {
            var parts = features.chunk(2, -1);
            return (parts[0], Positive(parts[1]));
        }

        static Tensor Positive(Tensor value) => functional.softplus(value) + 0.1;
    }
}
