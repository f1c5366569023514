using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Bernoulli(decoder(z)), the same hidden layers on either side (Kingma and Welling 2014).</summary>
public sealed partial class ImageVae : GenerativeModel
{
    private readonly int latents;
    private readonly long pixels;
    private readonly Func<long, Module<Tensor, Tensor>> layers;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="depth">Hidden layers on either side.</param>
    /// <param name="pieces">Above 1 for one layer of maxout units of so many linear maps; 1 for rectifiers.</param>
    public ImageVae(int latents, long pixels, int hidden = 400, int depth = 1, int pieces = 1)
    {
        (this.latents, this.pixels) = (latents, pixels);
        layers = inputs => pieces > 1 ? Layers.Maxout(inputs, hidden, pieces) : Layers.Rectified(inputs, hidden, depth);
        decoder = Sequential(layers(latents), Linear(hidden, pixels));
        RegisterComponents();
    }

    /// <summary>New layers for an encoder, of the decoder's size.</summary>
    public Module<Tensor, Tensor> Features() => layers(pixels);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
