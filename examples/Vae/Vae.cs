using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Vae;

/// <summary>
/// A variational autoencoder (Kingma and Welling 2014): z ~ Normal(0, I), x ~ Bernoulli(decoder(z)).
/// This method is all there is to write: the guide q(z | x) and the bound are generated from it.
/// </summary>
public sealed partial class Vae : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public Vae(int latents = 20, int hidden = 400, int pixels = 784)
    {
        this.latents = latents;
        decoder = Sequential(Linear(latents, hidden), ReLU(), Linear(hidden, pixels));
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);                          // one independent copy for each row of x
        var z = Sample(Normal(0, 1).Expand(latents));       // the site's name is the variable's: "z"
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
