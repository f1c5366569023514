using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A grid of latents in loops inside each other, all of whose sizes are constants: the guide is unrolled.</summary>
public sealed partial class Lattice : GenerativeModel
{
    private const int Layers = 2, Steps = 2;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Lattice() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[Layers, Steps];
        for (var t = 0; t < Steps; t++) h[0, t] = Sample(Normal(0, 1).Expand(2));
        for (var l = 1; l < Layers; l++)
        {
            foreach (var t in System.Linq.Enumerable.Range(0, Steps)) h[l, t] = Sample(Normal(net.call(h[l - 1, t]), 1));
        }

        Observe(x, Normal(h[Layers - 1, 0] + h[Layers - 1, 1], 1));
    }
}
