using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>z ~ (1/10) Σ_k Normal(m_k, w² I), ten centres on a circle; x ~ Bernoulli(decoder(z)).</summary>
public sealed partial class MixtureAutoencoder : GenerativeModel
{
    /// <summary>How many normal distributions are mixed.</summary>
    public const int Parts = 10;

    private const double Radius = 3;
    private const double Width = 0.4;
    private readonly Tensor centres;
    private readonly Tensor width;
    private readonly Module<Tensor, Tensor> decoder;

    /// <summary>Random weights.</summary>
    /// <param name="pixels">Those of an image.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="depth">Hidden layers.</param>
    public MixtureAutoencoder(long pixels, int hidden = 400, int depth = 1)
    {
        var angle = arange(Parts).to(float32) * (float)(2 * Math.PI / Parts);
        (centres, width) = (Radius * stack([angle.cos(), angle.sin()], 1), Width * eye(2));
        decoder = Sequential(Layers.Rectified(2, hidden, depth), Linear(hidden, pixels));
        RegisterComponents();
    }

    /// <summary>How many of the ten have a fiftieth of the codes or more: [n, 2].</summary>
    public long PartsTaken(Tensor codes)
    {
        var shares = bincount(cdist(codes, centres).argmin(1), minlength: Parts).to(float64) / codes.shape[0];
        return shares.ge(0.02).sum().item<long>();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(MixtureSameFamily(Categorical(logits: zeros(Parts)), MultivariateNormal(centres, scaleTril: width)));
        Observe(x, Bernoulli(logits: decoder.call(z)));
    }
}
