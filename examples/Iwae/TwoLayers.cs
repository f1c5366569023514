using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Iwae;

/// <summary>
/// The two-layer model of Burda et al. (2016): h2 ~ Normal(0, I_50), h1 ~ Normal(mean(h2), scale(h2)) of 100, x ~ Bernoulli(784).
/// The generator inverts it: q(h1 | x) q(h2 | h1).
/// </summary>
public sealed partial class TwoLayers : GenerativeModel
{
    private readonly int top;
    private readonly Module<Tensor, Tensor> features;
    private readonly Module<Tensor, Tensor> mean;
    private readonly Module<Tensor, Tensor> logScale;
    private readonly Module<Tensor, Tensor> decoder;

    public TwoLayers(Tensor meanPixels, int top = 50, int bottom = 100, int topHidden = 100, int bottomHidden = 200)
    {
        this.top = top;
        features = TanhNetworks.TanhLayers(top, topHidden);
        mean = Linear(topHidden, bottom);
        logScale = Linear(topHidden, bottom);
        decoder = TanhNetworks.PixelDecoder(bottom, bottomHidden, meanPixels);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h2 = Sample(Normal(0, 1).Expand(top));
        var hidden = features.call(h2);
        var h1 = Sample(Normal(mean.call(hidden), logScale: logScale.call(hidden)));
        Observe(x, Bernoulli(logits: decoder.call(h1)));
    }
}
