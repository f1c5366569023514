using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Iwae;

/// <summary>The one-layer model of Burda et al. (2016): h ~ Normal(0, I_50), x ~ Bernoulli(784), two tanh layers of 200 between.</summary>
public sealed partial class OneLayer : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> decoder;

    public OneLayer(Tensor meanPixels, int latents = 50, int hidden = 200)
    {
        this.latents = latents;
        decoder = TanhNetworks.PixelDecoder(latents, hidden, meanPixels);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Bernoulli(logits: decoder.call(h)));
    }
}
