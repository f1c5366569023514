using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Language;

/// <summary>A variational autoencoder of grey images whose decoder's noise is a latent too: one number, shared by all images.</summary>
public sealed partial class NoisyDecoder : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public NoisyDecoder(int latents, int hidden, int pixels)
    {
        this.latents = latents;
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, pixels), Sigmoid());
        RegisterComponents();
    }

    /// <summary>The mean image of each latent.</summary>
    public Tensor Decode(Tensor z) => decoder.call(z);

    [Model]
    private void Generate(Tensor x)
    {
        var noise = Sample(HalfNormal(1));
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Normal(decoder.call(z), noise));
    }
}
