using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two observed sites of different families from one latent, one of them without an event: y is a number for each row.</summary>
public sealed partial class TwoSites : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "TwoSites", () => new TwoSites(), (n, t) => [Binary(t, n, 6), Real(t, n)], ["z <- x, y"], ["z"]);

    private readonly Module<Tensor, Tensor> toX = Linear(3, 6), toY = Linear(3, 1);

    public TwoSites() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: toX.call(z)));
        Observe(y, Normal(toY.call(z).squeeze(-1), 0.4));
    }
}
