using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A model that may end after its first observation.</summary>
public sealed partial class Early : GenerativeModel
{
    public static readonly CatalogueEntry Short = new(
        "Early, short", () => new Early(layers: 1), (n, t) => [Real(t, n, 4), Real(t, n, 3)], ["z <- x"], ["z"]);

    public static readonly CatalogueEntry Long = new(
        "Early, long", () => new Early(layers: 2), (n, t) => [Real(t, n, 4), Real(t, n, 3)], ["h <- x, y", "z <- x, h"], ["z"]);

    private readonly int layers;
    private readonly Module<Tensor, Tensor> first = Linear(2, 4), second = Linear(2, 3), third = Linear(3, 3);

    public Early(int layers)
    {
        this.layers = layers;
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = layers == 1 ? Sample(Normal(0, 1).Expand(2)) : Sample(Normal(0, 2).Expand(2));
        Observe(x, Normal(first.call(z), 1));
        if (layers == 1) return;
        var h = Sample(Normal(second.call(z), 0.6));
        Observe(y, Normal(third.call(h), 0.5));
    }
}
