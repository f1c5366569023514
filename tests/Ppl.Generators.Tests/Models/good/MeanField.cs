using Ppl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

/// <summary>Two layers and a covariate, each of whose factors stands by itself.</summary>
public sealed partial class MeanField : GenerativeModel
{
    private readonly Module<Tensor, Tensor> prior = Linear(2, 2), down = Linear(2, 3), decoder = Linear(3, 4);

    public MeanField() => RegisterComponents();

    [Model(Guide = GuideStructure.MeanField)]
    private void Generate(Tensor x, Tensor c)
    {
        using var data = Plate(x, c);
        var top = Sample(Normal(prior.call(c), 1));
        var middle = Sample(Normal(down.call(top), 1));
        Observe(x, Normal(decoder.call(middle), 1));
    }
}
