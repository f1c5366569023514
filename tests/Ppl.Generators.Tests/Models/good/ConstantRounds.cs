using Ppl;
using Ppl.Distributions;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Rounds that a constant local tells apart, beside a size that is open.</summary>
public sealed partial class ConstantRounds : GenerativeModel
{
    private readonly int steps = 4;
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public ConstantRounds() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        const int layers = 2;
        using var data = Plate(x);
        var h = new Tensor[layers, steps];
        for (var l = 0; l < layers; l++)
        {
            if (l == layers - 1) h[l, 0] = Sample(Normal(0.5, 1).Expand(2));
            else h[l, 0] = Sample(Normal(0, 1).Expand(2));
            for (var t = 1; t < steps; t++) h[l, t] = Sample(Normal(h[l, t - 1], 1));
        }

        Observe(x, Normal(net.call(h[0, steps - 1] + h[1, steps - 1]), 1));
    }
}
