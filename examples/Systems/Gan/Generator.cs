using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ppl.Examples.Systems;

/// <summary>An implicit model: z ~ Normal(0, I), x = network(z). It draws, and has no density (Goodfellow et al. 2014, arXiv:1406.2661).</summary>
public sealed partial class Generator : GenerativeModel
{
    private readonly int latents;
    private readonly Module<Tensor, Tensor> network;

    /// <summary>A generator of a network.</summary>
    /// <param name="latents">The dimension of z.</param>
    /// <param name="network">From z to x.</param>
    public Generator(int latents, Module<Tensor, Tensor> network)
    {
        (this.latents, this.network) = (latents, network);
        RegisterComponents();
    }

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var z = Sample(Normal(0, 1).Expand(latents));
        Observe(x, Delta(network.call(z)));
    }
}
