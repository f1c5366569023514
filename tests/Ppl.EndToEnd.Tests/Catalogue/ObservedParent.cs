using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A model that reads what it has observed: x depends on y as well as on z.</summary>
public sealed partial class ObservedParent : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "ObservedParent", () => new ObservedParent(), (n, t) => [Real(t, n, 4), Binary(t, n, 2)], ["z <- x, y"], ["z"]);

    private readonly Module<Tensor, Tensor> toY = Linear(3, 2), toX = Linear(5, 4);

    public ObservedParent() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(y, Bernoulli(logits: toY.call(z)));
        Observe(x, Normal(toX.call(cat([z, y], -1)), 1));
    }
}
