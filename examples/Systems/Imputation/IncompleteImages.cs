using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ Normal(0, I), x ~ Bernoulli(decoder(z)), pixels observed where they are seen.</summary>
public sealed partial class IncompleteImages : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="units">Units of each hidden layer.</param>
    /// <param name="depth">Hidden layers.</param>
    public IncompleteImages(int latents, long pixels, int units, int depth = 1)
    {
        this.latents = latents;
        decoder = Sequential(Layers.Rectified(latents, units, depth), Linear(units, pixels));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x, Tensor seen)
    {
        using var image = Plate(x, seen);
        var z = Sample(Normal(0, 1).Expand(latents));
        var logits = decoder.call(z);
        using var pixel = Plate(x, seen);
        Observe(x, Bernoulli(logits: logits), where: seen);
    }
}
