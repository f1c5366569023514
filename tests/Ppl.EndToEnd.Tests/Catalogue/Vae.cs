using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>The variational autoencoder: z -> x.</summary>
public sealed partial class Vae : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new("Vae", () => new Vae(), (n, t) => [Binary(t, n, 6)], ["z <- x"], ["z"]);

    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public Vae(int latents = 3, int hidden = 8)
    {
        this.latents = latents;
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, 6));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
