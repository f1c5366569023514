using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Two stochastic layers: h2 -> h1 -> x. The divergence of h1 has no closed form: its parent h2 is drawn after it.</summary>
public sealed partial class TwoLayers : GenerativeModel
{
    public static readonly CatalogueEntry Entry =
        new("TwoLayers", () => new TwoLayers(), (n, t) => [Binary(t, n, 6)], ["h1 <- x", "h2 <- h1"], ["h2"]);

    private readonly Module<Tensor, Tensor> mean = Linear(2, 4), scale = Sequential(Linear(2, 4), Softplus()), decoder = Linear(4, 6);

    public TwoLayers() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h2 = Sample(Normal(0, 1).Expand(2));
        var h1 = Sample(Normal(mean.call(h2), scale.call(h2)));
        Observe(x, Bernoulli(logits: decoder.call(h1)));
    }
}
