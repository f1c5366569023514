using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A variational autoencoder whose rows share a latent.</summary>
public sealed partial class GlobalVae : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "GlobalVae",
        () => new GlobalVae(),
        (n, t) => [Binary(t, n, 6)],
        ["style <- ", "z <- x, style"],
        ["style", "z"]);

    private readonly Module<Tensor, Tensor> decoder = Linear(2, 6);

    public GlobalVae() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        var style = Sample(Normal(0, 1).Expand(6));
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(2));
        Observe(x, Bernoulli(logits: decoder.call(z) + style));
    }
}
