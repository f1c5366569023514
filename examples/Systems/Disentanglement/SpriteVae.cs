using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>
/// z ~ Normal(0, I), x ~ Bernoulli(decoder(z)): two hidden layers on either side, or the convolutions of Kim and Mnih (2018), table 1.
/// </summary>
public sealed partial class SpriteVae : GenerativeModel
{
    /// <summary>The dimension of z, as in the papers.</summary>
    public const int Dimension = 10;

    private const int Hidden = 256;
    private const int Wide = 128;
    private readonly long pixels;
    private readonly bool isConvolutional;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="isConvolutional">Whether the networks are convolutions: for 64 × 64 pixels.</param>
    public SpriteVae(long pixels, bool isConvolutional = false)
    {
        (this.pixels, this.isConvolutional) = (pixels, isConvolutional);
        decoder = isConvolutional ? Up() : Sequential(Layers.Rectified(Dimension, Hidden, depth: 2), Linear(Hidden, pixels));
        RegisterComponents();
    }

    /// <summary>New layers for the encoder, of the decoder's size.</summary>
    public Module<Tensor, Tensor> Features() => isConvolutional ? Down() : Layers.Rectified(pixels, Hidden, depth: 2);

    private static Module<Tensor, Tensor> Down() => Sequential(
        Unflatten(1, [1, 64, 64]), Half(1, 32), ReLU(), Half(32, 32), ReLU(), Half(32, 64), ReLU(), Half(64, 64), ReLU(), Flatten(),
        Linear(4 * 4 * 64, Wide), ReLU());

    private static Module<Tensor, Tensor> Up() => Sequential(
        Linear(Dimension, Wide), ReLU(), Linear(Wide, 4 * 4 * 64), ReLU(), Unflatten(1, [64, 4, 4]),
        Twice(64, 64), ReLU(), Twice(64, 32), ReLU(), Twice(32, 32), ReLU(), Twice(32, 1), Flatten());

    private static Module<Tensor, Tensor> Half(long from, long to) => Conv2d(from, to, 4, stride: 2, padding: 1L);

    private static Module<Tensor, Tensor> Twice(long from, long to) => ConvTranspose2d(from, to, 4, stride: 2, padding: 1);

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(Dimension));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
