using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A chain upwards, with the state carried by a local, a covariate at every step, and a third site read by the last element only.</summary>
public sealed partial class Series : GenerativeModel
{
    private const int First = 0;
    private readonly int[] sizes = [3, 3, 3, 3, 3];
    private readonly Module<Tensor, Tensor> step = Linear(3, 3), input = Linear(2, 3), decoder = Linear(3, 6);

    public Series() => RegisterComponents();

    [Model]
    private void Generate(Tensor u, Tensor x)
    {
        using var data = Plate(x, u);
        var h = new Tensor[sizes.Length];
        h[First] = Sample(Normal(input.call(u), 1));
        var state = h[0];
        for (int t = 1; t < h.Length; ++t)
        {
            h[t] = Sample(Normal(step.call(state) + input.call(u), 1));
            state = h[t];
        }

        var g = Sample(Normal(step.call(h[^1]), 1));
        Observe(x, Normal(decoder.call(g), 1));
    }
}
