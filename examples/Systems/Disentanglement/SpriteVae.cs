using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Bernoulli(decoder(z)), two hidden layers on either side (Higgins et al. 2017).</summary>
public sealed partial class SpriteVae : GenerativeModel
{
    /// <summary>The dimension of z, as in the papers.</summary>
    public const int Dimension = 10;

    private const int Hidden = 256;
    private readonly long pixels;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="pixels">Those of an image.</param>
    public SpriteVae(long pixels)
    {
        this.pixels = pixels;
        decoder = Sequential(Linear(Dimension, Hidden), ReLU(), Linear(Hidden, Hidden), ReLU(), Linear(Hidden, pixels));
        RegisterComponents();
    }

    /// <summary>New layers for the encoder, of the decoder's size.</summary>
    public Module<Tensor, Tensor> Features() => Sequential(Linear(pixels, Hidden), ReLU(), Linear(Hidden, Hidden), ReLU());

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(Dimension));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
