using Ppl;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Observed sites only: its guide draws nothing.</summary>
public sealed partial class Likelihood : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 3);

    public Likelihood() => RegisterComponents();

    [Model]
    private void Generate(Tensor x, Tensor y)
    {
        using var data = Plate(x, y);
        Observe(y, Normal(net.call(x), 1));
    }
}
