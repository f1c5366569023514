using static Ppl.EndToEnd.Tests.Catalogue.CatalogueEntry;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.EndToEnd.Tests.Catalogue;

/// <summary>Pictures of one channel: a decoder of transposed convolutions, which sees folded particles as more rows.</summary>
public sealed partial class Convolutional : GenerativeModel
{
    public static readonly CatalogueEntry Entry = new(
        "Convolutional", () => new Convolutional(), (n, t) => [Binary(t, n, 1, 8, 8)], ["z <- x"], ["z"]);

    private readonly PictureDecoder decoder = new(3);

    public Convolutional() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(3));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }

    /// <summary>[rows, latents] to logits [rows, 1, 8, 8].</summary>
    private sealed class PictureDecoder : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> layers;

        public PictureDecoder(int latents) : base(nameof(PictureDecoder))
        {
            layers = Sequential(
                Linear(latents, 16), ReLU(), Unflatten(1, [4, 2, 2]), ConvTranspose2d(4, 3, 2, stride: 2), ReLU(), Upsample(scale_factor: [2.0, 2.0]),
                Conv2d(3, 1, 3, padding: 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => layers.call(input);
    }
}
