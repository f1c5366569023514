using TorchSharp.Modules;
using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>A conditional VAE (Sohn, Lee and Yan 2015): the covariate c reaches the decoder, and with it the encoder.</summary>
public sealed partial class Cvae : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Cvae", () => new Cvae(), (n, t) => [Binary(t, n, 6), Real(t, n, 2)], ["z <- x, c"], ["z"]);

    // Types of TorchSharp.Modules, some of which share their names with Ppl's families.
    private readonly Sequential decoder = Sequential(Linear(5, 8), Tanh());
    private readonly Linear output = Linear(8, 6);

    public Cvae() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: output.call(decoder.call(cat([z, c], -1)))));
    }
}
