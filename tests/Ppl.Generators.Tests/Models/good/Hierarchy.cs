using Ppl;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Good;

public sealed partial class Hierarchy : GenerativeModel
{
    private readonly Module<Tensor, Tensor> mean = Linear(2, 4);
    private readonly Module<Tensor, Tensor> scale = Sequential(Linear(2, 4), Softplus());
    private readonly Module<Tensor, Tensor> decoder = Linear(4, 6);

    public Hierarchy() => RegisterComponents();

    [Model]
    private void Generate(Tensor x)
    {
        using var data = Plate(x);
        var h2 = Sample(Normal(0, 1).Expand(2));
        var h1 = Sample(Normal(mean.call(h2), scale.call(h2)));
        Observe(x, Bernoulli(logits: decoder.call(h1)));
    }
}
