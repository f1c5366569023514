using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Two loops one after the other, each with a length of its own.</summary>
public sealed partial class TwoLengths : GenerativeModel
{
    private readonly int layers = 2, steps = 3;
    private readonly Module<Tensor, Tensor> down = Linear(2, 2), enter = Linear(2, 2), transition = Linear(2, 2);

    public TwoLengths() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h = new Tensor[layers];
        h[layers - 1] = Sample(Normal(0, 1).Expand(2));
        for (var l = layers - 2; l >= 0; l--) h[l] = Sample(Normal(down.call(h[l + 1]), 0.7));
        var z = new Tensor[steps + 1];
        z[0] = Sample(Normal(enter.call(h[0]), 0.5));
        for (var t = 1; t <= steps; t++)
        {
            z[t] = Sample(Normal(transition.call(z[t - 1]), 0.5));
            Observe(x[.., t - 1], Normal(z[t], 0.6));
        }
    }
}
