using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>A matrix that all rows share, beside a covariate that has rows; nothing of it reaches the encoders, and no particle repeats it.</summary>
public sealed partial class Shared : GenerativeModel
{
    private readonly Module<Tensor, Tensor> net = Linear(2, 2);

    public Shared() => RegisterComponents();

    [Model]
    private void Generate(Tensor loadings, Tensor x, Tensor c)
    {
        using var data = Plate(c, x);
        var top = Sample(Normal(loadings[0], 1));
        var z = Sample(Normal(net.call(c) + top, 1));
        Observe(x, Normal(z.matmul(loadings), 1));
    }
}
