using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A loop of constant length, with two sites in each round.</summary>
public sealed partial class FixedLoop : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2), decoder = Linear(2, 6);

    public FixedLoop() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var a = new Tensor[3];
        var b = new Tensor[3];
        a[0] = Sample(Normal(0, 1).Expand(2));
        b[0] = Sample(Normal(net.call(a[0]), 1));
        for (var i = 1; i < 3; i++)
        {
            a[i] = Sample(Normal(net.call(a[i - 1]), 1));
            b[i] = Sample(Normal(net.call(a[i]) + b[i - 1], 1));
        }

        Observe(x, Normal(decoder.call(b[2]), 1));
    }
}
