using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Bernoulli(decoder(z)), one hidden layer on either side (Kingma and Welling 2014).</summary>
public sealed partial class ImageVae : GenerativeModel
{
    private readonly int latents;
    private readonly int hidden;
    private readonly long pixels;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="hidden">Units of the hidden layer.</param>
    public ImageVae(int latents, long pixels, int hidden = 400)
    {
        (this.latents, this.pixels, this.hidden) = (latents, pixels, hidden);
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, pixels));
        RegisterComponents();
    }

    /// <summary>A new layer for an encoder, of the decoder's size.</summary>
    public Module<Tensor, Tensor> Features() => Sequential(Linear(pixels, hidden), ReLU());

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
